import path from 'node:path'
import type { CommitInfo, Config, EventBodies, Journal, JournalIndex, ObjectId, PresentRules, ProposalRecord, Settled } from '@ratchet/core'
import { CycleError } from '@ratchet/core/cycle/cycle-error'
import { foldProposals, ProposalRecords } from '@ratchet/core/cycle/proposal-record'
import { ConfigError } from '@ratchet/core/target/config-error'
import { WorkspaceError } from '@ratchet/core/workspace/workspace'
import { commandOwner, ownRights } from '@ratchet/core/adapters/bubblewrap-sandbox/stage'
import { findConfigFile, requireConfigFile } from '@ratchet/core/adapters/config-file/find-config-file'
import { loadConfig, type LoadedConfig } from '@ratchet/core/adapters/config-file/load-config'
import { openGitWorkspace, type GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import { readConfig, workingConfig } from './compose-config.ts'
import type { JournalRecord } from './compose-record.ts'
import { findCommit } from './find-commit.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

/** A repository with its journal, open for one command. */
export interface OpenTarget extends AsyncDisposable {
  readonly workspace: GitWorkspace
  readonly journal: Journal & JournalIndex
  readonly index: JournalIndex
  /** Null where the target is only read. */
  readonly record: JournalRecord | null
  /** What an interrupted command had left open and this one has closed. */
  readonly settled: readonly Settled[]
  /** The commit, or null when git knows no such name. */
  findCommit(name: string): Promise<CommitInfo | null>
  findProposal(prefix: string): Promise<ProposalRecord>
  findRun(prefix: string): Promise<EventBodies['run-started']>
}

/** Opens a target. For writing it first settles what a killed apply or revert left open. */
export async function openTarget(invocation: Invocation, options: TargetOptions, mode: 'read' | 'write'): Promise<OpenTarget> {
  await using opened = new AsyncDisposableStack()
  const workspace = opened.use(await openGitWorkspace({ directory: options.target, environment: invocation.environment, slotOwner: commandOwner(ownRights()) }))
  const stored = opened.use(await openSqliteJournal({ directory: workspace.stateDirectory, mode, clock: invocation.clock }))
  // What only looks needs none of it.
  const writing = mode === 'write' ? await import('./compose-writing.ts') : null
  const record = writing === null ? null : await writing.openRecord(invocation, { workspace, journal: stored })
  // Before journal and repository are closed, however the command ends.
  if (record !== null) opened.defer(() => record.close())
  const heard = writing !== null ? writing.hearJournal(invocation, { journal: stored, root: workspace.root, config: () => headConfig(invocation, { workspace, options }) }) : null
  if (heard !== null) opened.defer(() => heard.close())
  const journal = heard?.journal ?? stored
  if (writing !== null) await writing.absorbOrders({ workspace, journal })
  const settled = writing === null ? [] : await writing.settle(invocation, { workspace, journal })
  const resources = opened.move()
  return {
    workspace, journal, index: journal, record, settled,
    findCommit: (name) => findCommit(workspace, name),
    findProposal: (prefix) => findProposal(journal, prefix),
    findRun: (prefix) => findRun(journal, prefix),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** Shorter, it may be somebody else's id, or a variable that a script forgot to set. */
const shortestPrefix = 4

function refuseShort(what: string, prefix: string): void {
  if (/^[0-9a-f]+$/.test(prefix) && prefix.length >= shortestPrefix) return
  throw new UsageError('bad-argument', `${JSON.stringify(prefix)} is no id of a ${what}: give at least its first ${shortestPrefix} characters`)
}

async function findProposal(index: JournalIndex, prefix: string): Promise<ProposalRecord> {
  refuseShort('proposal', prefix)
  const ids = await index.ids('proposal', prefix, 3)
  const id = ids.includes(prefix) ? prefix : ids[0]
  if (ids.length > 1 && id !== prefix) throw new CycleError('ambiguous-proposal', `several proposals start with ${prefix}: ${ids.join(', ')}`, { remedy: 'Give more characters.' })
  const records = id === undefined ? new ProposalRecords() : await foldProposals(index.ofProposal(id))
  const record = id === undefined ? undefined : records.get(id)
  if (record !== undefined) return record
  throw new CycleError('unknown-proposal', `there is no proposal ${prefix}`, { remedy: '`ratchet proposals --all` lists them.' })
}

async function findRun(index: JournalIndex, prefix: string): Promise<EventBodies['run-started']> {
  refuseShort('run', prefix)
  const ids = await index.ids('run', prefix, 2)
  if (ids.length > 1 && ids[0] !== prefix) throw new CycleError('unknown-run', `several runs start with ${prefix}`, { remedy: 'Give more characters.' })
  const [id] = ids
  if (id !== undefined) for await (const event of index.ofRun(id)) if (event.kind === 'run-started') return event.body
  throw new CycleError('unknown-run', `there is no run ${prefix}`, { remedy: '`ratchet status` lists the runs.' })
}

/** The baseline's own configuration; where it has none, the one the operator names or keeps in the working tree. Never the candidate's. */
export async function loadTargetConfig(invocation: Invocation, { target, options, baseline }: { readonly target: Pick<OpenTarget, 'workspace'>; readonly options: TargetOptions; readonly baseline: ObjectId }): Promise<LoadedConfig & Pick<PresentRules, 'configSource'>> {
  const { revisions, root } = target.workspace
  const entries = (await revisions.entries(baseline)).filter((entry) => !entry.path.includes('/'))
  const committed = findConfigFile(entries.map((entry) => entry.path))
  if (committed !== null) {
    const entry = entries.find((candidate) => candidate.path === committed)
    const [bytes] = entry === undefined ? [] : await revisions.blobs([entry.id])
    return { ...(await loadConfig({ text: Buffer.from(bytes ?? []).toString('utf8'), path: committed, signal: invocation.signal })), configSource: 'baseline' }
  }
  const file = options.config ?? (await workingConfig(root))
  if (file === null) requireConfigFile([])
  const place = file ?? ''
  invocation.console.note(`note: the baseline ${baseline.slice(0, 10)} holds no configuration; using ${place}`)
  return { ...(await loadConfig({ text: await readConfig(place), path: path.basename(place), signal: invocation.signal })), configSource: 'outside' }
}

/** Who is told what happens is said by HEAD; null where that has no configuration, or one that cannot be read. */
async function headConfig(invocation: Invocation, { workspace, options }: { readonly workspace: GitWorkspace; readonly options: TargetOptions }): Promise<Config | null> {
  const head = await findCommit(workspace, 'HEAD')
  try {
    return head === null ? null : (await loadTargetConfig(invocation, { target: { workspace }, options, baseline: head.id })).config
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError || error instanceof WorkspaceError) return null
    throw error
  }
}
