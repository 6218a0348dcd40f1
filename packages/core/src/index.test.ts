import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'AttestationError', 'ConfigError', 'ConsentError', 'ConstitutionError', 'CycleError', 'EvaluationError', 'Failure', 'JournalError', 'KeyRingError', 'ProposalRecords',
    'RunState', 'SandboxError', 'SignatureError', 'SubmissionDesk', 'WorkspaceError', 'applyChange', 'asOpportunitySource', 'attemptAlpha', 'attestJournal', 'changeId', 'checkConstitution',
    'checkJournalLog', 'checkPatch', 'compareOracle', 'configSchema', 'consentRule', 'consentSubject', 'consentText', 'contextDigest', 'createArchive', 'createConstitutionPolicy',
    'createEvaluator', 'createPathScope', 'createScreener', 'createStrategy', 'decide', 'decodeVerifier', 'defineConfig', 'discountText', 'divideCores', 'editsDigest', 'encodePatch',
    'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution', 'foldProposals', 'foldReport', 'idleEditGlobs', 'isAnswerable', 'isOffered', 'isToken', 'keyText',
    'knownOpportunities', 'loadConstitution', 'longestEnvelope', 'mergeEdits', 'nextLook', 'onlineLevel', 'openEnvelope', 'outdatedOffers', 'ownerOfKey', 'parseConstitution', 'patchLimit',
    'personOf', 'preAuthEncoding', 'prepareSetup', 'proposalDocument', 'proposerDocument', 'publishJournal', 'rationaleOf', 'readLog', 'remarkKinds', 'renderHtml', 'renderMarkdown',
    'repairStrategy', 'requireCurrent', 'resumeRun', 'revertChanges', 'rotateKey', 'runExamples', 'runSearch', 'screenChange', 'screeningChecks', 'seededRandom', 'settleApplications',
    'signEValue', 'signatureSuffix', 'standingConsent', 'standingDecision', 'startRun', 'statementDigest', 'statementText', 'storePatch', 'strategyNames', 'surveyOpportunities', 'tokenMac',
    'verifyAttestedCommits', 'verifyConsents', 'verifyDecisions', 'verifyEvents', 'verifyJournal',
  ])
})
