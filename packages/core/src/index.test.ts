import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'AlertFold', 'ArchiveFold', 'AttestationError', 'AutonomyError', 'AutonomyFold', 'CapabilityError', 'ConfigError', 'ConsentError', 'ConstitutionError', 'CycleError',
    'EvaluationError', 'Failure', 'GrantTable', 'InstallationError', 'JournalError', 'KeyRingError', 'ProposalRecords', 'RunState', 'SandboxError', 'SignatureError', 'WorkspaceError',
    'alertNotice', 'alertText', 'alertsOf', 'applyChange', 'approvalWait', 'attemptAlpha', 'attestJournal', 'automaticRefusal', 'automationRules', 'autonomyKinds', 'awaitsConsent',
    'changeId', 'checkConstitution', 'checkJournalLog', 'coAuthorsOf', 'compareOracle', 'configSchema', 'consentRule', 'consentSubject', 'consentText', 'contextDigest', 'createArchive',
    'createConstitutionPolicy', 'createEvaluator', 'createNotifier', 'createPathScope', 'createScreener', 'createStrategy', 'decide', 'decodeVerifier', 'defaultBreaker', 'defineConfig',
    'discountText', 'divideCores', 'editDigest', 'editText', 'editsDigest', 'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution', 'foldProposals', 'foldReport',
    'heedOrders', 'idleEditGlobs', 'inheritedAuthors', 'isAnswerable', 'isOffered', 'isScope', 'isStricter', 'isToken', 'isWebhookAddress', 'joinAuthors', 'keyText', 'knownOpportunities',
    'launchThroughDoor', 'loadConstitution', 'longestEnvelope', 'looseLines', 'mergeEdits', 'nextLook', 'noticesOf', 'onlineLevel', 'openEnvelope', 'outdatedOffers', 'ownerOfKey',
    'parseConstitution', 'personOf', 'preAuthEncoding', 'prepareSetup', 'proposalDocument', 'publishJournal', 'readJudge', 'readLog', 'readStanding', 'recordOrders', 'renderHtml',
    'renderMarkdown', 'repairStrategy', 'requireCurrent', 'requireJudge', 'resumeRun', 'revertChanges', 'rotateKey', 'runExamples', 'runModes', 'runSearch', 'screenChange',
    'screeningChecks', 'seededRandom', 'settleApplications', 'signEValue', 'signatureSuffix', 'standingConsent', 'standingDecision', 'standingOrders', 'standingText', 'startRun',
    'statementDigest', 'statementText', 'strategyNames', 'strictestMode', 'tokenMac', 'verifyAttestedCommits', 'verifyAuthors', 'verifyAutomation', 'verifyConsents', 'verifyDecisions',
    'verifyEvents', 'verifyJournal',
  ])
})
