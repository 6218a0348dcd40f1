import type { Ending, Limits } from '../../sandbox/sandbox.ts'

/** Why we ended a launch ourselves. */
export type Stop = Exclude<Ending, 'exited' | 'signalled'>

/** What must be looked at while a launch runs; memory and processes are held to their limits by the kernel. */
export interface Seen {
  readonly cpuMs: number
}

export interface LimitWatchOptions {
  readonly limits: Limits
  readonly signal: AbortSignal
  /** Null when nothing can be seen now. */
  readonly look: () => Seen | null
  /** Called once and again with each further reason: what must end may not have ended by the first call. */
  readonly onStop: () => void
}

const periodMs = 25

/** Ends a launch at its limits or on demand; the first reason stands. Disposing of it ends every timer and listener. */
export class LimitWatch implements Disposable {
  readonly #options: LimitWatchOptions
  readonly #wall: NodeJS.Timeout
  readonly #sampling: NodeJS.Timeout
  #stop: Stop | null = null

  constructor(options: LimitWatchOptions) {
    this.#options = options
    this.#wall = setTimeout(() => this.end('wall-limit'), options.limits.wallMs)
    this.#sampling = setInterval(() => this.#sample(), periodMs)
    options.signal.addEventListener('abort', this.#onAbort)
    if (options.signal.aborted) this.#onAbort()
  }

  get stop(): Stop | null {
    return this.#stop
  }

  end(reason: Stop): void {
    this.#stop ??= reason
    this.#options.onStop()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#wall)
    clearInterval(this.#sampling)
    this.#options.signal.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => this.end('aborted')

  #sample(): void {
    const { limits, look } = this.#options
    if ((look()?.cpuMs ?? 0) > limits.cpuMs) this.end('cpu-limit')
  }
}
