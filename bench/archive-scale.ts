// How the archive of a run behaves as it grows: choosing a parent by each strategy, memory, what one more decided proposal costs, and taking a killed run up again. Decisions are made up; the state of the run, the
// archive and the strategies are the real ones, fed with the events that a journal would hold. Each figure of memory is of a process of its own.
//   node bench/archive-scale.ts [variants] [strategy ...]     default: 1000000, every strategy
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { configSchema, createStrategy, seededRandom, strategyNames, type EventBodies, type NewEvent, type Strategy, type StrategyName } from '../packages/core/src/index.ts'
import { createSnapshotFiles } from '../packages/core/src/adapters/snapshot-files/snapshot-files.ts'
import { RunState } from '../packages/core/src/cycle/run-state.ts'

const marks = [100, 10_000, 100_000, 1_000_000]
const choices = 500
/** How often each strategy takes the run up again, all of them taking turns. */
const repetitions = 5
/** Steps that follow before memory is looked at. */
const stepsAfter = 1_000

const { search } = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } } })
const digest = (text: string, algorithm = 'sha1'): string => hash(algorithm, text, 'hex')
const root = digest('root')
const random = seededRandom('archive-scale')

switch (process.argv[2]) {
  case 'grow':
    await grow(process.argv[3] as StrategyName, { variants: Number(process.argv[4]), directory: process.argv[5] as string })
    break
  case 'resume':
    await resume(process.argv[3] as StrategyName, process.argv[4] as string)
    break
  default:
    await compare(Number(process.argv[2] ?? 1_000_000), process.argv.slice(3))
}

