import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'ConfigError', 'ConsentError', 'ConstitutionError', 'CycleError', 'EvaluationError', 'Failure', 'JournalError', 'KeyRingError', 'ProposalRecords', 'RunState', 'SandboxError',
    'SignatureError', 'WorkspaceError', 'applyChange', 'attemptAlpha', 'changeId', 'checkConstitution', 'checkJournalLog', 'compareOracle', 'configSchema', 'consentRule', 'consentSubject', 'consentText',
    'contextDigest', 'createArchive', 'createConstitutionPolicy', 'createEvaluator', 'createPathScope', 'createScreener', 'createStrategy', 'decide', 'decodeVerifier', 'defineConfig', 'discountText',
    'divideCores', 'editsDigest', 'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution', 'exportLog', 'foldMetrics', 'foldProposals', 'foldReport', 'idleEditGlobs', 'isAnswerable', 'isOffered', 'isToken',
    'keyText', 'knownOpportunities', 'loadConstitution', 'mergeEdits', 'nextLook', 'onlineLevel', 'outdatedOffers', 'ownerOfKey', 'parseConstitution', 'personOf', 'planPrune', 'prepareSetup',
    'proposalDocument', 'pruneOfProposal', 'pruneTarget', 'prunedRuns', 'publishJournal', 'readLog', 'refusePrunedProposal', 'refusePrunedRun', 'renderHtml', 'renderMarkdown', 'repairStrategy', 'requireCurrent', 'resumeRun', 'revertChanges', 'rotateKey', 'runExamples', 'runSearch',
    'screenChange', 'screeningChecks', 'seededRandom', 'settleApplications', 'settlePrunes', 'signEValue', 'signatureSuffix', 'standingConsent', 'standingDecision', 'startRun', 'statementDigest', 'statementText',
    'strategyNames', 'tokenMac', 'verifyConsents', 'verifyDecisions', 'verifyEvents', 'verifyJournal',
  ])
})
