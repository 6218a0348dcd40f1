import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { DriverCommand } from '../languages/language.ts'
import { OracleError } from '../oracle-error.ts'
import type { Spec } from '../spec.ts'
import type { Case } from '../tagged.ts'

/** What a driver said to one case: a line, or that its process is gone. */
export type Answer = { readonly kind: 'line'; readonly line: string } | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null }

export interface DriverOptions {
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** One line of an answer may be long, but not endless: the function under test shares the channel's process. */
const longestLine = 64 * 1024 * 1024

/** A running driver: one case in, one answer out. It dies with its owner. */
export class DriverProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #input: Writable
  readonly #closed: Promise<Answer>
  readonly #stray: Hash = createHash('sha256')
  #strayBytes = 0
  #pieces: Buffer[] = []
  #length = 0
  #lines: string[] = []
  #waiting: ((line: string) => void) | null = null

  private constructor(command: DriverCommand, { directory, environment, signal }: DriverOptions) {
    this.#child = spawn(command.command, command.args, {
      cwd: directory,
      env: { ...environment, RATCHET_SEED: undefined, ...command.environment },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    })
    const { stdin, stdout, stderr, stdio } = this.#child
    if (stdin === null || stdout === null || stderr === null) throw new OracleError('driver-protocol', 'the driver has no standard streams')
    this.#input = stdin
    // A driver that is gone does not read: that it is gone is told by its end, not by the pipe.
    stdin.on('error', () => undefined)
    stdout.on('data', (chunk: Buffer) => this.#note(chunk))
    stderr.resume()
    ;(stdio[3] as Readable).on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#closed = this.#end()
  }

  /** Starts a driver and waits until it has loaded the module. */
  static async start(command: DriverCommand, spec: Spec, options: DriverOptions): Promise<DriverProcess> {
    options.signal.throwIfAborted()
    const driver = new DriverProcess(command, options)
    const answer = await driver.#exchange(JSON.stringify({ spec }))
    if (answer.kind === 'line' && answer.line === '{"ready":true}') return driver
    await driver[Symbol.asyncDispose]()
    options.signal.throwIfAborted()
    throw new OracleError('driver-not-ready', `the driver could not load ${spec.module}: ${answer.kind === 'line' ? answer.line : `it ended with ${answer.code ?? answer.signal}`}`, {
      remedy: 'Check `module` and `function` in the spec, and that the module can be loaded by itself.',
    })
  }

  /** Standard output that did not go through the language's own streams; `null` where there was none. */
  get strayOutput(): { readonly bytes: number; readonly sha256: string } | null {
    return this.#strayBytes === 0 ? null : { bytes: this.#strayBytes, sha256: this.#stray.copy().digest('hex') }
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  async ask(one: Case): Promise<Answer> {
    const answer = await this.#exchange(JSON.stringify(one))
    if (answer.kind === 'exited' || answer.line.startsWith(`{"case":${JSON.stringify(one.id)},"class":"${one.class}",`)) return answer
    throw new OracleError('driver-protocol', `the driver answered case ${one.id} by: ${answer.line.slice(0, 200)}`)
  }

  async #exchange(line: string): Promise<Answer> {
    if (this.#lines.length > 0) throw new OracleError('driver-protocol', 'the driver spoke before it was asked')
    const next = new Promise<Answer>((resolve) => {
      this.#waiting = (text) => resolve({ kind: 'line', line: text })
    })
    this.#input.write(`${line}\n`)
    return await Promise.race([next, this.#closed])
  }

  async #end(): Promise<Answer> {
    try {
      const [code, signal] = (await once(this.#child, 'close')) as [number | null, string | null]
      return { kind: 'exited', code, signal }
    } catch (error) {
      if (this.#child.pid === undefined) throw new OracleError('driver-not-ready', 'the driver cannot be started', { cause: error })
      // Aborted by the owner: the process was killed.
      return { kind: 'exited', code: null, signal: 'SIGKILL' }
    }
  }

  #note(chunk: Buffer): void {
    this.#stray.update(chunk)
    this.#strayBytes += chunk.length
  }

  #receive(chunk: Buffer): void {
    let start = 0
    for (let feed = chunk.indexOf(0x0a); feed !== -1; feed = chunk.indexOf(0x0a, start)) {
      this.#pieces.push(chunk.subarray(start, feed))
      const line = Buffer.concat(this.#pieces).toString('utf8')
      this.#pieces = []
      this.#length = 0
      start = feed + 1
      this.#deliver(line)
    }
    if (start === chunk.length) return
    this.#pieces.push(chunk.subarray(start))
    this.#length += chunk.length - start
    if (this.#length > longestLine) this.#child.kill('SIGKILL')
  }

  #deliver(line: string): void {
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting === null) this.#lines.push(line)
    else waiting(line)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#input.end()
    // Its end of input is a driver's end; a function that keeps the process busy is not waited for.
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 200)
    await this.#closed.catch(() => undefined)
    clearTimeout(timer)
  }
}
