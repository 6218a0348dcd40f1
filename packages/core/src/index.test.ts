import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'AlertFold', 'ArchiveFold', 'AttestationError', 'AutonomyError', 'AutonomyFold', 'ConfigError', 'ConsentError', 'ConstitutionError', 'CycleError', 'EarlyObservation', 'EvaluationError',
    'Failure', 'JournalError', 'KeyRingError', 'ModelError', 'ProposalRecords', 'RunState', 'SandboxError', 'SignatureError', 'SubmissionDesk', 'WorkspaceError', 'alertNotice', 'alertText',
    'alertsOf', 'applyChange', 'approvalWait', 'asOpportunitySource', 'attemptAlpha', 'attestJournal', 'attestationState', 'automaticRefusal', 'automationRules', 'autonomyKinds',
    'awaitsConsent', 'buildPrompt', 'changeId', 'checkConstitution', 'checkJournalLog', 'checkPatch', 'compareOracle', 'configSchema', 'consentRule', 'consentSubject', 'consentText',
    'constraintsText', 'contextDigest', 'createArchive', 'createConstitutionPolicy', 'createEvaluator', 'createGatewayFront', 'createMixedProposer', 'createNotifier', 'createPathScope',
    'createRedactor', 'createScreener', 'createSourceReader', 'createStrategy', 'decide', 'decodeVerifier', 'defaultBreaker', 'defineConfig', 'discountText', 'divideCores', 'editsDigest',
    'encodePatch', 'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution', 'exportLog', 'findPrice', 'foldMetrics', 'foldProposals', 'foldReport', 'heedOrders',
    'idleEditGlobs', 'isAnswerable', 'isOffered', 'isStricter', 'isToken', 'isWebhookAddress', 'keyText', 'knownOpportunities', 'loadConstitution', 'longestEnvelope', 'mergeEdits',
    'mostInputTokens', 'nanoUsd', 'nextLook', 'noPrice', 'noticesOf', 'objectiveText', 'onlineLevel', 'openEnvelope', 'openGateway', 'outdatedOffers', 'ownerOfKey', 'parseConstitution',
    'patchLimit', 'personOf', 'planPrune', 'preAuthEncoding', 'prepareSetup', 'priceTableSchema', 'proposalDocument', 'proposerDocument', 'pruneOfProposal', 'pruneTarget', 'prunedRuns',
    'publishJournal', 'rationaleOf', 'readLog', 'readRecording', 'readStanding', 'readTemplates', 'recordOrders', 'refusePrunedProposal', 'refusePrunedRun', 'remarkKinds', 'renderHtml',
    'renderMarkdown', 'repairStrategy', 'requireCurrent', 'resumeRun', 'revertChanges', 'rotateKey', 'runExamples', 'runModes', 'runSearch', 'screenChange', 'screeningChecks',
    'seededRandom', 'settleApplications', 'settlePrunes', 'signEValue', 'signatureSuffix', 'standingConsent', 'standingDecision', 'standingOrders', 'standingText', 'startRun',
    'statementDigest', 'statementText', 'steadyOutput', 'storePatch', 'strategyNames', 'strictestMode', 'surveyOpportunities', 'tokenMac', 'unlimited', 'usdText', 'verifyAttestedCommits',
    'verifyAutomation', 'verifyConsents', 'verifyDecisions', 'verifyEvents', 'verifyJournal', 'withoutSecrets',
  ])
})
