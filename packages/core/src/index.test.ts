import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'ConfigError', 'ConstitutionError', 'CycleError', 'EvaluationError', 'Failure', 'JournalError', 'KeyRingError', 'ProposalRecords', 'RunState', 'SandboxError', 'WorkspaceError',
    'applyChange', 'attemptAlpha', 'changeId', 'checkConstitution', 'checkJournalLog', 'compareOracle', 'configSchema', 'contextDigest', 'createArchive', 'createConstitutionPolicy', 'createEvaluator', 'createPathScope', 'createScreener', 'createStrategy', 'decide', 'decodeVerifier', 'defineConfig', 'divideCores', 'editsDigest', 'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution',
    'foldProposals', 'foldReport', 'idleEditGlobs', 'isOffered', 'knownOpportunities', 'loadConstitution', 'mergeEdits', 'nextLook', 'noteConflict', 'onlineLevel', 'outdatedOffers', 'parseConstitution', 'prepareSetup', 'proposalDocument', 'publishJournal',
    'readLog', 'renderHtml', 'renderMarkdown', 'repairStrategy', 'resumeRun', 'revertChanges', 'rotateKey', 'runExamples', 'runSearch', 'screenChange', 'screeningChecks', 'seededRandom', 'settleApplications', 'signEValue', 'signatureSuffix', 'standingDecision', 'startRun',
    'strategyNames', 'verifyDecisions', 'verifyEvents', 'verifyJournal',
  ])
})
