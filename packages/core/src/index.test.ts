import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'ConfigError', 'CycleError', 'EvaluationError', 'Failure', 'JournalError', 'KeyRingError', 'ProposalRecords', 'RunState', 'SandboxError', 'WorkspaceError',
    'applyChange', 'attemptAlpha', 'changeId', 'checkJournalLog', 'compareOracle', 'configSchema', 'contextDigest', 'createArchive', 'createEvaluator', 'createPathScope', 'createScreener', 'createStrategy', 'decide', 'decodeVerifier', 'defineConfig', 'divideCores', 'editsDigest', 'evaluateChange', 'evaluatorVersion',
    'foldProposals', 'foldReport', 'idleEditGlobs', 'isOffered', 'knownOpportunities', 'mergeEdits', 'nextLook', 'noteConflict', 'onlineLevel', 'outdatedOffers', 'prepareSetup', 'proposalDocument', 'publishJournal', 'readLog', 'renderHtml', 'renderMarkdown', 'repairStrategy', 'resumeRun',
    'revertChanges', 'rotateKey', 'runSearch', 'screenChange', 'seededRandom', 'settleApplications', 'signEValue', 'standingDecision', 'startRun',
    'strategyNames', 'verifyDecisions', 'verifyEvents', 'verifyJournal',
  ])
})
