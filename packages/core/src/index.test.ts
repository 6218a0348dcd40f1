import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'ConfigError', 'ConsentError', 'ConstitutionError', 'CycleError', 'EarlyObservation', 'EvaluationError', 'Failure', 'JournalError', 'KeyRingError', 'ProposalRecords', 'RunState', 'SandboxError',
    'SignatureError', 'WorkspaceError', 'applyChange', 'attemptAlpha', 'changeId', 'checkConstitution', 'checkJournalLog', 'compareOracle', 'configSchema', 'consentRule', 'consentSubject', 'consentText',
    'contextDigest', 'createArchive', 'createConstitutionPolicy', 'createEvaluator', 'createPathScope', 'createScreener', 'createStrategy', 'decide', 'decodeVerifier', 'defineConfig', 'discountText',
    'divideCores', 'editsDigest', 'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution', 'foldProposals', 'foldReport', 'idleEditGlobs', 'isAnswerable', 'isOffered', 'isToken',
    'keyText', 'knownOpportunities', 'loadConstitution', 'mergeEdits', 'nextLook', 'onlineLevel', 'outdatedOffers', 'ownerOfKey', 'parseConstitution', 'personOf', 'prepareSetup',
    'proposalDocument', 'publishJournal', 'readLog', 'renderHtml', 'renderMarkdown', 'repairStrategy', 'requireCurrent', 'resumeRun', 'revertChanges', 'rotateKey', 'runExamples', 'runSearch',
    'screenChange', 'screeningChecks', 'seededRandom', 'settleApplications', 'signEValue', 'signatureSuffix', 'standingConsent', 'standingDecision', 'startRun', 'statementDigest', 'statementText',
    'strategyNames', 'tokenMac', 'verifyConsents', 'verifyDecisions', 'verifyEvents', 'verifyJournal',
  ])
})
