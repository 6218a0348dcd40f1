/**
 * Repair without a model on QuixBugs, Python: `node bench/quixbugs.ts --quixbugs DIR [--letters a-k] [--evaluations 200] [--seed 1] [--cycle] [--show]`.
 *
 * DIR is a checkout of QuixBugs; programs, tests and correct versions are read from there. A program is repaired when all of its tests pass (those that the benchmark itself skips as slow are skipped). `--cycle` sends every program
 * through `ratchet run` (repository, screening, sandbox, coverage, minimising, canaries); without it the same proposer is asked for the same budget and its programs are run outside of any sandbox: only for data that you trust.
 * Beside what was repaired stands whether the fix does what the correct version does on fresh inputs. `--show` prints the fixes: for the half that templates are developed on.
 */
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeTarget, type Files } from '../e2e/target.ts'
import { agreesWithCorrect, checkProgram, secondsOf } from './quixbugs-programs.ts'
import { repairDirectly, type Outcome } from './repair-directly.ts'
import { quartiles } from './repair.ts'

interface Program {
  readonly name: string
  readonly buggy: string
  readonly correct: string
}

/** Seconds of CPU time for a program whose correct version takes none. */
const shortestPatience = 0.25

interface Plan {
  readonly directory: string
  readonly budget: number
  readonly seed: number
}

async function readPrograms(directory: string, letters: string): Promise<readonly Program[]> {
  const [first = '', last = ''] = letters.split('-')
  const names = (await readdir(path.join(directory, 'correct_python_programs'))).filter((name) => name.endsWith('.py') && !name.endsWith('_test.py') && name !== 'node.py').map((name) => path.basename(name, '.py'))
  const wanted = names.filter((name) => first <= name.slice(0, 1) && name.slice(0, 1) <= last).toSorted()
  const read = (folder: string, name: string): Promise<string> => readFile(path.join(directory, folder, `${name}.py`), 'utf8')
  return Promise.all(wanted.map(async (name) => ({ name, buggy: await read('python_programs', name), correct: await read('correct_python_programs', name) })))
}

async function repair({ name, buggy, correct }: Program, { directory, budget, seed }: Plan): Promise<Outcome> {
  const test = `\n${checkProgram}\ncheck_program(${JSON.stringify(name)}, ${JSON.stringify(directory)}, globals())\n`
  const taken = await secondsOf({ name, correct }, directory)
  if (taken === null) throw new Error(`the correct version of ${name} does not pass its own tests here`)
  return repairDirectly({ file: { path: `${name}.py`, text: buggy }, language: 'python', test, budget, seed: [seed, name], patience: shortestPatience + 3 * taken })
}

async function repairByCycle({ name, buggy }: Program, { directory, budget, seed }: Plan): Promise<Outcome> {
  const copied = ['node.py', 'load_testdata.py', `test_${name}.py`].map((file) => `python_testcases/${file}`)
  const cases = `json_testcases/${name}.json`
  const present = (await readdir(path.join(directory, 'json_testcases'))).includes(`${name}.json`) ? [...copied, cases] : copied
  const files = Object.fromEntries(await Promise.all(present.map(async (file) => [`check/${file}`, await readFile(path.join(directory, file), 'utf8')] as const))) as Files
  const program = `lib/${name}.py`
  await using target = await makeTarget({
    ...files,
    'ratchet.yaml': `target: { edit: ["lib/**"], protect: ["check/**"] }\ntests: [{ run: python3 check/run.py, timeout: 10s }]\nsearch: { goal: repair, evaluations: ${budget} }\naccept: { canaries: 4 }\n`,
    'check/run.py': `${checkProgram}\nimport os, sys\nplace = os.path.dirname(os.path.abspath(__file__))\nsys.path.insert(0, os.path.join(os.path.dirname(place), 'lib'))\ncheck_program(${JSON.stringify(name)}, place, vars(__import__(${JSON.stringify(name)})))\n`,
    [program]: buggy,
  })
  const { document } = await target.json<{ readonly evaluations: number; readonly winner: { readonly commit: string } | null }>('run', '--seed', String(seed))
  if (document.winner === null) return { evaluations: null, fixed: null }
  return { evaluations: document.evaluations, fixed: await target.git('show', `${document.winner.commit}:${program}`) }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { quixbugs: { type: 'string' }, letters: { type: 'string', default: 'a-k' }, evaluations: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' }, cycle: { type: 'boolean', default: false }, show: { type: 'boolean', default: false } },
  })
  if (values.quixbugs === undefined) throw new Error('say where QuixBugs lies: --quixbugs DIR')
  const plan: Plan = { directory: path.resolve(values.quixbugs), budget: Number(values.evaluations), seed: Number(values.seed) }
  const programs = await readPrograms(plan.directory, values.letters)
  const found: { readonly evaluations: number; readonly agrees: boolean | null }[] = []
  const all: number[] = []
  for (const program of programs) {
    const started = performance.now()
    const { evaluations, fixed } = await (values.cycle ? repairByCycle : repair)(program, plan)
    const seconds = (performance.now() - started) / 1000
    const agrees = fixed === null ? null : await agreesWithCorrect(program, plan.directory, fixed)
    all.push(seconds)
    if (evaluations !== null) found.push({ evaluations, agrees })
    console.log(`${program.name}\t${evaluations ?? 'none'}\t${seconds.toFixed(1)} s\t${agrees === null ? '' : agrees ? 'as the correct one' : 'otherwise'}`)
    if (values.show && fixed !== null) console.log(changedLines(program.buggy, fixed))
  }
  const compared = found.filter(({ agrees }) => agrees !== null)
  console.log(`${found.length} of ${programs.length} repaired, evaluations ${quartiles(found.map(({ evaluations }) => evaluations))}, a program ${quartiles(all)} s; ${compared.filter(({ agrees }) => agrees).length} of ${compared.length} compared fixes do what the correct version does`)
}

function changedLines(before: string, after: string): string {
  const known = new Set(before.split('\n'))
  const left = new Set(after.split('\n'))
  return [...before.split('\n').filter((line) => !left.has(line)).map((line) => `  - ${line.trim()}`), ...after.split('\n').filter((line) => !known.has(line)).map((line) => `  + ${line.trim()}`)].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
