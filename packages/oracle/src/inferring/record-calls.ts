import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { OracleError } from '../oracle-error.ts'
import type { LanguageName } from '../spec.ts'
import type { TaggedJson } from '../tagged.ts'

export interface RecordOptions {
  readonly directory: string
  readonly module: string
  readonly function: string
  readonly source: string
  readonly language: LanguageName
  readonly record: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

const maxCalls = 300
const recorder = fileURLToPath(new URL('../../drivers/javascript/record-call.cjs', import.meta.url))

/**
 * Runs the tests in a copy of the tree, in which the function first writes down its arguments. A change of the text reaches every
 * runner, whereas hooks into Node's loader do not reach those that transform modules themselves. The user's own files stay as they are.
 */
export async function recordCalls(options: RecordOptions): Promise<readonly (readonly TaggedJson[])[]> {
  if (options.language === 'python' || options.language === 'cpp') return []
  const { instrumentSource } = await import('../languages/javascript/infer/instrument-source.ts')
  const changed = instrumentSource(options)
  if (changed === null) throw new OracleError('record-failed', `${options.function} cannot be recorded in ${options.module}`, { remedy: 'Leave --record out: literals of the tests are read anyway.' })
  const work = await mkdtemp(path.join(tmpdir(), 'ratchet-record-'))
  try {
    const copy = path.join(work, 'tree')
    await copyTree(options.directory, copy)
    await writeFile(path.join(copy, changed.module), changed.text)
    const calls = path.join(work, 'calls')
    await runTests(options, copy, { RATCHET_RECORD: calls, RATCHET_RECORDER: recorder })
    return existsSync(calls) ? parseCalls(await readFile(calls, 'utf8')) : []
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Everything but the repository's data and installed packages; those are linked. */
async function copyTree(from: string, to: string): Promise<void> {
  const left = new Set(['node_modules', '.git', '.ratchet'])
  await cp(from, to, { recursive: true, filter: (file) => !left.has(path.basename(file)) })
  const packages = path.join(from, 'node_modules')
  if (existsSync(packages)) await symlink(packages, path.join(to, 'node_modules'))
}

async function runTests({ record, environment, signal }: RecordOptions, directory: string, added: Readonly<Record<string, string>>): Promise<void> {
  const [command, ...args] = record
  if (command === undefined) throw new OracleError('record-failed', 'the test command is empty', { remedy: 'Give one, as in --record "node --test".' })
  const search = `${path.join(directory, 'node_modules/.bin')}${path.delimiter}${environment['PATH'] ?? ''}`
  const child = spawn(command, args, { cwd: directory, env: { ...environment, PATH: search, ...added }, stdio: 'ignore', signal })
  try {
    // Failing tests record calls as well as passing ones.
    await once(child, 'close')
  } catch (error) {
    signal.throwIfAborted()
    throw new OracleError('record-failed', `${command} cannot be run`, { cause: error, remedy: 'Give the command that runs the tests, as in --record "node --test".' })
  }
}

function parseCalls(text: string): readonly (readonly TaggedJson[])[] {
  const lines = [...new Set(text.split('\n'))].filter((line) => line.startsWith('[') && line.endsWith(']'))
  // Evenly over the run: the first calls of a suite are often much alike.
  const step = Math.max(1, Math.ceil(lines.length / maxCalls))
  return lines.filter((_, index) => index % step === 0).map((line) => JSON.parse(line) as readonly TaggedJson[])
}
