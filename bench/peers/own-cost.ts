// What a step of the framework itself costs, with persistence on: Ratchet, OpenEvolve and GEPA with models and evaluations that cost nothing, taking turns.
// A step is the time between two askings of the model (of Ratchet: between two decisions), the same program of 100 lines each; every fifth is better than all before.
//   node bench/peers/own-cost.ts --openevolve CLONE --gepa CLONE [--steps 1000] [--rounds 3] [--python /usr/bin/python3]
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs, promisify } from 'node:util'
import { moduleText } from '../module-text.ts'

const exec = promisify(execFile)
const here = import.meta.dirname
const { values } = parseArgs({
  options: {
    openevolve: { type: 'string', default: '' },
    gepa: { type: 'string', default: '' },
    steps: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
})
if (!existsSync(path.join(values.openevolve, 'openevolve/controller.py')) || !existsSync(path.join(values.gepa, 'src/gepa/api.py'))) {
  console.error(`--openevolve and --gepa must name clones (Apache-2.0 and MIT):
  git clone https://github.com/algorithmicsuperintelligence/openevolve && git -C openevolve checkout 411fb59c886c18704caaffb611e17cf9e7d824d2
  git clone https://github.com/gepa-ai/gepa && git -C gepa checkout b265bf9ca77fd8e8d82039d9f74911b8780fe1ce
OpenEvolve needs numpy, yaml, tqdm and dacite (Debian: python3-numpy python3-yaml python3-tqdm python3-dacite); for openai there is a stand-in here. GEPA needs nothing.`)
  process.exit(2)
}
const steps = Number(values.steps)
const marks = [100, 1000].filter((mark) => mark <= steps)
/** Figures at a mark are over this many steps up to and including it. */
const window = 50

/** Milliseconds of each step. */
const systems: Readonly<Record<string, (directory: string) => Promise<readonly number[]>>> = {
  'Ratchet, every step synced': async (directory) => {
    const { stdout } = await exec(process.execPath, [path.join(here, '../own-time.ts'), String(steps), directory, '--json'], { maxBuffer: 2 ** 26 })
    return JSON.parse(stdout) as readonly number[]
  },
  'OpenEvolve, a checkpoint every 100 (default of the library)': (directory) => openEvolve(directory, 100),
  'OpenEvolve, a checkpoint every 10 (its default_config.yaml)': (directory) => openEvolve(directory, 10),
  'GEPA, run_dir': async (directory) => {
    await exec(values.python, [path.join(here, 'gepa_steps.py'), path.resolve(values.gepa), directory, String(steps)])
    return stamped(directory)
  },
}

const times = new Map<string, (readonly number[])[]>()
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, run] of Object.entries(systems)) {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-cost-'))
    try {
      await writeFile(path.join(directory, 'program.js'), moduleText(1))
      times.set(name, [...(times.get(name) ?? []), await run(directory)])
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
    console.error(`round ${round + 1}, ${name}: load ${os.loadavg()[0]?.toFixed(1)}`)
  }
}
console.log(`${os.availableParallelism()} cores; node ${process.version}; ${values.rounds} rounds, medians of them (from to); a step in ms`)
for (const [name, rounds] of times) {
  const cells = marks.map((mark) => {
    const last = rounds.map((all) => all.slice(mark - window, mark))
    return `at ${mark}: median ${spread(last.map(median))}, mean ${spread(last.map(mean))}`
  })
  console.log(`${name}: ${cells.join('; ')}; mean of all ${spread(rounds.map(mean))}`)
}

async function openEvolve(directory: string, interval: number): Promise<readonly number[]> {
  await cp(path.join(here, 'free_evaluator.py'), path.join(directory, 'evaluator.py'))
  const env = { ...process.env, PYTHONPATH: path.join(here, 'stand-in'), BENCH_PROGRAM: path.join(directory, 'program.js'), BENCH_STAMPS: path.join(directory, 'stamps') }
  await exec(values.python, [path.join(here, 'openevolve_steps.py'), path.resolve(values.openevolve), directory, String(steps), String(interval)], { env, maxBuffer: 2 ** 26 })
  return stamped(directory)
}

async function stamped(directory: string): Promise<readonly number[]> {
  const stamps = (await readFile(path.join(directory, 'stamps'), 'utf8')).trim().split('\n').map(BigInt)
  if (stamps.length < steps) throw new Error(`only ${stamps.length} of ${steps} steps were made`)
  return stamps.slice(1).map((at, index) => Number(at - (stamps[index] as bigint)) / 1e6)
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] as number
}

function mean(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0) / list.length
}

function spread(list: readonly number[]): string {
  return `${median(list).toFixed(1)} (${Math.min(...list).toFixed(1)} to ${Math.max(...list).toFixed(1)})`
}
