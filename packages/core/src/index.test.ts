import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'ConfigError', 'ConsentError', 'ConstitutionError', 'CycleError', 'EvaluationError', 'Failure', 'JournalError', 'KeyRingError', 'ModelError', 'ProposalRecords', 'RunState',
    'SandboxError', 'SignatureError', 'WorkspaceError', 'applyChange', 'attemptAlpha', 'changeId', 'checkConstitution', 'checkJournalLog', 'compareOracle', 'configSchema', 'consentRule',
    'consentSubject', 'consentText', 'contextDigest', 'createArchive', 'createConstitutionPolicy', 'createEvaluator', 'createGatewayFront', 'createPathScope', 'createRedactor', 'createScreener',
    'createStrategy', 'decide', 'decodeVerifier', 'defineConfig', 'discountText', 'divideCores', 'editsDigest', 'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution',
    'findPrice', 'foldProposals', 'foldReport', 'idleEditGlobs', 'isAnswerable', 'isOffered', 'isToken', 'keyText', 'knownOpportunities', 'loadConstitution', 'mergeEdits', 'nanoUsd', 'nextLook',
    'onlineLevel', 'openGateway', 'outdatedOffers', 'ownerOfKey', 'parseConstitution', 'personOf', 'prepareSetup', 'priceTableSchema', 'proposalDocument', 'publishJournal', 'readLog', 'readRecording',
    'renderHtml', 'renderMarkdown', 'repairStrategy', 'requireCurrent', 'resumeRun', 'revertChanges', 'rotateKey', 'runExamples', 'runSearch', 'screenChange', 'screeningChecks', 'seededRandom',
    'settleApplications', 'signEValue', 'signatureSuffix', 'standingConsent', 'standingDecision', 'startRun', 'statementDigest', 'statementText', 'strategyNames', 'tokenMac', 'usdText',
    'verifyConsents', 'verifyDecisions', 'verifyEvents', 'verifyJournal',
  ])
})
