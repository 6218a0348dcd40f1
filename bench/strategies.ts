// How many evaluations each strategy needs: the real proposer, archive and strategies on five small programs, several inefficiencies each. To afford tens of thousands of evaluations a candidate is run in this
// process instead of a sandbox, for its output (other than the baseline's: rejected) and the CPU time of its thread (least of several runs). All strategies see the same proposals' rules, budget and seeds.
//   node bench/strategies.ts [seeds] [evaluations] [strategy ...]      default: 10 seeds, 40 evaluations, every strategy
import { readdirSync, readFileSync } from 'node:fs'
import inspector from 'node:inspector/promises'
import path from 'node:path'
import process from 'node:process'
import vm from 'node:vm'
import { configSchema, createArchive, createStrategy, seededRandom, strategyNames, type Opportunity, type StrategyName, type Verdict } from '../packages/core/src/index.ts'
import { createGeneticProposer } from '../packages/core/src/adapters/genetic-proposer/genetic-proposer.ts'
import { readCpuProfile } from '../packages/core/src/adapters/v8-profile/read-cpu-profile.ts'
import { applyEdits } from '../packages/core/src/proposal/apply-edits.ts'
import { contextDigest } from '../packages/core/src/proposal/context-digest.ts'
import { editsDigest } from '../packages/core/src/proposal/edits-digest.ts'
import { createHash } from 'node:crypto'

const seeds = Number(process.argv[2] ?? 10)
const evaluations = Number(process.argv[3] ?? 40)
const named = process.argv.slice(4)
const names = strategyNames.filter((name) => named.length === 0 || named.includes(name))
/** Whether what broke something is not proposed again where the text around it is the same. */
const remembers = process.env['FORGET'] === undefined
const repeats = 7
/** Share of the best gain anybody found, in logs, that counts as reached. */
const share = 0.8
const noticeable = 1.03

const { search } = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } } })
const fileName = '/task/src/task.js'
const directory = path.join(import.meta.dirname, 'strategy-tasks')
const never = new AbortController().signal
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex')

interface Run {
  readonly output: string
  readonly cpu: number
}

/** Null for what does not end, or ends with an error. */
function run(text: string, times: number): Run | null {
  const context = vm.createContext({ exports: {} })
  try {
    new vm.Script(text, { filename: fileName }).runInContext(context, { timeout: 1000 })
    const call = new vm.Script('JSON.stringify(exports.run(exports.size))')
    let least = Number.POSITIVE_INFINITY
    let output = ''
    for (let time = 0; time < times; time++) {
      const from = process.threadCpuUsage()
      output = String(call.runInContext(context, { timeout: 1000 }))
      const { user, system } = process.threadCpuUsage(from)
      least = Math.min(least, user + system)
    }
    return { output, cpu: least }
  } catch {
    // Whatever a candidate throws is its own.
    return null
  }
}

/** Where the baseline takes its time, as a run would see it. */
async function profile(text: string): Promise<readonly Opportunity[]> {
  const session = new inspector.Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 200 })
    await session.post('Profiler.start')
    run(text, 3 * repeats)
    const { profile: found } = await session.post('Profiler.stop')
    return readCpuProfile(JSON.stringify(found), '/task/') ?? []
  } finally {
    session.disconnect()
  }
}

/** Log gain of the best accepted variant after each evaluation. */
async function searched(task: string, name: StrategyName, seed: number): Promise<readonly number[]> {
  const baseline = readFileSync(path.join(directory, task), 'utf8')
  const before = run(baseline, 3 * repeats)
  if (before === null) throw new Error(`${task} does not run`)
  const proposer = createGeneticProposer()
  const opportunities = await profile(baseline)
  const archive = createArchive(sha1(baseline))
  const texts = new Map([[sha1(baseline), baseline]])
  const tried = new Set<string>()
  const failed = new Set<string>()
  const strategy = createStrategy(name, search)
  const found: number[] = []
  for (let step = 1; found.length < evaluations && step < 20 * evaluations; step++) {
    const parent = strategy.selectParent(archive, { random: seededRandom(seed, 'parent', step), child: archive.size })
    const text = texts.get(parent.commit) as string
    const sources = [{ path: 'src/task.js', text }]
    const draft = await proposer.propose({ parent: parent.commit, sources, opportunities, random: seededRandom(seed, 'proposal', step), tried, failed }, never)
    if (draft === null) continue
    tried.add(editsDigest(parent.commit, draft.edits))
    const next = applyEdits(text, draft.edits)
    if (texts.has(sha1(next))) continue
    texts.set(sha1(next), next)
    const after = run(next, repeats)
    const broken = contextDigest(draft.edits, sources)
    const isRight = after !== null && after.output === before.output
    if (!isRight && broken !== null && remembers) failed.add(broken)
    const ratio = isRight ? before.cpu / after.cpu : 0
    const verdict: Verdict = !isRight ? 'rejected' : ratio > noticeable ? 'accepted' : 'inconclusive'
    const metrics = isRight ? { speed: { role: 'objective' as const, unit: 'ms', pairs: 1, eValue: 1, effect: { estimate: ratio, low: ratio, high: ratio } } } : {}
    const proposal = { ...draft, id: step.toString(16).padStart(12, '0'), proposer: 'genetic' as const, parent: parent.commit }
    archive.add({ commit: sha1(next), proposal }, { verdict, reasons: [], metrics })
    found.push(archive.best().gain?.low ?? 0)
  }
  while (found.length < evaluations) found.push(found.at(-1) ?? 0)
  return found
}

const tasks = readdirSync(directory).filter((file) => file.endsWith('.js')).sort()
const runs: { readonly task: string; readonly name: StrategyName; readonly found: readonly number[] }[] = []
for (let seed = 1; seed <= seeds; seed++) {
  for (const task of tasks) for (const name of names) runs.push({ task, name, found: await searched(task, name, seed) })
  console.error(`seed ${seed} of ${seeds}`)
}
console.log(`${seeds} seeds, ${evaluations} evaluations each; evaluations until ${100 * share} % (in logs) of the best gain found by anybody, median (lower to upper quartile; - is never), and median gain in the end`)
console.log(`${''.padEnd(14)}${tasks.map((task) => task.replace('.js', '').padStart(26)).join('')}${'reached'.padStart(10)}`)
const best = new Map(tasks.map((task) => [task, Math.max(...runs.filter((one) => one.task === task).map(({ found }) => found.at(-1) as number))]))
for (const name of names) {
  let reached = 0
  const cells = tasks.map((task) => {
    const own = runs.filter((one) => one.task === task && one.name === name)
    const needed = own.map(({ found }) => found.findIndex((gain) => gain >= share * (best.get(task) as number)) + 1).map((at) => (at === 0 ? Number.POSITIVE_INFINITY : at))
    reached += needed.filter(Number.isFinite).length
    const end = quantile(own.map(({ found }) => found.at(-1) as number), 0.5)
    const at = (q: number): string => (Number.isFinite(quantile(needed, q)) ? String(quantile(needed, q)) : '-')
    return `${at(0.5)} (${at(0.25)}-${at(0.75)}) ${Math.exp(end).toFixed(1)}x`.padStart(26)
  })
  console.log(`${name.padEnd(14)}${cells.join('')}${`${reached}/${seeds * tasks.length}`.padStart(10)}`)
}
console.log(`${'best'.padEnd(14)}${tasks.map((task) => `${Math.exp(best.get(task) as number).toFixed(1)}x`.padStart(26)).join('')}`)

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] as number
}
