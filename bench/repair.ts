/**
 * Repair without a model on HumanEvalPack: `node bench/repair.ts DIRECTORY --language js|python|cpp [--cycle] [--evaluations 200] [--from 0] [--to 82] [--sample N]`.
 *
 * DIRECTORY holds `humanevalpack-LANGUAGE-open.jsonl`. A program is `declaration + buggy_solution` with `test` after it; it is repaired when the test passes. `--cycle` sends every task through `ratchet run` (repository, screening,
 * sandbox, journal, minimising, canaries). Without it the same proposer is asked for the same budget, and its programs are run outside of any sandbox, without coverage: only for data that you trust.
 * Beside what was repaired stands how many of the fixes do what the canonical solution does on fresh inputs (JavaScript and Python: the literals of the tests, varied).
 */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { seededRandom, type Random } from '@ratchet/core'
import { makeTarget } from '../e2e/target.ts'
import { agreesWithCanonical } from './repair-agreement.ts'
import { repairDirectly, type Outcome } from './repair-directly.ts'

export interface Task {
  readonly task_id: string
  readonly declaration: string
  readonly canonical_solution: string
  readonly buggy_solution: string
  readonly test: string
  readonly bug_type: string
  readonly entry_point: string
}

export type Language = 'js' | 'python' | 'cpp'

const endings: Readonly<Record<Language, string>> = { js: 'js', python: 'py', cpp: 'cpp' }
/** `console.assert` says what failed on standard error and goes on: whoever wants a status has to look there. */
const commands: Readonly<Record<Language, (place: string) => string>> = {
  js: (place) => `cat ${place}/program.js ${place}/test.txt > ${place}/all.js && node ${place}/all.js 2> ${place}/said; status=$?; cat ${place}/said >&2; test $status = 0 && test ! -s ${place}/said`,
  python: (place) => `cat ${place}/program.py ${place}/test.txt > ${place}/all.py && python3 ${place}/all.py`,
  cpp: (place) => `cat ${place}/program.cpp ${place}/test.txt > ${place}/all.cpp && g++ -std=c++17 -O0 -w -o ${place}/all ${place}/all.cpp && ${place}/all`,
}

function repairInProcess(task: Task, language: Language, budget: number, seed: number): Promise<Outcome> {
  const file = { path: `program.${endings[language]}`, text: task.declaration + task.buggy_solution }
  return repairDirectly({ file, language, test: task.test, budget, seed: [seed, task.task_id] })
}

async function repairByCycle(task: Task, language: Language, budget: number, seed: number): Promise<Outcome> {
  const file = `lib/program.${endings[language]}`
  const place = 'mkdir -p /tmp/run && cp lib/program.* check/test.txt /tmp/run/ && '
  await using target = await makeTarget({
    'ratchet.yaml': `target: { edit: ["lib/**"], protect: ["check/**"] }\ntests: [{ run: sh check/test.sh, timeout: 10s }]\nsearch: { goal: repair, evaluations: ${budget} }\naccept: { canaries: 4 }\n`,
    'check/test.sh': `${place}${commands[language]('/tmp/run')}\n`,
    'check/test.txt': `\n${task.test}`,
    [file]: task.declaration + task.buggy_solution,
  })
  const { document } = await target.json<{ readonly evaluations: number; readonly winner: { readonly commit: string } | null }>('run', '--seed', String(seed))
  if (document.winner === null) return { evaluations: null, fixed: null }
  return { evaluations: document.evaluations, fixed: await target.git('show', `${document.winner.commit}:${file}`) }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { language: { type: 'string', default: 'js' }, cycle: { type: 'boolean', default: false }, evaluations: { type: 'string', default: '200' }, from: { type: 'string', default: '0' }, to: { type: 'string', default: '82' }, sample: { type: 'string' }, seed: { type: 'string', default: '1' } },
  })
  const [directory] = positionals
  const language = values.language as Language
  if (directory === undefined || !Object.hasOwn(endings, language)) throw new Error('say where humanevalpack-LANGUAGE-open.jsonl lies, and which language')
  const tasks = (await readFile(path.join(directory, `humanevalpack-${language}-open.jsonl`), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Task)
  const halves = [0, 1].map(() => ({ tasks: 0, repaired: 0, agreeing: 0, compared: 0, evaluations: [] as number[] }))
  const started = performance.now()
  const indices = tasks.slice(0, Number(values.to)).flatMap((_, index) => (index < Number(values.from) ? [] : [index]))
  const seconds: number[] = []
  for (const index of values.sample === undefined ? indices : drawn(indices, Number(values.sample), seededRandom('sample', language))) {
    const task = tasks[index] as Task
    const began = performance.now()
    const { evaluations, fixed } = await (values.cycle ? repairByCycle : repairInProcess)(task, language, Number(values.evaluations), Number(values.seed))
    const took = (performance.now() - began) / 1000
    seconds.push(took)
    const agrees = fixed === null ? null : await agreesWithCanonical(task, language, fixed)
    const half = halves[index < tasks.length / 2 ? 0 : 1]
    if (half === undefined) continue
    half.tasks++
    if (evaluations !== null) half.repaired++
    if (evaluations !== null) half.evaluations.push(evaluations)
    if (agrees !== null) half.compared++
    if (agrees === true) half.agreeing++
    console.log(`${task.task_id}\t${task.bug_type}\t${evaluations ?? 'none'}\t${took.toFixed(1)} s\t${agrees === null ? '' : agrees ? 'as canonical' : 'otherwise'}`)
  }
  for (const [index, { tasks: count, repaired, agreeing, compared, evaluations }] of halves.entries()) {
    console.log(`half ${index + 1}: ${repaired} of ${count} repaired, evaluations ${quartiles(evaluations)}; ${agreeing} of ${compared} compared fixes do what the canonical solution does`)
  }
  console.log(`${((performance.now() - started) / 1000).toFixed(0)} s; a task ${quartiles(seconds)} s`)
}

/** In the order of the file, so that halves stay together. */
function drawn(indices: readonly number[], count: number, random: Random): readonly number[] {
  const left = [...indices]
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.integer(left.length), 1)[0] as number).toSorted((a, b) => a - b)
}

/** Median and quartiles. */
export function quartiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): string => (sorted.length === 0 ? '-' : String(Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number).toFixed(1))))
  return `${at(0.5)} (${at(0.25)} to ${at(0.75)})`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
