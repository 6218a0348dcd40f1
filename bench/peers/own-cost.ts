// What a step of the framework itself costs, with persistence on: Ratchet, OpenEvolve and GEPA with models and evaluations that cost nothing, taking turns.
// A step is the time between two askings of the model (of Ratchet: between two decisions), the same program of 100 lines each; every fifth is better than all before.
//   node bench/peers/own-cost.ts --openevolve CLONE --gepa CLONE [--steps 1000] [--rounds 3] [--directory DIR] [--python /usr/bin/python3]
// --directory names where all of them keep their files (default: the system's temporary directory); in memory, for instance /dev/shm, it is the programs that are compared and not the disk.
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
    directory: { type: 'string', default: os.tmpdir() },
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

interface Steps {
  /** Wall time of each. */
  readonly ms: readonly number[]
  /** CPU time used so far, of all processes, after every `window` steps. */
  readonly cpuMs: readonly number[]
}

const systems: Readonly<Record<string, (directory: string) => Promise<Steps>>> = {
  'Ratchet': (directory) => ratchet(directory, ['--files', '1', '--strategy', 'greedy']),
  'Ratchet, 20 files, another parent every step': (directory) => ratchet(directory, ['--files', '20', '--strategy', 'random']),
  'OpenEvolve, a checkpoint every step, as the others': (directory) => openEvolve(directory, 1),
  'OpenEvolve, a checkpoint every 100 (default of the library)': (directory) => openEvolve(directory, 100),
  'OpenEvolve, a checkpoint every 10 (its default_config.yaml)': (directory) => openEvolve(directory, 10),
  'GEPA, run_dir': async (directory) => {
    await exec(values.python, [path.join(here, 'gepa_steps.py'), path.resolve(values.gepa), directory, String(steps)])
    return stamped(directory)
  },
}

const loads: number[] = []
const times = new Map<string, Steps[]>()
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, run] of Object.entries(systems)) {
    const directory = await mkdtemp(path.join(values.directory, 'ratchet-cost-'))
    try {
      await writeFile(path.join(directory, 'program.js'), moduleText(1))
      times.set(name, [...(times.get(name) ?? []), await run(directory)])
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
    loads.push(os.loadavg()[0] as number)
    console.error(`round ${round + 1}, ${name}: load ${os.loadavg()[0]?.toFixed(1)}`)
  }
}
console.log(`${os.availableParallelism()} cores, load ${loads.map((load) => load.toFixed(1)).join(' ')}; node ${process.version}; files in ${values.directory}; ${values.rounds} rounds, medians of them (from to); a step in ms, over the last ${window} up to the mark`)
for (const [name, rounds] of times) {
  const cells = marks.map((mark) => {
    const last = rounds.map(({ ms }) => ms.slice(mark - window, mark))
    const cpu = rounds.map(({ cpuMs }) => ((cpuMs[mark / window - 1] as number) - (cpuMs[mark / window - 2] as number)) / window)
    return `at ${mark}: median ${spread(last.map(median))}, mean ${spread(last.map(mean))}, CPU ${spread(cpu)}`
  })
  console.log(`${name}: ${cells.join('; ')}; mean of all ${spread(rounds.map(({ ms }) => mean(ms)))}`)
}

async function ratchet(directory: string, options: readonly string[]): Promise<Steps> {
  const { stdout } = await exec(process.execPath, [path.join(here, '../own-time.ts'), String(steps), directory, ...options, '--json'], { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout) as Steps
}

async function openEvolve(directory: string, interval: number): Promise<Steps> {
  await cp(path.join(here, 'free_evaluator.py'), path.join(directory, 'evaluator.py'))
  const env = { ...process.env, PYTHONPATH: path.join(here, 'stand-in'), BENCH_PROGRAM: path.join(directory, 'program.js'), BENCH_STAMPS: path.join(directory, 'stamps') }
  await exec(values.python, [path.join(here, 'openevolve_steps.py'), path.resolve(values.openevolve), directory, String(steps), String(interval)], { env, maxBuffer: 2 ** 26 })
  return stamped(directory)
}

async function stamped(directory: string): Promise<Steps> {
  const stamps = (await readFile(path.join(directory, 'stamps'), 'utf8')).trim().split('\n').map((line) => line.split(' ').map((ns) => Number(ns) / 1e6) as [number, number])
  if (stamps.length < steps) throw new Error(`only ${stamps.length} of ${steps} steps were made`)
  return {
    ms: stamps.slice(1).map(([at], index) => at - (stamps[index] as [number, number])[0]),
    cpuMs: stamps.flatMap(([, cpu], index) => ((index + 1) % window === 0 ? [cpu] : [])),
  }
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
