import path from 'node:path'
import type { AttemptPorts, Config, ObjectId, Suite, SuiteFiles, TaskAgent } from '@ratchet/core'
import { readSuite } from '@ratchet/core/benchmark/read-suite'
import { committedSuite } from '@ratchet/core/benchmark/suite-files'
import { agentCode, agentOf } from '@ratchet/core/benchmark/suite-sides'
import { prepareTree } from '@ratchet/core/evaluation/prepared-tree'
import { withholdingSlots } from '@ratchet/core/workspace/withholding-slots'
import type { GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { openSuiteFolder } from '@ratchet/core/adapters/suite-folder/suite-folder'
import { committedPlace } from './committed-place.ts'
import { proposingAgents } from './compose-agents.ts'
import { benchmarkPorts, taskRepositories } from './compose-benchmark.ts'
import { hiddenFromAgents } from './compose-hidden-paths.ts'
import { openJudge, type OpenJudge } from './compose.ts'
import type { OpenTarget } from './compose-target.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

export interface OpenBenchmark extends AsyncDisposable {
  readonly suite: Suite
  readonly agent: TaskAgent
  readonly ports: AttemptPorts
}

/** A suite and an agent for it, with the tree of HEAD as the agent's code: never with a suite in it, nor with what is held out. */
export async function openBenchmark(invocation: Invocation, { target, options, place }: { readonly target: OpenTarget; readonly options: TargetOptions & { readonly agent?: string; readonly run?: string; readonly model?: string }; readonly place: string }, signal: AbortSignal): Promise<OpenBenchmark> {
  const { workspace } = target
  const baseline = (await workspace.revisions.commit('HEAD')).id
  await using opened = new AsyncDisposableStack()
  const judge = opened.use(await openJudge(invocation, { target, options, baseline, observe: () => undefined }, signal))
  const { config, scope } = judge.ports
  const { files, isSuite } = await findSuite(workspace, baseline, place)
  const suite = await readSuite(files, taskRepositories(invocation))
  const isHidden = await hiddenFromAgents({ revisions: workspace.revisions, config, baseline })
  const slots = withholdingSlots(judge.slots, (file) => isSuite(file) || isHidden(file))
  const prepared = opened.use(await prepareTree({ sandbox: judge.sandbox, slots, scratch: workspace.scratch }, { config, commit: baseline, trusted: baseline, isProtected: (file) => scope.isProtected(file), mounts: judge.mounts }, signal))
  if (prepared.build !== null && !prepared.build.ok) throw new UsageError('baseline-fails', `the build of HEAD fails, so that there is no agent to launch:\n${prepared.build.tail}`)
  const { path: code } = opened.use(await agentCode(prepared.tree, workspace.scratch))
  const agent = benchmarkedAgent(config, options, { code, mounts: prepared.tree.mounts })
  const benchmark = benchmarkPorts(invocation, { target, config, gateway: judge.gateway })
  const ports = { sandbox: judge.sandbox, doors: benchmark.doors, gateway: await judge.gateway.get(), scratch: workspace.scratch, owner: benchmark.owner, config, mounts: judge.mounts }
  const resources = opened.move()
  return { suite, agent, ports, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

/** As HEAD has it, else as it lies on this machine. */
async function findSuite({ revisions, root: top }: Pick<GitWorkspace, 'revisions' | 'root'>, baseline: ObjectId, place: string): Promise<{ readonly files: SuiteFiles; readonly isSuite: (path: string) => boolean }> {
  const paths = (await revisions.entries(baseline)).map((entry) => entry.path)
  const root = await committedPlace(place, { root: top, isCommitted: (name) => paths.some((file) => file === name || file.startsWith(`${name}/`)) })
  if (root === null) return { files: await openSuiteFolder(path.resolve(place)), isSuite: () => false }
  return { files: await committedSuite(revisions, baseline, root), isSuite: (file) => file === root || file.startsWith(`${root}/`) }
}

function benchmarkedAgent(config: Config, options: { readonly agent?: string; readonly run?: string; readonly model?: string }, parts: { readonly code: string; readonly mounts: OpenJudge['mounts'] }): TaskAgent {
  if (options.agent !== undefined && options.run !== undefined) throw new UsageError('bad-argument', '--agent and --run name two agents')
  const model = options.model === undefined ? {} : { model: options.model }
  if (options.model !== undefined && !Object.hasOwn(config.models?.use ?? {}, options.model)) throw new UsageError('bad-argument', `no model is called ${options.model}`, { remedy: '`ratchet models` lists them.' })
  const metric = Object.values(config.metrics).find(({ suite }) => suite !== undefined)
  if (options.agent !== undefined) {
    const named = proposingAgents(config, [options.agent])[0]
    if (named === undefined) throw new UsageError('bad-argument', `no agent is called ${options.agent}`, { remedy: 'Name one under agents.use in the configuration.' })
    return { ...agentOf(config, { run: named.command, timeout: named.limits.wallMs, model: options.model ?? named.model.name, calls: named.calls, trajectory: named.trajectory, bridge: named.bridge }, { ...parts, mounts: parts.mounts.filter(({ target }) => target.startsWith('/')) }), limits: named.limits, environment: named.environment, code: named.code === null ? null : path.join(parts.code, named.code) }
  }
  const run = options.run ?? metric?.run
  if (run === undefined) throw new UsageError('bad-argument', 'no agent is named', { remedy: 'Give --run COMMAND or --agent NAME, or configure a metric with a suite.' })
  return agentOf(config, { ...(metric ?? { timeout: config.sandbox.wall, model: undefined, calls: undefined, trajectory: undefined, bridge: undefined }), run, ...model }, parts)
}
