import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { programFile, type PeerTarget } from './peer-target.ts'

export interface Checked {
  /** CPU time of the whole benchmark, baseline by candidate: the median of pairs that take turns. */
  readonly gain: number
  /** Whether it answers like the baseline for every size up to 200 and three large ones. */
  readonly isRight: boolean
}

const pairs = 7
const limitMs = 30_000
const answering = `const { run } = require('./${programFile}'); const sizes = [...Array(201).keys(), 333, 777, 1234]
console.log(JSON.stringify(sizes.map((size) => { try { return [run(size)] } catch (error) { return error.name } })))`

/** A process says at its end what it used, on a line of its own. */
const counter = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\n'+JSON.stringify(process.cpuUsage())))`

/** Neither the searches' own figures nor their judges: a bare process, inputs that none of them had, and fresh measurements. */
export async function checkProgram(target: PeerTarget, text: string): Promise<Checked> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-check-'))
  try {
    await cp(target.directory, home, { recursive: true })
    await writeFile(path.join(home, programFile), text)
    const [expected, answered] = [await launch(target.directory, ['-e', answering]), await launch(home, ['-e', answering])]
    const ratios: number[] = []
    for (let pair = 0; pair < pairs; pair++) {
      const order = pair % 2 === 0 ? [target.directory, home] : [home, target.directory]
      const times = new Map<string, number>()
      for (const directory of order) times.set(directory, (await launch(directory, ['check/bench.js'], pair + 1)).cpuMs)
      ratios.push((times.get(target.directory) as number) / (times.get(home) as number))
    }
    ratios.sort((a, b) => a - b)
    return { gain: ratios[Math.floor(pairs / 2)] as number, isRight: expected.stdout === answered.stdout && answered.code === 0 }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function launch(cwd: string, args: readonly string[], seed = 1): Promise<{ readonly stdout: string; readonly code: number | null; readonly cpuMs: number }> {
  const child = spawn(process.execPath, ['--import', counter, ...args], { cwd, env: { ...process.env, RATCHET_SEED: String(seed) }, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs, killSignal: 'SIGKILL' })
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const usage = code === 0 ? (JSON.parse(Buffer.concat(stderr).toString('utf8').split('\n').at(-1) as string) as NodeJS.CpuUsage) : { user: limitMs * 1000, system: 0 }
  return { stdout: Buffer.concat(stdout).toString('utf8'), code, cpuMs: (usage.user + usage.system) / 1000 }
}
