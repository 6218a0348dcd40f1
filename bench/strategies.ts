// How many evaluations each strategy needs: the real proposer, archive and strategies on small programs, several inefficiencies each. To afford tens of thousands of evaluations a candidate is run in this
// process instead of a sandbox, for its output (other than the baseline's: rejected) and the CPU time of its thread (the fastest of many runs), once for each text. What prints the same is held against the baseline
// on some hundred other inputs (`strategy-check.ts`): other behaviour for input as the program makes it is rejected too, and counted as wrong. All strategies see the same proposals' rules, budget and seeds.
//   node bench/strategies.ts [--seeds N] [--evaluations N] [--width N] [--tasks DIRECTORY] [strategy ...]     default: 10 seeds, 30 evaluations, one at a time, every strategy
// --width: proposals that are made before the first of them is decided, as when several are evaluated at once. Beside the strategies there is `ratchet` without some of its parts: see `without`.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import inspector from 'node:inspector/promises'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import vm from 'node:vm'
import { configSchema, createArchive, createStrategy, seededRandom, strategyNames, type Opportunity, type Strategy, type Verdict } from '../packages/core/src/index.ts'
import { createGeneticProposer } from '../packages/core/src/adapters/genetic-proposer/genetic-proposer.ts'
import { readCpuProfile } from '../packages/core/src/adapters/v8-profile/read-cpu-profile.ts'
import { createRatchetStrategy, type RatchetOptions } from '../packages/core/src/archive/strategies/ratchet-strategy.ts'
import { applyEdits } from '../packages/core/src/proposal/apply-edits.ts'
import { createBehaviourCheck, type Behaviour, type BehaviourCheck } from './strategy-check.ts'
import { contextDigest } from '../packages/core/src/proposal/context-digest.ts'
import { editsDigest } from '../packages/core/src/proposal/edits-digest.ts'
import type { ProposalDraft, ProposalRequest } from '../packages/core/src/proposal/proposer.ts'

const { values: options, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '10' },
    'first-seed': { type: 'string', default: '1' },
    evaluations: { type: 'string', default: '30' },
    width: { type: 'string', default: '1' },
    tasks: { type: 'string', default: path.join(import.meta.dirname, 'strategy-tasks') },
    /** A file in which profiles and what was measured are kept: with it another run makes and sees the same. */
    measured: { type: 'string' },
  },
})
const [seeds, firstSeed, evaluations, width] = [Number(options.seeds), Number(options['first-seed']), Number(options.evaluations), Number(options.width)]
const directory = options.tasks
/** Of a candidate, CPU time in microseconds: the fastest of all these runs counts, so that neither the compiler nor a busy machine tells. */
const least = { runs: 7, cpu: 30_000 }
/** In ms of the clock: far more than any baseline takes, also on a busy machine. */
const timeout = 600
/** Share of the best gain anybody found, in logs, that counts as reached. */
const share = 0.8
const noticeable = 1.03

const { search } = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } } })
const without: Readonly<Record<string, RatchetOptions>> = {
  'no-explore': { exploration: 0 },
  'no-cross': { crossover: 0 },
  'no-credit': { credit: false },
  'no-join': { atOnce: 1 },
  'only-cross': { credit: false, atOnce: 1 },
  'only-credit': { exploration: 0, crossover: 0, atOnce: 1 },
  'only-join': { exploration: 0, crossover: 0, credit: false },
}
const arms: readonly (readonly [name: string, create: () => Strategy])[] = [
  ...strategyNames.map((name) => [name, () => createStrategy(name, search)] as const),
  ...Object.entries(without).map(([name, changes]) => [name, () => createRatchetStrategy(changes)] as const),
].filter(([name]) => (named.length === 0 ? name in without === false : named.includes(name)))
const fileName = '/task/src/task.js'
const never = new AbortController().signal
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex')

interface Run {
  readonly output: string
  readonly cpu: number
}

/** Null for what does not end, or ends with an error. What does not print what is wanted is run only once. */
function run(text: string, wanted?: string): Run | null {
  const context = vm.createContext({ exports: {} })
  try {
    new vm.Script(text, { filename: fileName }).runInContext(context, { timeout })
    const call = new vm.Script('JSON.stringify(exports.run(exports.size))')
    let fastest = Number.POSITIVE_INFINITY
    let output = ''
    for (let [time, spent] = [0, 0]; time < least.runs || spent < least.cpu; time++) {
      const from = process.threadCpuUsage()
      output = String(call.runInContext(context, { timeout }))
      const { user, system } = process.threadCpuUsage(from)
      fastest = Math.min(fastest, user + system)
      spent += user + system
      if (wanted !== undefined && sha1(output) !== wanted) break
    }
    return { output: sha1(output), cpu: fastest }
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
    run(text)
    const { profile: found } = await session.post('Profiler.stop')
    return readCpuProfile(JSON.stringify(found), '/task/') ?? []
  } finally {
    session.disconnect()
  }
}

