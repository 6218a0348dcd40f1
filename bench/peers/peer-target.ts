import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

const exec = promisify(execFile)
const here = import.meta.dirname
const inTasks = path.join(here, '../strategy-tasks')
const inPrograms = path.join(here, 'programs')

/** `size` and `rounds` make a benchmark of about 0.15 s; the sizes that are tested are the same for all. */
const known = {
  triangle: { from: inPrograms, size: 5000, rounds: 3 },
  ledger: { from: inPrograms, size: 3000, rounds: 4 },
  orders: { from: inTasks, size: 700, rounds: 12 },
  words: { from: inTasks, size: 700, rounds: 24 },
} as const

export type TargetName = keyof typeof known
export const targetNames = Object.keys(known) as readonly TargetName[]
export const programFile = 'src/program.js'
const testedSizes = [1, 2, 7, 30, 100]

export interface PeerTarget extends AsyncDisposable {
  readonly name: TargetName
  /** Program, tests, oracle, benchmark and configuration; no repository. */
  readonly directory: string
  readonly baseline: string
}

/** What every search is given: one program, `src/program.js`, with the same test and benchmark commands. */
export async function peerTarget(name: TargetName): Promise<PeerTarget> {
  const { from, size, rounds } = known[name]
  const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-peers-'))
  await mkdir(path.join(directory, 'src'))
  await cp(path.join(from, `${name}.js`), path.join(directory, programFile))
  await cp(path.join(here, 'check'), path.join(directory, 'check'), { recursive: true })
  await cp(path.join(here, 'check/ratchet.yaml'), path.join(directory, 'ratchet.yaml'))
  await writeFile(path.join(directory, 'check/work.json'), JSON.stringify({ size, rounds }))
  const answer = `const { run } = require('./${programFile}'); console.log(JSON.stringify(${JSON.stringify(testedSizes)}.map((size) => [size, run(size)])))`
  const { stdout } = await exec(process.execPath, ['-e', answer], { cwd: directory })
  await writeFile(path.join(directory, 'check/expected.json'), stdout)
  const baseline = await readFile(path.join(directory, programFile), 'utf8')
  return { name, directory, baseline, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
}
