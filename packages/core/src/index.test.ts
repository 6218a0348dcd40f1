import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'CapabilityError', 'ConfigError', 'ConsentError', 'ConstitutionError', 'CycleError', 'EvaluationError', 'Failure', 'GrantTable', 'InstallationError', 'JournalError', 'KeyRingError', 'ProposalRecords', 'RunState', 'SandboxError',
    'SignatureError', 'WorkspaceError', 'applyChange', 'attemptAlpha', 'changeId', 'checkConstitution', 'checkJournalLog', 'coAuthorsOf', 'compareOracle', 'configSchema', 'consentRule',
    'consentSubject', 'consentText', 'contextDigest', 'createArchive', 'createConstitutionPolicy', 'createEvaluator', 'createPathScope', 'createScreener', 'createStrategy', 'decide',
    'decodeVerifier', 'defineConfig', 'discountText', 'divideCores', 'editDigest', 'editText', 'editsDigest', 'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution',
    'foldProposals', 'foldReport', 'idleEditGlobs', 'inheritedAuthors', 'isAnswerable', 'isOffered', 'isScope', 'isToken', 'joinAuthors', 'keyText', 'knownOpportunities', 'launchThroughDoor', 'loadConstitution', 'looseLines', 'mergeEdits', 'nextLook',
    'onlineLevel', 'outdatedOffers', 'ownerOfKey', 'parseConstitution', 'personOf', 'prepareSetup', 'proposalDocument', 'publishJournal', 'readJudge', 'readLog', 'renderHtml', 'renderMarkdown', 'repairStrategy',
    'requireCurrent', 'requireJudge', 'resumeRun', 'revertChanges', 'rotateKey', 'runExamples', 'runSearch', 'screenChange', 'screeningChecks', 'seededRandom', 'settleApplications', 'signEValue', 'signatureSuffix',
    'standingConsent', 'standingDecision', 'startRun', 'statementDigest', 'statementText', 'strategyNames', 'tokenMac', 'verifyAuthors', 'verifyConsents', 'verifyDecisions', 'verifyEvents',
    'verifyJournal',
  ])
})