interface Task {
  readonly name: string
  readonly text: string
  readonly before: Run
  readonly opportunities: readonly Opportunity[]
  readonly check: BehaviourCheck
}

interface Kept {
  readonly profiles: Record<string, readonly Opportunity[]>
  readonly measured: Record<string, Run | null>
}

const { profiles, measured }: Kept = options.measured !== undefined && existsSync(options.measured) ? (JSON.parse(readFileSync(options.measured, 'utf8')) as Kept) : { profiles: {}, measured: {} }
let evaluated = 0

/** Every text is measured once: what differs between strategies is what they propose, not how lucky they were in measuring it. */
function evaluate(text: string, wanted: string): Run | null {
  const key = sha1(text)
  if (measured[key] === undefined) {
    measured[key] = run(text, wanted)
    evaluated++
  }
  return measured[key] ?? null
}

const behaviours = new Map<string, Behaviour>()

/** What prints the same may still behave otherwise. Once for each text. */
function behaviourOf(text: string, check: BehaviourCheck): Behaviour {
  const key = sha1(text)
  const known = behaviours.get(key) ?? check.of(text)
  behaviours.set(key, known)
  return known
}

interface Searched {
  /** Log gain of the best accepted variant after each evaluation. */
  readonly found: readonly number[]
  /** Candidates that print what the baseline prints, by how they behave otherwise; and of those that differ and whose parent did not, the operator. */
  readonly behaved: Readonly<Record<Behaviour, number>>
  readonly differing: readonly string[]
}

const proposer = createGeneticProposer()

async function searched({ name, text: baseline, before, opportunities, check }: Task, strategy: Strategy, seed: number): Promise<Searched> {
  const archive = createArchive(sha1(baseline))
  const texts = new Map([[sha1(baseline), baseline]])
  const [tried, failed] = [new Set<string>(), new Set<string>()]
  const found: number[] = []
  const behaved: Record<Behaviour, number> = { same: 0, odd: 0, wrong: 0 }
  const differing: string[] = []
  const open: { readonly draft: ProposalDraft; readonly step: number; readonly parent: string; readonly text: string }[] = []
  const sourcesOf = (commit: string): ProposalRequest['sources'] => [{ path: 'src/task.js', text: texts.get(commit) as string }]
  const decide = ({ draft, step, parent, text }: (typeof open)[number]): void => {
    const after = evaluate(text, before.output)
    const behaviour = after !== null && after.output === before.output ? behaviourOf(text, check) : null
    if (behaviour !== null) behaved[behaviour]++
    // What a variant has from its parent is not its own doing.
    if ((behaviour === 'odd' || behaviour === 'wrong') && behaviour !== (behaviours.get(parent) ?? 'same')) differing.push(`${behaviour}: ${name}, ${draft.operator}`)
    const isRight = after !== null && (behaviour === 'same' || behaviour === 'odd')
    const ratio = isRight ? before.cpu / after.cpu : 0
    const verdict: Verdict = !isRight ? 'rejected' : ratio > noticeable ? 'accepted' : 'inconclusive'
    const metrics = isRight ? { speed: { role: 'objective' as const, unit: 'ms', pairs: 1, eValue: 1, effect: { estimate: ratio, low: ratio, high: ratio } } } : {}
    const proposal = { ...draft, id: step.toString(16).padStart(12, '0'), proposer: 'genetic' as const, parent }
    archive.add({ commit: sha1(text), proposal }, { verdict, reasons: [], metrics })
    if (!isRight) failed.add(contextDigest(draft.edits, sourcesOf(parent)) as string)
    found.push(archive.best().gain?.low ?? 0)
  }
  for (let step = 1; found.length < evaluations && step < 20 * evaluations; step++) {
    const parent = strategy.selectParent(archive, { random: seededRandom(seed, 'parent', step), child: archive.size + open.length })
    const guidance = strategy.guide?.(archive, { random: seededRandom(seed, 'guidance', step), parent })
    const request: ProposalRequest = {
      parent: parent.commit,
      sources: sourcesOf(parent.commit),
      opportunities,
      random: seededRandom(seed, 'proposal', step),
      tried,
      failed,
      ...(guidance === undefined ? {} : { credit: guidance.credit, atOnce: guidance.atOnce }),
      ...(guidance === undefined || guidance.mate === null ? {} : { mate: { commit: guidance.mate.variant.commit, sources: sourcesOf(guidance.mate.variant.commit), base: sourcesOf(guidance.mate.base.commit) } }),
    }
    const draft = await proposer.propose(request, never)
    if (draft !== null) {
      tried.add(editsDigest(parent.commit, draft.edits))
      const text = applyEdits(texts.get(parent.commit) as string, draft.edits)
      if (!texts.has(sha1(text))) {
        texts.set(sha1(text), text)
        open.push({ draft, step, parent: parent.commit, text })
      }
    }
    if (open.length >= width || draft === null) for (const one of open.splice(0)) decide(one)
  }
  while (found.length < evaluations) found.push(found.at(-1) ?? 0)
  return { found: found.slice(0, evaluations), behaved, differing }
}

