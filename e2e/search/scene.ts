import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMemoryJournal, createMemorySnapshots } from '@ratchet/core/testing'
import {
  configSchema, createEvaluator, createPathScope, createScreener, resumeRun, runSearch, seededRandom, startRun, createStrategy,
  type JournalEvent, type JudgePorts, type Lane, type Launch, type LaunchResult, type Proposer, type RunPorts, type RunSnapshots, type Sandbox, type Strategy, type StrategyName,
} from '@ratchet/core'
import { createAstGrepRules } from '@ratchet/core/adapters/ast-grep-rules/ast-grep-rules'
import { openGitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { openJudge } from '../../packages/cli/src/compose.ts'
import { openTarget } from '../../packages/cli/src/compose-target.ts'
import { createConsole } from '../../packages/cli/src/console.ts'
import type { Invocation } from '../../packages/cli/src/invocation.ts'
import { makeTarget } from '../target.ts'

// The whole search with real git, journal and decisions; only commands are replaced, by one that reads its figure from the tree without taking time. With a constitution it is screened and governed by what the command line composes.

const written = {
  target: { edit: ['src/**'], protect: [] },
  tests: [{ run: 'test', report: 'exit-code', timeout: '10s' }],
  metrics: { cost: { run: 'measure', measure: 'cpu-time', timeout: '10s' } },
}
const confirmed = configSchema.parse(written)
const unconfirmed = configSchema.parse({ ...written, accept: { confirm: false } })
const signal = new AbortController().signal
// Two targets with the same files are the same commit, so that whole journals can be compared.
for (const name of ['GIT_AUTHOR_DATE', 'GIT_COMMITTER_DATE']) process.env[name] = '2026-01-01T00:00:00Z'

/**
 * `cost N` lines, also as comments, add up to the CPU time of `measure`, with a little noise that depends on the seed and the text only; `note two` takes off less
 * than counts as useful; a line `broken`, or `cost 11` without `note has`, fails the tests. `order`: how long one launch after the other takes, in ms, over and over.
 */
function readingSandbox(order: readonly number[] = [], going: Going = { now: 0, most: 0, lanes: new Set(), company: 1 }): Sandbox {
  let launches = 0
  return {
    tier: 'namespace',
    launch: async ({ command, tree, environment, processors }: Launch): Promise<LaunchResult> => {
      if (command === 'test') going.lanes.add(String(processors))
      going.most = Math.max(going.most, ++going.now)
      for (let waited = 0; waited < 500 && going.most < going.company; waited++) await sleep(1)
      await sleep(order[launches++ % order.length] ?? 0)
      going.now--
      const text = readFileSync(path.join(tree, 'src/a.js'), 'utf8')
      const cost = [...text.matchAll(/^(?:\/\/ )?cost (\d+)$/gm)].reduce((sum, [, digits]) => sum + Number(digits), 0)
      const failed = command === 'test' && (/^broken$/m.test(text) || (/^cost 11$/m.test(text) && !/^note has$/m.test(text)))
      const noise = seededRandom(environment['RATCHET_SEED'] ?? '', text).next() / 500
      const cpuMs = cost * (1 + noise - (/^note two$/m.test(text) ? 0.004 : 0))
      return { ending: 'exited', exitCode: failed ? 1 : 0, stdout: new Uint8Array(), stderr: new Uint8Array(), collected: null, usage: { wallMs: cpuMs, cpuMs, peakMemoryBytes: 1, accounting: 'cgroup-v2' } }
    },
    probe: async () => ({ tier: 'namespace', available: true, accounting: 'cgroup-v2', treeMode: 'overlay', checks: [] }),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

export interface Going {
  now: number
  /** Launches that went on at the same time. */
  most: number
  /** As many are waited for, for a while: on a busy machine one could be done before the next begins. */
  readonly company: number
  /** Where tests were launched. */
  readonly lanes: Set<string>
}

export async function* events(list: readonly JournalEvent[]): AsyncGenerator<JournalEvent> {
  yield* list
}

/** As when the folder of them was deleted. */
const noSnapshots: RunSnapshots = { load: async () => null, save: async () => undefined, discard: async () => undefined }

export interface Found {
  readonly events: readonly JournalEvent[]
  readonly winner: string | null
  /** The winner's text of src/a.js. */
  readonly text: string | null
  readonly going: Going
  /** What is offered beside it, and its text. */
  readonly beside: string | null
  readonly besideText: string | null
}

/** As `ratchet run` opens them. */
async function judgePorts(opened: AsyncDisposableStack, directory: string, baseline: string): Promise<JudgePorts> {
  const silent = { write: () => true } as unknown as NodeJS.WritableStream
  const invocation: Invocation = { console: createConsole({ stdout: silent, stderr: silent }, false), signal, environment: process.env, stdin: process.stdin, stdout: process.stdout, stderr: silent, clock: () => new Date(), setExitCode: () => undefined }
  const options = { target: directory, json: false }
  const target = opened.use(await openTarget(invocation, options, 'write'))
  return opened.use(await openJudge(invocation, { target, options, baseline, observe: () => undefined }, signal)).ports
}

export async function search(text: string, proposer: Proposer, options: { readonly evaluations: number; readonly strategy?: StrategyName; readonly chooses?: Strategy; readonly stopAfter?: number; readonly withSnapshots?: boolean; readonly lookahead?: number; readonly lanes?: readonly Lane[]; readonly order?: readonly number[]; readonly resumedOnce?: boolean; readonly unconfirmed?: boolean; readonly leavesAsked?: boolean; readonly constitution?: string; readonly files?: Readonly<Record<string, string>> }): Promise<Found> {
  const config = options.unconfirmed === true ? unconfirmed : confirmed
  await using target = await makeTarget({ 'src/a.js': text, ...options.files, ...(options.constitution === undefined ? {} : { 'constitution.yaml': options.constitution, 'ratchet.yaml': JSON.stringify({ ...written, constitution: 'constitution.yaml' }) }) })
  await using workspace = await openGitWorkspace({ directory: target.directory, environment: process.env })
  const { revisions, candidates, slots, scratch } = workspace
  const baseline = (await revisions.commit('HEAD')).id
  const scope = createPathScope(config, ['src/a.js', ...Object.keys(options.files ?? {})])
  const clock = (): Date => new Date(0)
  const journal = createMemoryJournal({ clock })
  const snapshots = options.withSnapshots === false ? noSnapshots : createMemorySnapshots()
  const strategy = options.strategy ?? 'greedy'
  const going: Going = { now: 0, most: 0, lanes: new Set(), company: options.lanes?.length ?? 1 }
  await using opened = new AsyncDisposableStack()
  const governed = options.constitution === undefined ? null : await judgePorts(opened, target.directory, baseline)
  const ports = async (): Promise<RunPorts & AsyncDisposable> => {
    const evaluator = createEvaluator({ sandbox: readingSandbox(options.order, going), slots, scratch, config, scope, mounts: [], clock })
    const { screener, constitution = null } = governed ?? { screener: createScreener({ revisions, scope, rules: createAstGrepRules() }) }
    return { config, constitution, scope, revisions, screener, evaluator, journal, index: journal, snapshots, observe: () => undefined, ...(options.lanes === undefined ? {} : { lanes: options.lanes }), candidates, proposer, strategy: options.chooses ?? createStrategy(strategy, config.search), opportunities: { observe: async () => [] }, clock, [Symbol.asyncDispose]: () => evaluator[Symbol.asyncDispose]() }
  }
  const state = await startRun({ journal, revisions }, { seed: 1, configDigest: 'c', baseline, strategy, proposer: 'genetic', evaluations: options.evaluations, wallMs: null, tier: 'namespace', ...(options.lookahead === undefined ? {} : { lookahead: options.lookahead }), ...(options.leavesAsked === true ? {} : { followsAsked: true as const }) })
  await using first = await ports()
  let evaluations = 0
  const controller = new AbortController()
  const counted = { ...first, observe: (event: { readonly kind: string }) => void (event.kind === 'decided' && ++evaluations === options.stopAfter && controller.abort()) }
  if ((await runSearch(counted, state, { once: false }, controller.signal)) === 'interrupted') {
    const resumed = await resumeRun({ revisions, journal, index: journal, snapshots }, state.run, { configDigest: 'c', evaluatorVersion: null, configSource: 'baseline' })
    await using second = await ports()
    await runSearch(second, resumed, { once: options.resumedOnce === true }, signal)
  }
  const all: JournalEvent[] = []
  for await (const event of journal.read(0)) all.push(event)
  const finished = all.find((event) => event.kind === 'run-finished')
  const { winner, beside = null } = finished?.kind === 'run-finished' ? finished.body : { winner: null }
  const textOf = async (id: string | null): Promise<string | null> => {
    const made = all.find((event) => event.kind === 'proposal-made' && event.body.proposal.id === id)
    return made?.kind === 'proposal-made' ? target.git('show', `${made.body.commit}:src/a.js`) : null
  }
  return { events: all, winner, text: await textOf(winner), going, beside, besideText: await textOf(beside) }
}

