import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { Found, PeerRun } from './peer-run.ts'
import { programFile, type PeerTarget } from './peer-target.ts'

export interface MagpieOptions {
  /** A clone of it. */
  readonly checkout: string
  readonly python: string
  readonly seed: number
  readonly evaluations: number
}

interface Traced {
  readonly evaluation: number
  readonly ms: number
  readonly text?: string
}

/** Line edits and first-improvement local search, as its tutorial on lines and its defaults have it; limits of time as in Ratchet's configuration. */
export async function searchWithMagpie(target: PeerTarget, { checkout, python, seed, evaluations }: MagpieOptions): Promise<PeerRun> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-magpie-'))
  try {
    const software = path.join(home, 'program')
    await cp(target.directory, software, { recursive: true })
    await writeFile(path.join(home, 'scenario.txt'), scenario(software, seed))
    const load = os.loadavg()[0] as number
    const started = performance.now()
    await run(python, [path.join(import.meta.dirname, 'magpie_trace.py'), path.resolve(checkout), 'scenario.txt', 'trace.jsonl', String(evaluations)], home)
    const ms = performance.now() - started
    const lines = (await readFile(path.join(home, 'trace.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Traced)
    const found = lines.flatMap(({ text, ...at }): Found[] => (text === undefined ? [] : [{ evaluation: at.evaluation, ms: at.ms, text }]))
    return { peer: 'magpie', target: target.name, seed, found, evaluations: lines.at(-1)?.evaluation ?? 0, ms, handed: found.at(-1)?.text ?? null, load }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

function scenario(software: string, seed: number): string {
  return `[magpie]
seed = ${seed}
default_timeout = 3
default_lengthout = 1e6

[software]
path = ${software}
target_files =
    ${programFile}
fitness = time
test_cmd = node --test check/test.js
run_cmd = node check/bench.js

[search]
possible_edits =
    LineReplacement
    LineInsertion
    LineDeletion
`
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  // The same Node that Ratchet takes.
  const environment = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}` }
  const child = spawn(command, args, { cwd, env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve(status ?? 128))
  })
  if (code !== 0) throw new Error(`magpie ended with exit code ${code}:\n${Buffer.concat(errors).toString('utf8').slice(-2000)}`)
}
