import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'AttestationError', 'ConfigError', 'ConsentError', 'ConstitutionError', 'CycleError', 'EvaluationError', 'Failure', 'JournalError', 'KeyRingError', 'ProposalRecords', 'RunState',
    'SandboxError', 'SignatureError', 'WorkspaceError', 'applyChange', 'attemptAlpha', 'attestJournal', 'changeId', 'checkConstitution', 'checkJournalLog', 'compareOracle', 'configSchema',
    'consentRule', 'consentSubject', 'consentText', 'contextDigest', 'createArchive', 'createConstitutionPolicy', 'createEvaluator', 'createPathScope', 'createScreener', 'createStrategy', 'decide',
    'decodeVerifier', 'defineConfig', 'discountText', 'divideCores', 'editsDigest', 'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution', 'exportLog', 'foldMetrics',
    'foldProposals', 'foldReport', 'idleEditGlobs', 'isAnswerable', 'isOffered', 'isToken', 'keyText', 'knownOpportunities', 'loadConstitution', 'longestEnvelope', 'mergeEdits', 'nextLook',
    'onlineLevel', 'openEnvelope', 'outdatedOffers', 'ownerOfKey', 'parseConstitution', 'personOf', 'planPrune', 'preAuthEncoding', 'prepareSetup', 'proposalDocument', 'pruneOfProposal',
    'pruneTarget', 'prunedRuns', 'publishJournal', 'readLog', 'refusePrunedProposal', 'refusePrunedRun', 'renderHtml', 'renderMarkdown', 'repairStrategy', 'requireCurrent', 'resumeRun',
    'revertChanges', 'rotateKey', 'runExamples', 'runSearch', 'screenChange', 'screeningChecks', 'seededRandom', 'settleApplications', 'settlePrunes', 'signEValue', 'signatureSuffix',
    'standingConsent', 'standingDecision', 'startRun', 'statementDigest', 'statementText', 'strategyNames', 'tokenMac', 'verifyAttestedCommits', 'verifyConsents', 'verifyDecisions', 'verifyEvents',
    'verifyJournal',
  ])
})
