import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { EventEmitter } from 'node:events'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { Readable, Writable } from 'node:stream'
import { promisify } from 'node:util'
import { main } from '../packages/cli/src/main.ts'

const exec = promisify(execFile)
/** Keys of the tests: nothing of theirs goes to the keys of who runs them. */
const testConfig = path.join(os.tmpdir(), `ratchet-e2e-config-${process.getuid?.() ?? 0}`)
const command = fileURLToPath(new URL('../packages/cli/bin/ratchet.js', import.meta.url))

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly outcome: Promise<Outcome>
}

/** Starts the command line as a user would; the environment can be replaced. */
export function startRatchet(args: readonly string[], options: { readonly environment?: NodeJS.ProcessEnv; readonly cwd?: string } = {}): Running {
  const child = spawn(process.execPath, [command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { XDG_CONFIG_HOME: testConfig, ...(options.environment ?? { ...process.env, XDG_CONFIG_HOME: testConfig }) },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }))
  })
  return { child, outcome }
}

export function ratchet(args: readonly string[], options: Parameters<typeof startRatchet>[1] = {}): Promise<Outcome> {
  return options.cwd === undefined ? runHere(args, options.environment ?? process.env) : startRatchet(args, options).outcome
}

/**
 * Runs the command line in this process, with an environment, arguments and streams of its own: what it does is the same, and the third of a second in which a thousand modules load is paid once a worker instead of once
 * a command. What is killed, signalled or started as a user would start it goes through `startRatchet`.
 */
async function runHere(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Outcome> {
  const stdout = new Captured()
  const stderr = new Captured()
  const host = Object.assign(new EventEmitter(), {
    argv: [process.execPath, command, ...args],
    env: { XDG_CONFIG_HOME: testConfig, ...environment },
    stdout,
    stderr,
    stdin: Readable.from([]),
    exitCode: 0,
    exit: () => { throw new Error('a command may not end the process it runs in') },
  })
  await main(host as unknown as NodeJS.Process)
  return { code: host.exitCode, stdout: stdout.text(), stderr: stderr.text() }
}

class Captured extends Writable {
  readonly #chunks: Buffer[] = []

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk)
    done()
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString()
  }
}

export type Files = Readonly<Record<string, string | Uint8Array | null>>

export interface Target extends AsyncDisposable {
  readonly directory: string
  /** Where its commands keep their keys. */
  readonly configHome: string
  git(...args: readonly string[]): Promise<string>
  write(files: Files): Promise<void>
  /** Writes files (null deletes) and commits them; returns the commit. */
  commit(files: Files, message?: string): Promise<string>
  ratchet(...args: readonly string[]): Promise<Outcome>
  /** Runs with --json; fails the test when stdout is not exactly one JSON document. */
  json<T>(...args: readonly string[]): Promise<{ readonly code: number | null; readonly document: T; readonly stderr: string }>
}

export async function makeTarget(files: Files, options: { readonly name?: string } = {}): Promise<Target> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-e2e-'))
  const target = targetAt(home, options.name ?? 'target')
  await mkdir(target.directory)
  await target.git('init', '--quiet')
  if (Object.keys(files).length > 0) await target.commit(files, 'baseline')
  return target
}

/** The same repository and journal with the same keys, elsewhere: far quicker than to judge the same once more. */
export async function copyOf({ directory }: Target): Promise<Target> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-e2e-'))
  await cp(path.dirname(directory), home, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  return targetAt(home, path.basename(directory))
}

