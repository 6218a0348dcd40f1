import { access, readFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {
  ConfigError,
  createEvaluator,
  createPathScope,
  CycleError,
  foldProposals,
  prepareSetup,
  ProposalRecords,
  settleApplications,
  strategyByName,
  WorkspaceError,
  type CommitInfo,
  type Config,
  type EventBodies,
  type Journal,
  type JournalIndex,
  type JudgePorts,
  type ObjectId,
  type Observe,
  type ProposalRecord,
  type RunPorts,
  type Sandbox,
  type StrategyName,
} from '@ratchet/core'
import { createBubblewrapSandbox } from '@ratchet/core/adapters/bubblewrap-sandbox/bubblewrap-sandbox'
import { findConfigFile } from '@ratchet/core/adapters/config-file/find-config-file'
import { loadConfig } from '@ratchet/core/adapters/config-file/load-config'
import { createGeneticProposer } from '@ratchet/core/adapters/genetic-proposer/genetic-proposer'
import { openGitWorkspace, type GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import { createV8OpportunitySource } from '@ratchet/core/adapters/v8-profile/v8-opportunity-source'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'

export { explainSurvey, renderConfig } from '@ratchet/core/adapters/repository-survey/render-config'
export { examine, type Examination } from './examine.ts'

/** A repository with its journal, open for one command. */
export interface OpenTarget extends AsyncDisposable {
  readonly workspace: GitWorkspace
  readonly journal: Journal
  readonly index: JournalIndex
  /** The commit, or null when git knows no such name. */
  findCommit(name: string): Promise<CommitInfo | null>
  isAncestor(commit: ObjectId, of: ObjectId): Promise<boolean>
  findProposal(prefix: string): Promise<ProposalRecord>
  findRun(prefix: string): Promise<EventBodies['run-started']>
  requiresConfirmation(record: ProposalRecord, options: TargetOptions): Promise<boolean>
}
