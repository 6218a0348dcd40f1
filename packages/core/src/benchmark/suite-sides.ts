import { cp, mkdir, mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import type { DoorOpener } from '../capability/door.ts'
import { stepLimits, type LaunchTree } from '../evaluation/launch-plan.ts'
import type { RunId } from '../journal/event.ts'
import type { Gateway } from '../model/gateway.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { Mount, Sandbox } from '../sandbox/sandbox.ts'
import type { Config, MetricConfig } from '../target/config.ts'
import { withheldPaths } from '../target/path-scope.ts'
import { removeTree } from '../workspace/remove-tree.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { attemptLabel, attemptSeed } from './attempt-name.ts'
import { attemptTask, type AttemptOutcome, type TaskAgent } from './attempt-task.ts'
import { BenchmarkError } from './benchmark-error.ts'
import type { Suite, TaskRepositories } from './benchmark-task.ts'
import { readSuite } from './read-suite.ts'
import { committedSuite } from './suite-files.ts'
import type { TaskRun } from './task-run.ts'

/** What evaluations with a suite need besides a sandbox. */
export interface BenchmarkPorts {
  readonly doors: DoorOpener
  /** Of the run that asks, or of the one command: what agents spend counts against the same budget as everything else. */
  readonly gateway: () => Promise<Gateway>
  readonly revisions: Pick<RevisionReader, 'commit' | 'entries' | 'blobs'>
  readonly repositories: TaskRepositories
  /** What no agent may see, by this trusted commit: see `hiddenPaths`. */
  readonly hidden: (trusted: ObjectId) => Promise<(path: string) => boolean>
  /** The user that commands run as, where that is another one. */
  readonly owner: number | null
}

/** For what tasks are attempted. The same occasion, made again by a resumed run, gives the same seeds and the same labels, so that nothing that was answered is asked twice. */
export interface Occasion {
  readonly run: RunId | null
  /** What the limits of one proposal are counted by. The baseline's calls are nobody's. */
  readonly about: string | null
  /** `search`, `confirm 2`: within one, every candidate is held against the same attempts of the baseline. */
  readonly phase: string
  readonly seed: number
}

export interface SideTree {
  readonly commit: ObjectId
  readonly tree: LaunchTree
}

export interface SidesRequest {
  readonly config: Config
  readonly sandbox: Sandbox
  readonly scratch: string
  readonly trusted: ObjectId
  readonly occasion: Occasion
  readonly arms: { readonly baseline: SideTree; readonly candidate: SideTree }
  /** Lays a commit out once more, without what no agent may see. */
  readonly agentTree: (commit: ObjectId, isHidden: (path: string) => boolean, signal: AbortSignal) => Promise<AgentTree>
}

/** A tree for as long as it is held. */
interface AgentTree extends AsyncDisposable {
  readonly tree: LaunchTree
}

/** Both sides of an evaluation, to be given the tasks of suites. */
export interface SuiteSides extends AsyncDisposable {
  /** Names of the tasks of a suite: those that a search and a confirmation ask, or those that are held out from both. */
  tasks(metric: MetricConfig, which?: 'asked' | 'held-out'): Promise<readonly string[]>
  attempt(asked: { readonly name: string; readonly metric: MetricConfig; readonly side: TaskRun['side']; readonly task: string }, signal: AbortSignal): Promise<{ readonly seed: number; readonly outcome: AttemptOutcome }>
}

/** As long as a token lives, less what a launch takes around it. */
const longestWallMs = 50 * 60_000
const usualCalls = 100

/** Suites of one evaluator: read once for each commit, and what the baseline did with a task is kept for every candidate of the phase. */
export class Benchmarks {
  readonly #ports: BenchmarkPorts
  readonly #suites = new Map<string, Promise<Suite>>()
  readonly #baseline = new Map<string, Promise<AttemptOutcome>>()

  constructor(ports: BenchmarkPorts) {
    this.#ports = ports
  }

  suite(trusted: ObjectId, place: string): Promise<Suite> {
    return remembered(this.#suites, `${trusted} ${place}`, async () => readSuite(await committedSuite(this.#ports.revisions, trusted, place), this.#ports.repositories))
  }

  sides(request: SidesRequest): SuiteSides {
    const codes = new Map<string, Promise<AgentCode>>()
    return {
      tasks: async (metric, which = 'asked') => (await this.suite(request.trusted, suiteOf(metric))).tasks.filter(({ heldOut }) => heldOut === (which === 'held-out')).map(({ id }) => id),
      attempt: (asked, signal) => this.#attempt(request, codes, asked, signal),
      [Symbol.asyncDispose]: async () => {
        for (const made of await Promise.allSettled(codes.values())) if (made.status === 'fulfilled') await made.value[Symbol.asyncDispose]()
      },
    }
  }

  async #attempt(request: SidesRequest, codes: Map<string, Promise<AgentCode>>, { name, metric, side, task }: Parameters<SuiteSides['attempt']>[0], signal: AbortSignal): ReturnType<SuiteSides['attempt']> {
    const { occasion, arms, config, sandbox, scratch } = request
    const { commit, tree } = arms[side]
    const place = { phase: occasion.phase, name, task }
    const seed = attemptSeed(occasion.seed, place)
    const label = attemptLabel({ ...place, tree: (await this.#ports.revisions.commit(commit)).tree, seed })
    const suite = await this.suite(request.trusted, suiteOf(metric))
    const run = async (): Promise<AttemptOutcome> => {
      const { path: code } = await remembered(codes, tree.path, () => this.#code(request, arms[side], signal))
      const { doors, owner } = this.#ports
      const ports = { sandbox, doors, gateway: await this.#ports.gateway(), scratch, owner, config, mounts: tree.mounts }
      const grant = { run: occasion.run, about: side === 'baseline' ? null : occasion.about, label }
      return attemptTask(ports, { task: await suite.load(task, signal), agent: agentOf(config, metric, { code, mounts: tree.mounts }), side, grant, seed }, signal)
    }
    return { seed, outcome: side === 'baseline' ? await remembered(this.#baseline, `${occasion.run ?? ''} ${label}`, run, ({ kind }) => kind === 'judged') : await run() }
  }

  /** Threat: what an agent prints is told to whoever proposes, and its tree holds held-out tests where the evaluation runs them. */
  async #code({ config, scratch, trusted, agentTree }: SidesRequest, { commit, tree }: SideTree, signal: AbortSignal): Promise<AgentCode> {
    const isHidden = await this.#ports.hidden(trusted)
    // No tree holds a suite.
    const isWithheld = withheldPaths(config)
    if (!(await this.#ports.revisions.entries(trusted)).some(({ path: file }) => isHidden(file) && !isWithheld(file))) return agentCode(tree, scratch)
    await using held = new AsyncDisposableStack()
    const { path: code } = held.use(await agentCode(held.use(await agentTree(commit, isHidden, signal)).tree, scratch))
    const kept = held.move()
    return { path: code, [Symbol.asyncDispose]: () => kept.disposeAsync() }
  }
}

function suiteOf({ suite }: MetricConfig): string {
  if (suite === undefined) throw new TypeError('the metric has no suite')
  return suite
}

/** The agent of a metric, with the code of one side. */
export function agentOf(config: Pick<Config, 'sandbox' | 'models'>, metric: Pick<MetricConfig, 'run' | 'timeout' | 'model' | 'calls' | 'trajectory' | 'bridge'>, { code, mounts }: { readonly code: string | null; readonly mounts: readonly Mount[] }): TaskAgent {
  const model = metric.model ?? Object.keys(config.models?.use ?? {})[0]
  if (model === undefined) throw new BenchmarkError('model-unavailable', 'the configuration has no model for the agent', { remedy: 'Add `models: { use: { NAME: ... } }`.' })
  const limits = stepLimits(config, metric.timeout)
  return {
    command: metric.run,
    code,
    mounts: code === null ? [] : mounts.map(({ source, target }) => ({ source, target: path.posix.resolve('/srv/agent', target) })),
    model,
    limits: { ...limits, wallMs: Math.min(limits.wallMs, longestWallMs) },
    requests: metric.calls ?? usualCalls,
    needsTrajectory: metric.trajectory === 'required',
    bridge: metric.bridge === true,
  }
}

/** A host folder with an agent's code, for as long as it is held. */
export interface AgentCode extends AsyncDisposable {
  readonly path: string
}

/** A tree as the code of an agent is shown. It is read-only, so that what setup added can only lie in folders that are there already. */
export async function agentCode(tree: LaunchTree, scratch: string): Promise<AgentCode> {
  const places = tree.mounts.filter(({ target }) => !target.startsWith('/')).map(({ target }) => target)
  if (places.length === 0) return { path: tree.path, [Symbol.asyncDispose]: () => Promise.resolve() }
  const home = await mkdtemp(path.join(scratch, 'code-'))
  try {
    const copy = path.join(home, 'tree')
    await cp(tree.path, copy, { recursive: true, verbatimSymlinks: true })
    for (const place of places) await mkdir(path.join(copy, place), { recursive: true, mode: 0o755 })
    return { path: copy, [Symbol.asyncDispose]: () => removeTree(home) }
  } catch (error) {
    await removeTree(home)
    throw error
  }
}

/** What fails, is aborted, or is not worth keeping, is made again by the next one who asks. */
function remembered<Value>(known: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>, isKept: (value: Value) => boolean = () => true): Promise<Value> {
  const before = known.get(key)
  if (before !== undefined) return before
  const made = make()
  known.set(key, made)
  made.then((value) => isKept(value) || known.delete(key), () => known.delete(key))
  return made
}
