import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'ConfigError', 'CycleError', 'EvaluationError', 'Failure', 'JournalError', 'ProposalRecords', 'RunState', 'SandboxError', 'WorkspaceError',
    'applyChange', 'attemptAlpha', 'changeId', 'compareOracle', 'configSchema', 'contextDigest', 'createArchive', 'createEvaluator', 'createPathScope', 'createScreener', 'createStrategy', 'decide', 'defineConfig', 'divideCores', 'editsDigest', 'evaluateChange', 'evaluatorVersion',
    'foldProposals', 'foldReport', 'idleEditGlobs', 'isOffered', 'knownOpportunities', 'mergeEdits', 'nextLook', 'onlineLevel', 'outdatedOffers', 'prepareSetup', 'proposalDocument', 'renderHtml', 'renderMarkdown', 'repairStrategy', 'resumeRun',
    'revertChanges', 'runSearch', 'screenChange', 'seededRandom', 'settleApplications', 'signEValue', 'standingDecision', 'startRun',
    'strategyNames', 'verifyDecisions', 'verifyEvents',
  ])
})
