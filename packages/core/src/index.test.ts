import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'AlertFold', 'ArchiveFold', 'AttestationError', 'AutonomyError', 'AutonomyFold', 'BenchmarkError', 'Benchmarks', 'CapabilityError', 'ConfigError', 'ConsentError', 'ConstitutionError',
    'CycleError', 'EarlyObservation', 'EvaluationError', 'Failure', 'GrantTable', 'InstallationError', 'JournalError', 'KeyRingError', 'ModelError', 'ProposalRecords', 'ResearchError',
    'RunState', 'SandboxError', 'SignatureError', 'SubmissionDesk', 'WorkspaceError', 'agentCode', 'agentOf', 'agentPresets', 'alertNotice', 'alertText', 'alertsOf', 'applyChange',
    'approvalWait', 'asOpportunitySource', 'attemptAlpha', 'attemptTask', 'attestJournal', 'attestationState', 'automaticRefusal', 'automationRules', 'autonomyKinds', 'awaitsConsent',
    'buildPrompt', 'changeId', 'checkConstitution', 'checkJournalLog', 'checkPatch', 'cleanFindings', 'coAuthorsOf', 'committedSuite', 'compareOracle', 'configSchema', 'consentRule',
    'consentSubject', 'consentText', 'constraintsText', 'contextDigest', 'createArchive', 'createConstitutionPolicy', 'createEvaluator', 'createGatewayFront', 'createMixedProposer',
    'createNotifier', 'createPathScope', 'createRedactor', 'createScreener', 'createSourceReader', 'createStrategy', 'decide', 'decodeVerifier', 'defaultBreaker', 'defaultLeftLimits',
    'defineConfig', 'discountText', 'divideCores', 'drawTasks', 'editDigest', 'editText', 'editsDigest', 'encodePatch', 'evaluateChange', 'evaluatorVersion', 'evidenceChecks',
    'explainConstitution', 'exportLog', 'finalistLimit', 'findPrice', 'foldMetrics', 'foldProposals', 'foldReport', 'heedOrders', 'hiddenPaths', 'idleEditGlobs', 'inheritedAuthors',
    'inheritedProposer', 'isAnswerable', 'isOffered', 'isScope', 'isStricter', 'isToken', 'isTrajectoryComplete', 'isWebhookAddress', 'joinAuthors', 'judgeWork', 'keyText',
    'knownOpportunities', 'launchAgent', 'launchThroughDoor', 'loadConstitution', 'longestEnvelope', 'looseLines', 'madeBy', 'mergeEdits', 'mostInputTokens', 'nanoUsd', 'nextLook',
    'noPrice', 'noticesOf', 'objectiveText', 'onlineLevel', 'openEnvelope', 'openGateway', 'openResearch', 'outdatedOffers', 'ownerOfKey', 'parseConstitution', 'patchLimit', 'personOf',
    'planPrune', 'preAuthEncoding', 'prepareSetup', 'prepareTree', 'presetOf', 'priceTableSchema', 'proposalDocument', 'proposerDocument', 'proposerNames', 'pruneOfProposal', 'pruneTarget',
    'prunedRuns', 'publishJournal', 'rationaleOf', 'readFolderState', 'readJudge', 'readLeftFiles', 'readLog', 'readRecording', 'readSearches', 'readStanding', 'readSuite', 'readTemplates',
    'readTrajectory', 'recordOrders', 'recordedDoors', 'refusePrunedProposal', 'refusePrunedRun', 'remarkKinds', 'renderHtml', 'renderMarkdown', 'repairStrategy', 'reportedCalls', 'requireCurrent',
    'requireJudge', 'resumeRun', 'revertChanges', 'rotateKey', 'runBenchmark', 'runExamples', 'runModes', 'runSearch', 'screenChange', 'screeningChecks', 'seededRandom',
    'settleApplications', 'settlePrunes', 'signEValue', 'signatureSuffix', 'signerStanding', 'standingConsent', 'standingDecision', 'standingOrders', 'standingText', 'startRun',
    'statementDigest', 'statementText', 'steadyOutput', 'storePatch', 'strategyNames', 'strictestMode', 'surveyOpportunities', 'taskEndings', 'tokenMac', 'unlimited', 'usdText',
    'usualStages', 'verifyAttestedCommits', 'verifyAuthors', 'verifyAutomation', 'verifyConsents', 'verifyDecisions', 'verifyEvents', 'verifyJournal', 'withheldPaths', 'withholdingSlots',
    'withoutSecrets',
  ])
})
