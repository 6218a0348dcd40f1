import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { startFailure, startGit, type GitCommand } from './git-command.ts'

/**
 * A long-lived git process that answers requests in order: starting one for every object would cost more than the object. Started on
 * first use; a process that dies fails what waits for it, and the next request starts another.
 */
export class LineProcess implements AsyncDisposable {
  readonly #git: GitCommand
  readonly #args: readonly string[]
  #child: ChildProcessWithoutNullStreams | null = null
  #buffered: Buffer[] = []
  #size = 0
  #wake: (() => void) | null = null
  #failure: Error | null = null
  #stderr = ''
  #queue: Promise<unknown> = Promise.resolve()

  constructor(git: GitCommand, args: readonly string[]) {
    this.#git = git
    this.#args = args
  }

  /** Sends a request and reads its answer; requests never interleave. */
  request<T>(input: string | Uint8Array, read: (reader: LineProcess) => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      this.#start().stdin.write(input)
      try {
        return await read(this)
      } catch (error) {
        // What is left of this answer must never be taken for the next one.
        this.#child?.kill('SIGKILL')
        this.#child = null
        throw error
      }
    })
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  async line(): Promise<string> {
    for (;;) {
      const whole = this.#whole()
      const end = whole.indexOf(10)
      if (end >= 0) {
        this.#keep(whole.subarray(end + 1))
        return whole.subarray(0, end).toString('utf8')
      }
      await this.#more()
    }
  }

  async bytes(count: number): Promise<Buffer> {
    while (this.#size < count) await this.#more()
    const whole = this.#whole()
    this.#keep(whole.subarray(count))
    return whole.subarray(0, count)
  }

  /** Reads past bytes without keeping them. */
  async skip(count: number): Promise<void> {
    let left = count
    for (;;) {
      const whole = this.#whole()
      const passed = Math.min(left, whole.length)
      this.#keep(whole.subarray(passed))
      left -= passed
      if (left === 0) return
      await this.#more()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue
    const child = this.#child
    if (child === null) return
    this.#child = null
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    child.stdin.end()
    await closed
  }

  #start(): ChildProcessWithoutNullStreams {
    if (this.#child !== null) return this.#child
    const spec = this.#git.spawnSpec(this.#args)
    const child = startGit(spec)
    this.#child = child
    this.#failure = null
    this.#keep(Buffer.alloc(0))
    this.#stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.#child !== child) return
      this.#buffered.push(chunk)
      this.#size += chunk.length
      this.#wake?.()
    })
    child.stderr.on('data', (chunk: Buffer) => (this.#stderr = `${this.#stderr}${chunk.toString('utf8')}`.slice(-4000)))
    // A git that takes no more input has ended or is about to, and 'close' says why.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') this.#fail(child, error)
    })
    child.once('error', (error) => this.#fail(child, startFailure(error, spec.cwd)))
    child.once('close', (code) => this.#fail(child, new WorkspaceError('git-failed', `git ${this.#args[0]} ended with exit status ${code}: ${this.#stderr.trim()}`)))
    return child
  }

  #fail(child: ChildProcessWithoutNullStreams, error: Error): void {
    if (this.#child !== child) return
    this.#failure = error
    this.#child = null
    this.#wake?.()
  }

  #whole(): Buffer {
    if (this.#buffered.length > 1) this.#buffered = [Buffer.concat(this.#buffered)]
    return this.#buffered[0] ?? Buffer.alloc(0)
  }

  #keep(rest: Buffer): void {
    this.#buffered = rest.length === 0 ? [] : [rest]
    this.#size = rest.length
  }

  async #more(): Promise<void> {
    if (this.#failure !== null) throw this.#failure
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = null
    if (this.#failure !== null && this.#size === 0) throw this.#failure
  }
}