async function compare(variants: number, named: readonly string[]): Promise<void> {
  const strategies = strategyNames.filter((name) => named.length === 0 || named.includes(name))
  const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-bench-'))
  try {
    for (const name of strategies) console.log(runSelf('grow', name, String(variants), directory))
    const { size } = await stat(path.join(directory, 'bench.state'))
    console.log(`snapshot of ${mebibytes(size)} MiB; taken up again, of ${repetitions} times the median (least to most):`)
    const times = new Map(strategies.map((name) => [name, [] as Resumed[]]))
    for (let round = 0; round < repetitions; round++) for (const name of strategies) times.get(name)?.push(JSON.parse(runSelf('resume', name, directory)) as Resumed)
    for (const [name, resumed] of times) console.log(`  ${name.padEnd(14)} ${spread(resumed, 'readMs')} ms to read + ${spread(resumed, 'choiceMs')} ms until the first choice = ${spread(resumed, 'totalMs')} ms, ${spread(resumed, 'cpuMs')} of the processor; ${stepsAfter} steps later resident ${spread(resumed, 'residentMiB')} MiB, at most ${spread(resumed, 'mostMiB')}`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function runSelf(...args: readonly string[]): string {
  // As `ratchet run` starts itself.
  return execFileSync(process.execPath, ['--max-semi-space-size=16', import.meta.filename, ...args], { encoding: 'utf8' }).trimEnd()
}

interface Resumed {
  readonly readMs: number
  readonly choiceMs: number
  readonly totalMs: number
  /** Processor time of all that: what other programs on the machine change least. */
  readonly cpuMs: number
  readonly residentMiB: number
  readonly mostMiB: number
}

function spread(resumed: readonly Resumed[], of: keyof Resumed): string {
  const values = resumed.map((one) => one[of]).sort((a, b) => a - b)
  return `${values[values.length >> 1]?.toFixed(0)} (${values[0]?.toFixed(0)} to ${values.at(-1)?.toFixed(0)})`
}

/** A run that was never interrupted: the strategy looks after every variant. */
async function grow(name: StrategyName, { variants, directory }: { readonly variants: number; readonly directory: string }): Promise<void> {
  const started: EventBodies['run-started'] = { run: 'bench', seed: 1, configDigest: '', baseline: root, strategy: name, proposer: 'genetic', evaluations: variants, wallMs: null, tier: 'namespace' }
  const state = new RunState({ started, rootTree: digest('root tree') })
  const strategy = createStrategy(name, search)
  for (const mark of marks.filter((of) => of <= variants)) {
    const from = performance.now()
    const first = state.nextStep
    while (state.nextStep <= mark - choices) enter(state)
    const perVariant = (1000 * (performance.now() - from)) / Math.max(1, state.nextStep - first)
    choose(strategy, state)
    const times: number[] = []
    while (state.nextStep <= mark) {
      enter(state)
      const before = performance.now()
      choose(strategy, state)
      times.push(1000 * (performance.now() - before))
    }
    times.sort((a, b) => a - b)
    const { rss, heapTotal, arrayBuffers } = process.memoryUsage()
    console.log(`${name.padEnd(14)} ${String(mark).padStart(7)} variants: ${perVariant.toFixed(1)} us to enter one; a choice after one entry: median ${at(times, 0.5)} us, p99 ${at(times, 0.99)}, most ${at(times, 1)}; resident ${mebibytes(rss)} MiB (heap ${mebibytes(heapTotal)}, columns ${mebibytes(arrayBuffers)})`)
  }
  const from = performance.now()
  await createSnapshotFiles(directory).save('bench', { head: { sequence: 1, hash: '' }, state: state.pack() })
  console.log(`${name.padEnd(14)} snapshot written in ${(performance.now() - from).toFixed(0)} ms; resident at most ${mebibytes(process.resourceUsage().maxRSS * 1024)} MiB`)
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1)
}

/** What a killed run costs to take up. Events since the snapshot come on top, of at most a thousandth of the variants. */
async function resume(name: StrategyName, directory: string): Promise<void> {
  const [from, cpuBefore] = [performance.now(), process.cpuUsage()]
  const snapshot = await createSnapshotFiles(directory).load('bench')
  if (snapshot === null) throw new Error('no snapshot')
  const state = new RunState(snapshot.state)
  const read = performance.now()
  const strategy = createStrategy(name, search)
  choose(strategy, state)
  const chosen = performance.now()
  const cpu = process.cpuUsage(cpuBefore)
  for (let step = 0; step < stepsAfter; step++) {
    enter(state)
    choose(strategy, state)
  }
  const result: Resumed = { readMs: read - from, choiceMs: chosen - read, totalMs: chosen - from, cpuMs: (cpu.user + cpu.system) / 1000, residentMiB: process.memoryUsage().rss / 2 ** 20, mostMiB: process.resourceUsage().maxRSS / 2 ** 10 }
  console.log(JSON.stringify(result))
}

function choose(strategy: Strategy, { archive }: RunState): void {
  const parent = strategy.selectParent(archive, { random, child: archive.size })
  strategy.guide?.(archive, { random, parent })
}

/** One more decided proposal, on any viable variant; one in five joins several operators. */
function enter(state: RunState): void {
  const step = state.nextStep
  const parent = state.archive.viable(random.integer(state.archive.viableSize))
  const id = step.toString(16).padStart(12, '0')
  const ratio = parent.index === 0 ? 1 : Math.exp(parent.gain?.estimate ?? 0)
  const draw = random.next()
  const verdict = draw < 0.5 ? ('rejected' as const) : draw < 0.95 ? ('inconclusive' as const) : ('accepted' as const)
  const estimate = ratio * Math.exp((random.next() - 0.6) / 20)
  const edits = [{ path: `src/module-${step % 50}.ts`, start: 0, end: 9, replacement: 'something', part: 0 }]
  const operator = Array.from({ length: step % 5 === 0 ? 2 + random.integer(4) : 1 }, () => `operator-${random.integer(40)}`).join('+')
  const proposal = { id, proposer: 'genetic' as const, parent: parent.commit, edits, operator, rationale: 'bench' }
  const metrics = verdict === 'rejected' ? {} : { speed: { role: 'objective' as const, unit: 'ms', pairs: 10, eValue: 1, effect: { estimate, low: estimate * 0.9, high: estimate * 1.1 } } }
  const reasons = verdict === 'rejected' ? [{ code: 'tests-failed' as const, message: 'bench' }] : []
  const events: readonly NewEvent[] = [
    { kind: 'proposal-made', body: { run: 'bench', step, proposal, commit: digest(`commit ${step}`), tree: digest(`tree ${step}`), baseline: root, editsDigest: digest(`edits ${step}`, 'sha256'), contextDigest: digest(`context ${step}`, 'sha256') } },
    { kind: 'proposal-screened', body: { run: 'bench', proposal: id, screening: { decision: 'allow', risk: 0, consentLevel: 0, findings: [] } } },
    { kind: 'decision-made', body: { run: 'bench', proposal: id, purpose: 'search', trial: 1, alpha: 0.01, decision: { verdict, reasons, metrics } } },
  ]
  for (const event of events) state.apply(event)
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}