const tasks: Task[] = []
for (const file of readdirSync(directory).filter((name) => name.endsWith('.js')).sort()) {
  const text = readFileSync(path.join(directory, file), 'utf8')
  const opportunities = (profiles[sha1(text)] ??= await profile(text))
  const before = (measured[sha1(text)] ??= run(text))
  if (before === null) throw new Error(`${file} does not run`)
  tasks.push({ name: file.replace('.js', ''), text, before, opportunities, check: createBehaviourCheck(text, file) })
}
const runs: (Searched & { readonly task: Task; readonly name: string })[] = []
for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
  for (const task of tasks) for (const [name, create] of arms) runs.push({ task, name, ...(await searched(task, create(), seed)) })
  console.error(`seed ${seed}: ${evaluated} texts measured so far`)
  if (options.measured !== undefined) writeFileSync(options.measured, JSON.stringify({ profiles, measured }))
}

/** Best gain that anybody found. */
const best = new Map(tasks.map((task) => [task, Math.max(...runs.filter((one) => one.task === task).map(({ found }) => found.at(-1) as number))]))
console.log(`${seeds} seeds, ${evaluations} evaluations each, ${width} at a time; evaluations until ${100 * share} % (in logs) of the best gain found by anybody, median (lower to upper quartile; - is never), and median gain in the end;`)
console.log('reached: how many runs got there; mean: of all evaluations until there, never counted as all of them, and its standard error over seeds; part: mean share of the best gain over all evaluations')
console.log(`${''.padEnd(13)}${tasks.map(({ name }) => name.padStart(20)).join('')}${'reached'.padStart(9)}${'mean'.padStart(13)}${'part'.padStart(7)}`)
for (const [name] of arms) {
  const own = runs.filter((one) => one.name === name)
  const needed = new Map(own.map((one) => [one, firstAt(one.found, share * (best.get(one.task) as number))]))
  const cells = tasks.map((task) => {
    const here = own.filter((one) => one.task === task)
    const at = (q: number): string => {
      const value = quantile(here.map((one) => needed.get(one) as number), q)
      return value > evaluations ? '-' : String(value)
    }
    return `${at(0.5)} (${at(0.25)}-${at(0.75)}) ${Math.exp(quantile(here.map(({ found }) => found.at(-1) as number), 0.5)).toFixed(1)}x`.padStart(20)
  })
  const bySeed = Array.from({ length: seeds }, (_, k) => mean([...needed.values()].slice(k * tasks.length, (k + 1) * tasks.length).map((value) => Math.min(value, evaluations))))
  const error = Math.sqrt(mean(bySeed.map((value) => (value - mean(bySeed)) ** 2)) / Math.max(1, seeds - 1))
  const reached = [...needed.values()].filter((value) => value <= evaluations).length
  const part = mean(own.map(({ task, found }) => mean(found.map((gain) => gain / Math.max(1e-9, best.get(task) as number)))))
  console.log(`${name.padEnd(13)}${cells.join('')}${`${reached}/${own.length}`.padStart(9)}${`${mean(bySeed).toFixed(1)} ± ${error.toFixed(1)}`.padStart(13)}${part.toFixed(2).padStart(7)}`)
}
console.log(`${'best'.padEnd(13)}${tasks.map((task) => `${Math.exp(best.get(task) as number).toFixed(1)}x`.padStart(20)).join('')}`)

console.log(`\nbehaviour beside the one output, on ${tasks.map(({ name, check }) => `${check.cases} (${name})`).join(', ')} other inputs; of all candidates that print what the baseline prints:`)
console.log(`${''.padEnd(13)}${'same'.padStart(9)}${'wrong'.padStart(9)}${'odd'.padStart(9)}   (odd: only for input that the program never makes; it is not rejected)`)
for (const [name] of arms) {
  const own = runs.filter((one) => one.name === name)
  const count = (behaviour: Behaviour): string => String(own.reduce((sum, { behaved }) => sum + behaved[behaviour], 0)).padStart(9)
  console.log(`${name.padEnd(13)}${count('same')}${count('wrong')}${count('odd')}`)
}
console.log('where the parent behaved as the baseline:')
for (const [what, times] of [...Map.groupBy(runs.flatMap(({ differing }) => differing), (one) => one)].toSorted(([a], [b]) => (a < b ? 1 : -1))) console.log(`  ${String(times.length).padStart(4)}  ${what}`)

/** From 1; one more than all where it is never reached. */
function firstAt(found: readonly number[], wanted: number): number {
  const at = found.findIndex((gain) => gain >= wanted)
  return at < 0 ? found.length + 1 : at + 1
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] as number
}
