// How the archive of a run behaves as it grows: choosing a parent by each strategy, memory, and what one more decided proposal costs. Decisions are made up; the state of the run, the archive and the
// strategies are the real ones, fed with the events that a journal would hold.
//   node --expose-gc bench/archive-scale.ts [variants] [strategy ...]     default: 1000000, every strategy (each keeps numbers of its own: name one to see the memory of a run)
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { configSchema, createStrategy, seededRandom, strategyNames, type EventBodies, type NewEvent, type Strategy } from '../packages/core/src/index.ts'
import { createSnapshotFiles } from '../packages/core/src/adapters/snapshot-files/snapshot-files.ts'
import { RunState } from '../packages/core/src/cycle/run-state.ts'

const variants = Number(process.argv[2] ?? 1_000_000) || 0
const marks = [100, 10_000, 100_000, 1_000_000].filter((mark) => mark <= variants)
const choices = 200

const { search } = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } } })
const digest = (text: string, algorithm = 'sha1'): string => hash(algorithm, text, 'hex')
const root = digest('root')
const started: EventBodies['run-started'] = { run: 'bench', seed: 1, configDigest: '', baseline: root, strategy: 'dgm', proposer: 'genetic', evaluations: variants, wallMs: null, tier: 'namespace' }

const random = seededRandom('archive-scale')
let state = new RunState({ started, rootTree: digest('root tree') })
let entered = 0
const named = process.argv.slice(3)
const measured = strategyNames.filter((name) => named.length === 0 || named.includes(name))

if (process.argv[2] === 'resume') await resumed(process.argv[3] as string, process.argv[4] as string)
else await grow(measured.map((name) => createStrategy(name, search)))

async function grow(strategies: readonly Strategy[]): Promise<void> {
  for (const mark of marks) {
    const from = performance.now()
    const count = mark - entered
    while (entered < mark) enter(++entered)
    const perVariant = (1000 * (performance.now() - from)) / count
    globalThis.gc?.()
    const { rss, heapUsed, heapTotal, arrayBuffers } = process.memoryUsage()
    const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)
    console.log(`${mark} variants: ${perVariant.toFixed(1)} us to enter one; resident ${mebibytes(rss)} MiB (heap ${mebibytes(heapUsed)} of ${mebibytes(heapTotal)}, columns ${mebibytes(arrayBuffers)})`)
    for (const strategy of strategies) time(strategy)
    await resume()
  }
}

function enter(step: number): void {
  const parent = state.archive.viable(random.integer(state.archive.viableSize))
  const id = step.toString(16).padStart(12, '0')
  const ratio = parent.index === 0 ? 1 : Math.exp(parent.gain?.estimate ?? 0)
  const draw = random.next()
  const verdict = draw < 0.5 ? ('rejected' as const) : draw < 0.95 ? ('inconclusive' as const) : ('accepted' as const)
  const estimate = ratio * Math.exp((random.next() - 0.6) / 20)
  const edits = [{ path: `src/module-${step % 50}.ts`, start: 0, end: 9, replacement: 'something', part: 0 }]
  const proposal = { id, proposer: 'genetic' as const, parent: parent.commit, edits, operator: `operator-${step % 40}`, rationale: 'bench' }
  const metrics = verdict === 'rejected' ? {} : { speed: { role: 'objective' as const, unit: 'ms', pairs: 10, eValue: 1, effect: { estimate, low: estimate * 0.9, high: estimate * 1.1 } } }
  const events: readonly NewEvent[] = [
    { kind: 'proposal-made', body: { run: 'bench', step, proposal, commit: digest(`commit ${step}`), tree: digest(`tree ${step}`), baseline: root, editsDigest: digest(`edits ${step}`, 'sha256') } },
    { kind: 'proposal-screened', body: { run: 'bench', proposal: id, screening: { decision: 'allow', risk: 0, consentLevel: 0, findings: [] } } },
    { kind: 'decision-made', body: { run: 'bench', proposal: id, purpose: 'search', trial: 1, alpha: 0.01, decision: { verdict, reasons: [], metrics } } },
  ]
  for (const event of events) state.apply(event)
}

function time(strategy: Strategy): void {
  const choose = (): void => {
    const parent = strategy.selectParent(state.archive, { random, child: state.archive.size })
    strategy.guide?.(state.archive, { random, parent })
  }
  const first = performance.now()
  choose()
  const caughtUp = performance.now() - first
  const times: number[] = []
  for (let choice = 0; choice < choices; choice++) {
    enter(++entered)
    const from = performance.now()
    choose()
    times.push(1000 * (performance.now() - from))
  }
  times.sort((a, b) => a - b)
  console.log(`  ${strategy.name.padEnd(14)} one choice after one entry: median ${(times[choices / 2] as number).toFixed(1)} us, p99 ${(times[Math.floor(choices * 0.99)] as number).toFixed(1)} us; reading all ${caughtUp.toFixed(0)} ms`)
}

/** What a killed run costs to take up, in a process of its own. Events since the snapshot come on top, at most a two-hundredth of the variants. */
async function resume(): Promise<void> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-bench-'))
  try {
    const from = performance.now()
    await createSnapshotFiles(directory).save('bench', { head: { sequence: 1, hash: '' }, state: state.pack() })
    const written = performance.now() - from
    const { size } = await stat(path.join(directory, 'bench.state'))
    console.log(`  snapshot of ${(size / 2 ** 20).toFixed(1)} MiB: written in ${written.toFixed(0)} ms`)
    for (const name of measured) console.log(execFileSync(process.execPath, [import.meta.filename, 'resume', directory, name], { encoding: 'utf8' }).trimEnd())
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function resumed(directory: string, name: string): Promise<void> {
  const from = performance.now()
  const snapshot = await createSnapshotFiles(directory).load('bench')
  if (snapshot === null) throw new Error('no snapshot')
  state = new RunState(snapshot.state)
  entered = state.nextStep - 1
  const loaded = performance.now()
  const strategy = createStrategy(name as (typeof strategyNames)[number], search)
  strategy.selectParent(state.archive, { random, child: state.archive.size })
  const chosen = performance.now()
  for (let step = 0; step < 1_000; step++) {
    enter(++entered)
    strategy.selectParent(state.archive, { random, child: state.archive.size })
  }
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)
  const { rss, arrayBuffers } = process.memoryUsage()
  console.log(`  ${name.padEnd(14)} resumed in ${(chosen - from).toFixed(0)} ms: read in ${(loaded - from).toFixed(0)}, first choice in ${(chosen - loaded).toFixed(0)}; 1,000 steps later resident ${mebibytes(rss)} MiB (at most ${mebibytes(process.resourceUsage().maxRSS * 1024)}; columns ${mebibytes(arrayBuffers)})`)
}