function targetAt(home: string, name: string): Target {
  const directory = path.join(home, name)
  const configHome = path.join(home, 'config')
  const environment = { ...process.env, XDG_CONFIG_HOME: configHome }
  const git = async (...args: readonly string[]): Promise<string> => {
    const settings = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-c', 'init.defaultBranch=main', '-c', 'core.autocrlf=false', '-c', 'commit.gpgSign=false']
    const { stdout } = await exec('git', [...settings, ...args], { cwd: directory, maxBuffer: 64 * 1024 * 1024 })
    return stdout.trim()
  }
  const write = async (changes: Files): Promise<void> => {
    for (const [name, content] of Object.entries(changes)) {
      const file = path.join(directory, name)
      if (content === null) await rm(file, { recursive: true, force: true })
      else {
        await mkdir(path.dirname(file), { recursive: true })
        await writeFile(file, content)
        if (name.endsWith('.sh')) await chmod(file, 0o755)
      }
    }
  }
  const commit = async (changes: Files, message = 'change'): Promise<string> => {
    await write(changes)
    await git('add', '--all')
    await git('commit', '--quiet', '--allow-empty', '--message', message)
    return git('rev-parse', 'HEAD')
  }
  return {
    directory,
    configHome,
    git,
    write,
    commit,
    ratchet: (...args) => ratchet([...args, '--target', directory], { environment }),
    json: async <T>(...args: readonly string[]) => {
      const { code, stdout, stderr } = await ratchet([...args, '--target', directory, '--json'], { environment })
      return { code, document: JSON.parse(stdout) as T, stderr }
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  }
}

/** What `evaluate --json` holds, as far as the tests look at it. */
export interface Verdict {
  readonly id: string
  readonly verdict: string
  readonly reasons: readonly { readonly code: string; readonly message: string }[]
  readonly screening: { readonly decision: string; readonly findings: readonly { readonly rule: string; readonly file: string }[] }
  readonly tests: { readonly baseline: Counts; readonly candidate: Counts; readonly missing: readonly string[]; readonly newlyFailing: readonly string[] }
  readonly oracle: { readonly cases: number; readonly mismatches: number }
  readonly metrics: Readonly<Record<string, { readonly effect: { readonly estimate: number; readonly low: number; readonly high: number } | null; readonly pairs: number; readonly eValue: number; readonly role: string }>>
  readonly sandbox: { readonly tier: string | null }
  readonly attestation: string | null
}

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * A target of shell scripts, so that one evaluation takes a fraction of a second: `src/cost` is the figure to lower, `src/answer` what tests
 * and oracle look at. The tests are two cases in TAP.
 */
export const shellTarget: Files = {
  'ratchet.yaml': [
    'target: { edit: ["src/**"], protect: ["check/**"] }',
    'tests: [{ run: sh check/test.sh, report: tap, timeout: 5s }]',
    'oracle: [{ run: sh check/oracle.sh, cases: 4, timeout: 5s }]',
    'metrics:',
    '  cost: { run: sh check/bench.sh, measure: reported, timeout: 5s }',
    // Nothing but the reported figure depends on src/cost: no judge could notice that it is wrong. It is the same each time: few pairs are enough.
    'accept: { canaries: 0, nullPairs: 0, falseAcceptRate: 0.2, trustReported: true }',
    'sandbox: { memory: 256MiB, cpu: 5s, wall: 10s, processes: 64, disk: 16MiB, output: 1MiB }',
    '',
  ].join('\n'),
  'src/cost': '100\n',
  'src/answer': 'echo "$(( $1 * 2 ))"\n',
  'check/test.sh': [
    '#!/bin/sh',
    'echo "TAP version 13"',
    'echo "1..2"',
    'if [ "$(sh src/answer 2)" = 4 ]; then echo "ok 1 - doubles two"; else echo "not ok 1 - doubles two"; bad=1; fi',
    'if [ "$(sh src/answer 0)" = 0 ]; then echo "ok 2 - doubles zero"; else echo "not ok 2 - doubles zero"; bad=1; fi',
    'exit ${bad:-0}',
    '',
  ].join('\n'),
  'check/oracle.sh': '#!/bin/sh\nfor n in 1 2 3 $((RATCHET_SEED % 1000 + 10)); do sh src/answer $n; done\n',
  'check/bench.sh': '#!/bin/sh\ncat src/cost\n',
}
