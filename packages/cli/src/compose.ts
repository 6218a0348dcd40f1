import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import {
  ConfigError, createConstitutionPolicy, createEvaluator, createPathScope, createScreener, createSourceReader, CycleError, evaluatorVersion, foldProposals, idleEditGlobs, knownOpportunities, prepareSetup, ProposalRecords, repairStrategy, requireJudge, settleApplications, settlePrunes, createStrategy, EarlyObservation, withheldPaths, withholdingSlots, withoutSecrets,
  type CommitInfo, type EventBodies, type Journal, type Judge, type JournalIndex, type Lane, type LaunchResult, type JudgePorts, type Config, type ObjectId, type Observe, type OpportunitySource, type PathScope, type PresentRules, type ProposalRecord, type RevisionReader, type RunPorts, type RunSnapshots, type Sandbox, type Settled,
  type SourceFile, type StrategyName, type Tier, type TreeSlots, WorkspaceError,
} from '@ratchet/core'
import { createAstGrepRules } from '@ratchet/core/adapters/ast-grep-rules/ast-grep-rules'
import { RecentTrees } from '@ratchet/core/adapters/ast-grep-rules/recent-trees'
import { installBubblewrap } from '@ratchet/core/adapters/bubblewrap-sandbox/install-bubblewrap'
import { commandOwner, ownRights } from '@ratchet/core/adapters/bubblewrap-sandbox/stage'
import { createCanaryMutants } from '@ratchet/core/adapters/canary-mutants/canary-mutants'
import { findConfigFile, requireConfigFile } from '@ratchet/core/adapters/config-file/find-config-file'
import { loadConfig, type LoadedConfig } from '@ratchet/core/adapters/config-file/load-config'
import { openGitWorkspace, type GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { oracleKitMounts, usesOracleKit } from '@ratchet/core/adapters/oracle-kit/oracle-kit-mounts'
import { localTiers, openProvenTier, openSandboxTier, openStrongestTier } from '@ratchet/core/adapters/sandbox-tiers/open-sandbox-tier'
import { isRepairable } from '@ratchet/core/adapters/repair-proposer/repair-proposer'
import { createSecretlintScanner } from '@ratchet/core/adapters/secretlint-scanner/secretlint-scanner'
import { createSnapshotFiles } from '@ratchet/core/adapters/snapshot-files/snapshot-files'
import { prepareDirectory } from '@ratchet/core/adapters/sqlite-journal/journal-directory'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import { readConfig, workingConfig } from './compose-config.ts'
import { benchmarkPorts, sharedGateway, type SharedGateway } from './compose-benchmark.ts'
import { packageScripts } from './compose-hidden-paths.ts'
import { openConstitution } from './compose-constitution.ts'
import { judgeOf } from './compose-installation.ts'
import { ruleJudgeOf } from './compose-models.ts'
import { hearJournal } from './compose-notify.ts'
import { absorbOrders } from './compose-orders.ts'
import { opportunitySource } from './compose-opportunities.ts'
import { proposerOf } from './compose-proposers.ts'
import { openRecord, refuseShownKeys, type JournalRecord } from './compose-record.ts'
import type { RunModels } from './plan-models.ts'
import { singleRuleJudge } from './single-rule-judge.ts'
import { findCommit } from './find-commit.ts'
import type { Invocation } from './invocation.ts'
import { ModelPurse } from './model-purse.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'
import { userDirectory } from './user-directory.ts'

export { isRepairable }
export { tryCounter as tryHardwareCounter } from '@ratchet/core/adapters/bubblewrap-sandbox/hardware-counter'
export { provePinning } from '@ratchet/core/adapters/linux-processors/prove-pinning'
export { recordKeys, recordState, rotateRecordKey, verifyTarget, type VerifyOptions } from './compose-record.ts'
export { readCores } from '@ratchet/core/adapters/linux-processors/read-cores'
export { isReadable as isReadableByGenetic } from '@ratchet/core/adapters/genetic-proposer/parse-source'
export { explainSurvey, renderConfig } from '@ratchet/core/adapters/repository-survey/render-config'

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
  const record = mode === 'write' ? await openRecord(invocation, { workspace, journal: stored }) : null
  // Before journal and repository are closed, however the command ends.
  if (record !== null) opened.defer(() => record.close())
  const heard = mode === 'write' ? hearJournal(invocation, { journal: stored, root: workspace.root, config: () => headConfig(invocation, { workspace, options }) }) : null
  if (heard !== null) opened.defer(() => heard.close())
  const journal = heard?.journal ?? stored
  if (mode === 'write') await absorbOrders({ workspace, journal })
  const settled = mode === 'write' ? await settle(invocation, { workspace, journal }) : []
  const resources = opened.move()
  return {
    workspace, journal, index: journal, record, settled,
    findCommit: (name) => findCommit(workspace, name),
    findProposal: (prefix) => findProposal(journal, prefix),
    findRun: (prefix) => findRun(journal, prefix),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

async function settle(invocation: Invocation, { workspace, journal }: { readonly workspace: GitWorkspace; readonly journal: Journal & JournalIndex }): Promise<readonly Settled[]> {
  const intents = new Set<string>()
  for await (const event of journal.ofKinds(['application-intended', 'application-settled', 'reversion-intended', 'reversion-settled'])) {
    if (event.kind === 'application-intended' || event.kind === 'reversion-intended') intents.add(event.body.proposal)
    else if (event.kind === 'application-settled' || event.kind === 'reversion-settled') intents.delete(event.body.proposal)
  }
  const settled: Settled[] = []
  for (const proposal of intents) {
    settled.push(...(await settleApplications({ journal, revisions: workspace.revisions, branch: workspace.branch }, await foldProposals(journal.ofProposal(proposal)))))
  }
  const prunes = await settlePrunes({ journal, index: journal })
  if (prunes > 0) invocation.console.note('a prune was interrupted; what it left behind goes with the next `ratchet prune`')
  for (const { proposal, outcome, ref } of settled) invocation.console.note(`an interrupted command was settled: ${proposal} ${outcome} on ${ref}`)
  return settled
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

/** Everything that judges changes against one baseline. */
export interface OpenJudge extends AsyncDisposable {
  readonly ports: JudgePorts
  readonly baseline: ObjectId
  readonly configDigest: string
  readonly configSource: PresentRules['configSource']
  readonly evaluatorVersion: string
  readonly sandbox: Sandbox
  readonly mounts: Awaited<ReturnType<typeof prepareSetup>>
  /** Of the run, where there is one. */
  readonly gateway: SharedGateway
  /** Trees of the target, never with a suite in them. */
  readonly slots: TreeSlots
  /** Of the texts looked at last: what a proposer makes is screened next. */
  readonly trees: RecentTrees
}

export interface JudgeRequest {
  readonly target: OpenTarget
  readonly options: TargetOptions
  readonly baseline: ObjectId
  readonly observe: Observe
  /** See `openConstitution`. */
  readonly pins?: boolean
  /** What models may be paid from outside of a run; one of its own where left out. */
  readonly purse?: ModelPurse
}

export async function openJudge(invocation: Invocation, request: JudgeRequest, signal: AbortSignal): Promise<OpenJudge> {
  const { target, baseline, observe, purse = new ModelPurse() } = request
  const { workspace, journal } = target
  const { config, digest, configSource } = await loadTargetConfig(invocation, request)
  // Before anything of the target runs, its setup included.
  const { constitution } = await openConstitution(invocation, { workspace, baseline, config, pins: request.pins === true })
  const own = await judgeOf(workspace, baseline)
  requireJudge(own, baseline)
  const version = (trusted: ObjectId): Promise<string> => versionOf(workspace.revisions, { config, judge: own }, trusted)
  const cache = path.join(workspace.stateDirectory, 'cache')
  const sandbox = await openSandbox(invocation, { tier: config.sandbox.tier, toolchains: config.sandbox.toolchains, cache }, signal)
  try {
    const slots = withholdingSlots(workspace.slots, withheldPaths(config))
    const gateway = sharedGateway(invocation, { target, config, purse })
    const installed = await setUp(invocation, { sandbox, config, baseline, workspace: { ...workspace, slots }, directory: path.join(cache, 'setup') }, signal)
    const scope = await scopeOf(invocation, { revisions: workspace.revisions, config, baseline, added: installed.map((mount) => mount.target) })
    const mounts = [...installed, ...(await kitMounts([...config.oracle, ...config.tests, ...Object.values(config.metrics)].map((step) => step.run)))]
    const secrets = createSecretlintScanner()
    const evaluator = withoutSecrets(createEvaluator({ sandbox, slots, scratch: workspace.scratch, config, scope, mounts, clock: invocation.clock, version, benchmark: benchmarkPorts(invocation, { target, config, gateway }), canary: { revisions: workspace.revisions, candidates: workspace.candidates, source: createCanaryMutants() } }), secrets)
    const trees = new RecentTrees()
    const screener = createScreener({ revisions: workspace.revisions, scope, rules: createAstGrepRules(trees), secrets, policy: constitution === null ? null : createConstitutionPolicy(constitution), ...(own.kind === 'apart' ? {} : { isJudging: own.isJudging }) })
    return {
      ports: { config, scope, revisions: workspace.revisions, screener, evaluator, constitution, ruleJudge: singleRuleJudge({ gateway, revisions: workspace.revisions, config, constitution, baseline }), journal, observe },
      baseline,
      configDigest: digest,
      configSource,
      evaluatorVersion: await version(baseline),
      sandbox,
      mounts,
      gateway,
      slots,
      trees,
      [Symbol.asyncDispose]: async () => {
        await evaluator[Symbol.asyncDispose]()
        await sandbox[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await sandbox[Symbol.asyncDispose]()
    throw error
  }
}

/** A sandbox of the tier that is asked for, and of no other. `untested`: for whoever runs the self-test and wants to see what it says. */
export async function openSandbox(
  invocation: Invocation,
  { tier, toolchains, cache, untested = false }: { readonly tier: Tier | 'strongest'; readonly toolchains: readonly string[]; readonly cache: string; readonly untested?: boolean },
  signal: AbortSignal,
): Promise<Sandbox> {
  await refuseShownKeys(invocation.environment, toolchains)
  const options = { environment: invocation.environment, executables: { node: process.execPath }, toolchains, cacheDirectory: path.join(cache, 'tiers'), selfTestDirectory: path.join(userDirectory(invocation.environment, 'XDG_CACHE_HOME'), 'ratchet/self-tests'), clock: invocation.clock }
  if (tier === 'strongest') return await openStrongestTier(options, signal)
  return await (untested ? openSandboxTier(tier, options, signal) : openProvenTier(tier, options, signal))
}

/** The oracle kit, where a command uses it. */
export async function kitMounts(commands: readonly string[]): Promise<OpenJudge['mounts']> {
  if (!usesOracleKit(commands)) return []
  return oracleKitMounts(path.dirname(fileURLToPath(import.meta.resolve('@ratchet/oracle/package.json'))))
}

/** Tiers whose sandboxes have no network at all: what setup downloads for the trusted baseline comes by way of the namespace tier. */
const tiersWithoutNetwork: ReadonlySet<Tier> = new Set(['microvm', 'e2b'])

async function setUp(
  invocation: Invocation,
  { sandbox, config, baseline, workspace, directory }: { readonly sandbox: Sandbox; readonly config: Config; readonly baseline: ObjectId; readonly workspace: Pick<GitWorkspace, 'slots' | 'revisions'>; readonly directory: string },
  signal: AbortSignal,
): Promise<OpenJudge['mounts']> {
  const request = { config, baseline, directory, environment: invocation.environment }
  const ports = { slots: workspace.slots, revisions: workspace.revisions }
  if (config.setup === undefined || !tiersWithoutNetwork.has(sandbox.tier)) return prepareSetup({ ...ports, sandbox }, request, signal)
  await using downloading = await openSandbox(invocation, { tier: 'namespace', toolchains: config.sandbox.toolchains, cache: directory }, signal)
  return await prepareSetup({ ...ports, sandbox: downloading }, request, signal)
}

/** What may be edited, from the baseline's tree: its paths, its links, its npm scripts; and what setup adds to it. */
async function scopeOf(
  invocation: Invocation,
  { revisions, config, baseline, added }: { readonly revisions: RevisionReader; readonly config: Config; readonly baseline: ObjectId; readonly added: readonly string[] },
): Promise<PathScope> {
  const { scope, paths } = await treeScope({ revisions, config, baseline, added })
  for (const glob of idleEditGlobs(config, paths, scope)) invocation.console.note(`note: nothing may be edited under ${JSON.stringify(glob)}: it matches no file, or only protected ones`)
  return scope
}

async function treeScope({ revisions, config, baseline, added }: { readonly revisions: RevisionReader; readonly config: Config; readonly baseline: ObjectId; readonly added: readonly string[] }): Promise<{ readonly scope: PathScope; readonly paths: readonly string[] }> {
  const entries = await revisions.entries(baseline)
  const paths = entries.map((entry) => entry.path)
  const linked = entries.filter((entry) => entry.mode === '120000')
  const targets = await revisions.blobs(linked.map((entry) => entry.id), 4096)
  const links = new Map(linked.map((entry, index) => [entry.path, Buffer.from(targets[index] ?? []).toString('utf8')]))
  const manifest = entries.find((entry) => entry.path === 'package.json')
  const [text] = manifest === undefined ? [] : await revisions.blobs([manifest.id])
  return { scope: createPathScope(config, paths, packageScripts(text), { links, added }), paths }
}

/** See `evaluatorVersion`. What setup adds follows from lockfiles, which are protected. */
async function versionOf(revisions: RevisionReader, { config, judge }: { readonly config: Config; readonly judge: Judge }, trusted: ObjectId): Promise<string> {
  const { scope } = await treeScope({ revisions, config, baseline: trusted, added: [] })
  return evaluatorVersion(revisions, { config, isProtected: (file) => scope.isProtected(file), trusted, ...(judge.kind === 'apart' ? {} : { installation: judge.digest }), ...(await ruleJudgeOf(revisions, config, trusted)) })
}

/** Texts that proposals may change, of a commit. */
export async function scopedSources({ revisions, config, baseline }: { readonly revisions: RevisionReader; readonly config: Config; readonly baseline: ObjectId }): Promise<readonly SourceFile[]> {
  const { scope } = await treeScope({ revisions, config, baseline, added: [] })
  return createSourceReader(revisions, scope)(baseline)
}

/** The version of today's judges for what was proposed on a baseline; null where that has no configuration any more, so that nothing can be said. */
export async function currentVersion(invocation: Invocation, { target, options, baseline }: Omit<JudgeRequest, 'observe' | 'pins' | 'purse'>): Promise<string | null> {
  try {
    const { config } = await loadTargetConfig(invocation, { target, options, baseline })
    return await versionOf(target.workspace.revisions, { config, judge: await judgeOf(target.workspace, baseline) }, baseline)
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError || (error instanceof WorkspaceError && error.code === 'unknown-revision')) return null
    throw error
  }
}

/** The baseline's own configuration; where it has none, the one the operator names or keeps in the working tree. Never the candidate's. */
export async function loadTargetConfig(invocation: Invocation, { target, options, baseline }: Pick<JudgeRequest, 'options' | 'baseline'> & { readonly target: Pick<OpenTarget, 'workspace'> }): Promise<LoadedConfig & Pick<OpenJudge, 'configSource'>> {
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

/** The ports of a search on top of a judge. `models`: those of the run. */
export function openRun(
  invocation: Invocation,
  { target, judge, strategy, goal, lanes, observe, early = null, names = ['genetic'], models = { llm: null, agent: null, self: null, ruleJudge: null } }: { readonly target: OpenTarget; readonly judge: OpenJudge; readonly strategy: StrategyName; readonly goal: 'improve' | 'repair'; readonly lanes: readonly Lane[]; readonly observe: Observe; readonly early?: EarlyObservation | null; readonly names?: readonly string[]; readonly models?: RunModels },
): RunPorts {
  const { workspace } = target
  return {
    ...judge.ports,
    ...(models.ruleJudge === null ? {} : { ruleJudge: models.ruleJudge }),
    observe,
    candidates: workspace.candidates,
    index: target.index,
    snapshots: snapshotsOf(target),
    proposer: proposerOf(goal, { names, llm: models.llm, agent: models.agent, self: models.self, trees: judge.trees }),
    strategy: goal === 'repair' ? repairStrategy : createStrategy(strategy, judge.ports.config.search),
    opportunities: early ?? opportunitiesOf(target, judge, goal),
    clock: invocation.clock,
    lanes,
  }
}

/** Begins to look for what takes the time while the baseline is still tested; null where that could not be for an improvement, or would only take turns on one processor. */
export function observeEarly(target: OpenTarget, judge: OpenJudge, signal: AbortSignal): EarlyObservation | null {
  return judge.ports.config.search.goal === 'repair' || judge.ports.config.search.self !== null || os.availableParallelism() < 2 ? null : new EarlyObservation(opportunitiesOf(target, judge, 'improve'), signal)
}

function opportunitiesOf(target: OpenTarget, judge: OpenJudge, goal: 'improve' | 'repair'): OpportunitySource {
  return knownOpportunities(target.index, judge, opportunitySource(target, judge, goal))
}

/** Where the states of runs are kept, for quick resuming. */
export function snapshotsOf({ workspace }: OpenTarget): RunSnapshots {
  return createSnapshotFiles(path.join(workspace.stateDirectory, 'cache', 'runs'))
}

/** The tree of HEAD, set up by this configuration, in a sandbox: for trying something on it before there is a committed configuration. */
export async function openTrial(
  invocation: Invocation,
  { options, config }: { readonly options: TargetOptions; readonly config: Config },
  signal: AbortSignal,
): Promise<AsyncDisposable & { readonly launch: (command: string, collect: string, more: readonly { readonly source: string; readonly target: string }[]) => Promise<LaunchResult> }> {
  await using opened = new AsyncDisposableStack()
  const workspace = opened.use(await openGitWorkspace({ directory: options.target, environment: invocation.environment, slotOwner: commandOwner(ownRights()) }))
  const baseline = (await workspace.revisions.commit('HEAD')).id
  // Nobody has opened a journal here yet, and the next step of the user is `git add`.
  prepareDirectory(workspace.stateDirectory)
  const cache = path.join(workspace.stateDirectory, 'cache')
  const sandbox = opened.use(await openSandbox(invocation, { tier: 'namespace', toolchains: [], cache }, signal))
  const installed = await setUp(invocation, { sandbox, config, baseline, workspace, directory: path.join(cache, 'setup') }, signal)
  const slot = opened.use(await workspace.slots.materialise({ commit: baseline, baseline, isProtected: () => false, isWithheld: withheldPaths(config) }))
  const kit = await kitMounts(['ratchet-oracle run'])
  const { memory, cpu, processes, disk, output } = config.sandbox
  const limits = { memoryBytes: memory, cpuMs: cpu, wallMs: 120_000, processes, diskBytes: disk, outputBytes: output }
  const resources = opened.move()
  return {
    launch: (command, collect, more) => sandbox.launch({ command, tree: slot.path, access: 'throw-away', mounts: [...installed, ...kit, ...more], readOnly: [], environment: { RATCHET_SEED: '1' }, limits, collect }, signal),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

export { installBubblewrap, localTiers }
