import { expect, it } from 'vitest'
import * as core from './index.ts'

it('exports exactly these values: a removal or an addition is a decision', () => {
  expect(Object.keys(core).toSorted()).toEqual([
    'ArchiveFold', 'ConfigError', 'ConstitutionError', 'CycleError', 'EvaluationError', 'Failure', 'JournalError', 'ProposalRecords', 'RunState', 'SandboxError', 'SignatureError', 'WorkspaceError',
    'applyChange', 'attemptAlpha', 'changeId', 'checkConstitution', 'compareOracle', 'configSchema', 'contextDigest', 'createArchive', 'createConstitutionPolicy', 'createEvaluator', 'createPathScope', 'createScreener', 'createStrategy', 'decide', 'defineConfig', 'divideCores', 'editsDigest', 'evaluateChange', 'evaluatorVersion', 'evidenceChecks', 'explainConstitution',
    'foldProposals', 'foldReport', 'idleEditGlobs', 'isOffered', 'knownOpportunities', 'loadConstitution', 'mergeEdits', 'nextLook', 'onlineLevel', 'outdatedOffers', 'parseConstitution', 'prepareSetup', 'proposalDocument', 'renderHtml', 'renderMarkdown', 'repairStrategy', 'resumeRun',
    'revertChanges', 'runExamples', 'runSearch', 'screenChange', 'screeningChecks', 'seededRandom', 'settleApplications', 'signEValue', 'signatureSuffix', 'standingDecision', 'startRun',
    'strategyNames', 'verifyDecisions', 'verifyEvents',
  ])
})
