import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { LaunchResult, JudgePorts, Config, ObjectId, Observe, PathScope, PresentRules, RevisionReader, Sandbox, Screener, Tier, TreeSlots } from '@ratchet/core'
import { createEvaluator } from '@ratchet/core/evaluation/evaluator'
import { prepareSetup } from '@ratchet/core/evaluation/setup-cache'
import { withoutSecrets } from '@ratchet/core/evaluation/without-secrets'
import { hiddenToolchains } from '@ratchet/core/sandbox/hidden-toolchains'
import { idleEditGlobs, withheldPaths } from '@ratchet/core/target/path-scope'
import { withholdingSlots } from '@ratchet/core/workspace/withholding-slots'
import { RecentTrees } from '@ratchet/core/adapters/ast-grep-rules/recent-trees'
import { installBubblewrap } from '@ratchet/core/adapters/bubblewrap-sandbox/install-bubblewrap'
import { commandOwner, ownRights } from '@ratchet/core/adapters/bubblewrap-sandbox/stage'
import { createCanaryMutants } from '@ratchet/core/adapters/canary-mutants/canary-mutants'
import { openGitWorkspace, type GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { oracleKitMounts, usesOracleKit } from '@ratchet/core/adapters/oracle-kit/oracle-kit-mounts'
import { localTiers, openProvenTier, openSandboxTier, openStrongestTier } from '@ratchet/core/adapters/sandbox-tiers/open-sandbox-tier'
import { createSecretlintScanner } from '@ratchet/core/adapters/secretlint-scanner/secretlint-scanner'
import { prepareDirectory } from '@ratchet/core/adapters/sqlite-journal/journal-directory'
import { benchmarkPorts, sharedGateway, type SharedGateway } from './compose-benchmark.ts'
import { openConstitution } from './compose-constitution.ts'
import { requireLoadedJudge } from './compose-judging.ts'
import { refuseShownKeys } from './compose-record.ts'
import type { ScreenerRequest } from './compose-screening.ts'
import { loadTargetConfig, type OpenTarget } from './compose-target.ts'
import { treeScope, versionOf } from './compose-version.ts'
import { singleRuleJudge } from './single-rule-judge.ts'
import { watchFirstLaunch } from './first-launch.ts'
import type { Invocation } from './invocation.ts'
import { ModelPurse } from './model-purse.ts'
import type { TargetOptions } from './target-options.ts'
import { userDirectory } from './user-directory.ts'
import { UsageError } from './usage-error.ts'

export { tryCounter as tryHardwareCounter } from '@ratchet/core/adapters/bubblewrap-sandbox/hardware-counter'
export { provePinning } from '@ratchet/core/adapters/linux-processors/prove-pinning'
export { readCores } from '@ratchet/core/adapters/linux-processors/read-cores'
export { explainSurvey, renderConfig } from '@ratchet/core/adapters/repository-survey/render-config'

/** Everything that judges changes against one baseline. */
export interface OpenJudge extends AsyncDisposable {
  readonly ports: JudgePorts
  readonly baseline: ObjectId
  readonly configDigest: string
  readonly configSource: PresentRules['configSource']
  readonly evaluatorVersion: string
  readonly sandbox: Sandbox
  /** Kept soon after the first launch of an evaluation has begun. */
  readonly begun: Promise<void>
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
  const own = await requireLoadedJudge(workspace, baseline)
  const version = (trusted: ObjectId): Promise<string> => versionOf(workspace.revisions, { config, judge: own }, trusted)
  const cache = path.join(workspace.stateDirectory, 'cache')
  const sandbox = await openSandbox(invocation, { tier: config.sandbox.tier, toolchains: config.sandbox.toolchains, cache }, signal)
  try {
    refuseHiddenToolchains(sandbox.tier, config.sandbox.toolchains)
    const slots = withholdingSlots(workspace.slots, withheldPaths(config))
    const gateway = sharedGateway(invocation, { target, config, purse })
    const installed = await setUp(invocation, { sandbox, config, baseline, workspace: { ...workspace, slots }, directory: path.join(cache, 'setup') }, signal)
    const scope = await scopeOf(invocation, { revisions: workspace.revisions, config, baseline, added: installed.map((mount) => mount.target) })
    const mounts = [...installed, ...(await kitMounts([...config.oracle, ...config.tests, ...Object.values(config.metrics)].map((step) => step.run)))]
    const secrets = createSecretlintScanner()
    const watched = watchFirstLaunch(sandbox)
    const evaluator = withoutSecrets(createEvaluator({ sandbox: watched.sandbox, slots, scratch: workspace.scratch, config, scope, mounts, clock: invocation.clock, version, revisions: workspace.revisions, benchmark: benchmarkPorts(invocation, { target, config, gateway }), canary: { revisions: workspace.revisions, candidates: workspace.candidates, source: createCanaryMutants() } }), secrets)
    const trees = new RecentTrees()
    const policy = constitution === null ? null : (await import('@ratchet/core/constitution/constitution-policy')).createConstitutionPolicy(constitution)
    const screener = deferredScreener({ revisions: workspace.revisions, scope, secrets, policy, trees, ...(own.kind === 'apart' ? {} : { isJudging: own.isJudging }) })
    return {
      ports: { config, scope, revisions: workspace.revisions, screener, evaluator, constitution, ruleJudge: singleRuleJudge({ gateway, revisions: workspace.revisions, config, constitution, baseline }), journal, observe },
      baseline,
      configDigest: digest,
      configSource,
      evaluatorVersion: await version(baseline),
      sandbox,
      begun: watched.begun,
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

/** Rules on code are loaded when the first change is screened, or before that by who knows that one will be. Those of the constitution are there already: whether one asks who made a change decides what is looked up before it is screened. */
function deferredScreener(request: ScreenerRequest): Screener {
  let opened: Promise<Screener> | null = null
  const open = async (): Promise<Screener> => (await import('./compose-screening.ts')).openScreener(request)
  return { readsAuthors: request.policy?.readsAuthors ?? false, screen: async (change, signal) => (await (opened ??= open())).screen(change, signal) }
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

/** Otherwise a command fails much later, or takes another program of that name. */
function refuseHiddenToolchains(tier: Tier, toolchains: readonly string[]): void {
  const hidden = hiddenToolchains(tier, toolchains)
  if (hidden.length === 0) return
  throw new UsageError('bad-argument', `the sandbox has a place of its own in front of ${hidden.join(' and ')}, and would not show it`, { remedy: 'Install it elsewhere, for instance below /opt or /usr/local, and name that under sandbox.toolchains.' })
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
