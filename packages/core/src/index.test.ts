import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'ConfigError', 'ConsentError', 'ConstitutionError', 'CycleError', 'EvaluationError', 'Failure', 'JournalError', 'KeyRingError', 'ModelError', 'ProposalRecords', 'RunState',
    'SandboxError', 'SignatureError', 'WorkspaceError', 'applyChange', 'attemptAlpha', 'buildPrompt', 'changeId', 'checkConstitution', 'checkJournalLog', 'compareOracle', 'configSchema',
    'consentRule', 'consentSubject', 'consentText', 'constraintsText', 'contextDigest', 'createArchive', 'createConstitutionPolicy', 'createEvaluator', 'createGatewayFront', 'createMixedProposer',
    'createPathScope', 'createRedactor', 'createScreener', 'createSourceReader', 'createStrategy', 'decide', 'decodeVerifier', 'defineConfig', 'discountText', 'divideCores', 'editsDigest',
    'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution', 'findPrice', 'foldProposals', 'foldReport', 'idleEditGlobs', 'isAnswerable', 'isOffered', 'isToken', 'keyText',
    'knownOpportunities', 'loadConstitution', 'mergeEdits', 'mostInputTokens', 'nanoUsd', 'nextLook', 'noPrice', 'objectiveText', 'onlineLevel', 'openGateway', 'outdatedOffers', 'ownerOfKey',
    'parseConstitution', 'personOf', 'prepareSetup', 'priceTableSchema', 'proposalDocument', 'publishJournal', 'readLog', 'readRecording', 'readTemplates', 'renderHtml', 'renderMarkdown',
    'repairStrategy', 'requireCurrent', 'resumeRun', 'revertChanges', 'rotateKey', 'runExamples', 'runSearch', 'screenChange', 'screeningChecks', 'seededRandom', 'settleApplications', 'signEValue',
    'signatureSuffix', 'standingConsent', 'standingDecision', 'startRun', 'statementDigest', 'statementText', 'steadyOutput', 'strategyNames', 'tokenMac', 'unlimited', 'usdText', 'verifyConsents',
    'verifyDecisions', 'verifyEvents', 'verifyJournal',
  ])
})
