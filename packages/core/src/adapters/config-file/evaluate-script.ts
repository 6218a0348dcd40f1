import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { ConfigError } from '../../target/config-error.ts'
import type { ConfigErrorCode, ConfigProblem } from '../../target/config-error.ts'
import { fieldName } from './config-source.ts'
import type { ConfigSource } from './config-source.ts'
import { locateInText } from './locate-in-text.ts'

export interface ScriptSource {
  /** Bytes of the baseline commit, never of the working tree. */
  readonly text: string
  /** Path shown in problems; its ending decides between TypeScript and JavaScript. */
  readonly path: string
  readonly signal: AbortSignal
  /** Wall-clock limit in ms. */
  readonly timeoutMs: number
}

const maximumOutput = 1024 * 1024

const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('value'), value: z.unknown() }),
  z.object({ kind: z.literal('no-default') }),
  z.object({ kind: z.literal('import'), message: z.string() }),
  z.object({ kind: z.literal('value-refused'), message: z.string(), path: z.array(z.union([z.string(), z.number()])) }),
  z.object({ kind: z.literal('syntax'), message: z.string(), line: z.int().optional(), column: z.int().optional() }),
  z.object({ kind: z.literal('threw'), message: z.string(), denied: z.boolean().optional(), line: z.int().optional(), column: z.int().optional() }),
])

type Answer = z.output<typeof answerSchema>
type Detail = Omit<ConfigProblem, 'file'>

/**
 * Evaluates a `ratchet.config.ts` (types are stripped, not checked), `.mjs` or `.js` in a child process with an empty
 * environment and Node's permission model: it computes a value, and cannot read files, start processes or reach our own state.
 * The network is not closed to it; the config of a baseline is as trusted as its tests.
 *
 * It has to be one self-contained file: only `@ratchet/core` (for `defineConfig`) and modules of Node itself can be imported, because
 * any other file would come from the working tree instead of the baseline commit.
 */
export async function evaluateScript(source: ScriptSource): Promise<ConfigSource> {
  const answer = await runHost(source)
  const fail = (code: ConfigErrorCode, detail: Partial<Detail> & Pick<Detail, 'message' | 'fix'>): never => {
    throw new ConfigError(code, [{ file: source.path, line: null, column: null, path: '', ...detail }])
  }
  switch (answer.kind) {
    case 'value':
      return { value: answer.value, locate: (path) => locateInText(source.text, path), render: (value) => JSON.stringify(value) }
    case 'no-default':
      return fail('config-invalid', { line: 1, column: 1, message: 'nothing is exported as default', fix: 'write `export default defineConfig({ ... })`' })
    case 'import':
      return fail('config-load-failed', { ...locateWord(source.text, answer.message), message: answer.message, fix: 'keep the configuration in one file: only `@ratchet/core` and modules of Node itself can be imported' })
    case 'value-refused':
      return fail('config-invalid', { ...locateInText(source.text, answer.path), path: fieldName(answer.path), message: answer.message, fix: 'write plain text, numbers, true, false, lists or objects' })
    case 'syntax':
      return fail('config-syntax', { ...place(answer), message: answer.message, fix: 'correct the syntax; only types that can be erased are allowed (no enum, no namespace, no JSX)' })
    case 'threw':
      return fail('config-load-failed', {
        ...place(answer), message: `evaluating it failed: ${answer.message}`,
        fix: answer.denied === true ? 'write the value down instead of reading files or starting programs' : 'make the file evaluate without an error',
      })
  }
}

function place(answer: { readonly line?: number | undefined; readonly column?: number | undefined }): Pick<Detail, 'line' | 'column'> {
  return { line: answer.line ?? null, column: answer.line === undefined ? null : (answer.column ?? 1) }
}

/** The line of the import whose (JSON-quoted) specifier ends the message. */
function locateWord(text: string, message: string): Pick<Detail, 'line' | 'column'> {
  const specifier = /"(.*)"$/.exec(message)?.[1]
  const offset = specifier === undefined ? -1 : text.indexOf(specifier)
  if (offset === -1) return { line: 1, column: 1 }
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

async function runHost(source: ScriptSource): Promise<Answer> {
  source.signal.throwIfAborted()
  const host = hostProgram()
  const child = spawn(
    process.execPath,
    ['--permission', '--no-warnings', '--no-addons', '--max-old-space-size=256', `--input-type=${host.type}`, '--eval', host.text],
    { stdio: ['pipe', 'ignore', 'ignore', 'pipe'], env: {}, cwd: '/', windowsHide: true },
  )
  const deadline = AbortSignal.timeout(source.timeoutMs)
  const stop = AbortSignal.any([source.signal, deadline])
  const kill = (): void => void child.kill('SIGKILL')
  stop.addEventListener('abort', kill, { once: true })
  try {
    const ended = new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', () => resolve())
    })
    // A child that dies before it has read everything closes the pipe; what it answered, or did not, says why.
    child.stdin?.once('error', kill)
    child.stdin?.end(JSON.stringify({ text: source.text, name: source.path.slice(source.path.lastIndexOf('/') + 1) }))
    const [output] = await Promise.all([collect(child.stdio[3] as Readable, kill), ended])
    source.signal.throwIfAborted()
    return parseAnswer(output, source, deadline.aborted)
  } catch (error) {
    if (error instanceof ConfigError || source.signal.aborted) throw error
    throw loadFailure(source, 'a process to evaluate it could not be started', 'check that Node can start programs here', error)
  } finally {
    stop.removeEventListener('abort', kill)
    kill()
  }
}

/** Handed over as text: the child may read no file, not even its own. TypeScript in a checkout, JavaScript once built. */
function hostProgram(): { readonly type: string; readonly text: string } {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const text = readFileSync(new URL(`./config-script-host.${ending}`, import.meta.url), 'utf8')
  return { type: ending === 'ts' ? 'module-typescript' : 'module', text }
}

async function collect(stream: Readable, stop: () => void): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maximumOutput) stop()
    else chunks.push(chunk)
  }
  return length > maximumOutput ? '' : Buffer.concat(chunks).toString('utf8')
}

function parseAnswer(output: string, source: ScriptSource, late: boolean): Answer {
  if (late) throw loadFailure(source, `evaluating it took longer than ${source.timeoutMs} ms`, 'compute less: a configuration is data')
  try {
    return answerSchema.parse(JSON.parse(output))
  } catch (error) {
    throw loadFailure(source, 'evaluating it ended without a value', 'let the file run to its end (no process.exit) and export a small plain object', error)
  }
}

function loadFailure(source: ScriptSource, message: string, fix: string, cause?: unknown): ConfigError {
  return new ConfigError('config-load-failed', [{ file: source.path, line: null, column: null, path: '', message, fix }], { cause })
}
