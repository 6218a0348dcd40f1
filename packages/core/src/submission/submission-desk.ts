import { Failure } from '../failure/failure.ts'

/** What becomes of something that was handed in: `settled` once it has run to its end, whatever came of it. */
export type SubmissionState = 'queued' | 'running' | 'settled' | 'cancelled' | 'failed'

export interface Submission {
  readonly key: string
  readonly state: SubmissionState
  /** How many are before it; 0 when it is not queued. */
  readonly before: number
  /** What is being done with it now; empty unless it runs. */
  readonly stage: string
  /** Counts up with every stage. */
  readonly steps: number
  /** Set when it failed. */
  readonly problem: SubmissionProblem | null
}

export interface SubmissionProblem {
  readonly code: string
  readonly message: string
  readonly remedy: string | null
}

export interface SubmissionLimits {
  /** Queued and running at a time. */
  readonly open: number
  /** Runs that this desk begins at most in its life; one that is broken off counts. */
  readonly runs: number
}

/** Does the work of one submission; `note` says how it goes on. An abort must end everything that was started for it before it settles. */
export type SubmissionWork = (note: (stage: string) => void, signal: AbortSignal) => Promise<void>

export type Accepted = { readonly kind: 'accepted'; readonly submission: Submission } | { readonly kind: 'refused'; readonly problem: SubmissionProblem }

interface Held {
  readonly key: string
  /** Takes its turn, and costs none of the runs. */
  readonly isFree: boolean
  readonly work: SubmissionWork
  readonly controller: AbortController
  state: SubmissionState
  stage: string
  steps: number
  problem: SubmissionProblem | null
}

/** Settled ones that are remembered; the journal knows the rest. */
const remembered = 256

/**
 * Takes work from programs that nobody watches, does one piece after the other in the background, and lets nobody have more of the machine than `limits` say. Whoever disposes of it ends what runs, and waits for that.
 */
export class SubmissionDesk implements AsyncDisposable {
  readonly #limits: SubmissionLimits
  readonly #held = new Map<string, Held>()
  readonly #watchers = new Set<() => void>()
  #queue: readonly Held[] = []
  #running: Promise<void> | null = null
  #runs = 0
  #closed = false

  constructor(limits: SubmissionLimits) {
    this.#limits = limits
  }

  /** Runs that may still be handed in. */
  get left(): number {
    return Math.max(0, this.#limits.runs - this.#runs - this.#queue.filter(({ isFree }) => !isFree).length)
  }

  /** Whoever hands in what is open already gets that one. `isFree`: for work that the desk's owner answers for, and not whoever asks. */
  submit(key: string, work: SubmissionWork, { isFree = false }: { readonly isFree?: boolean } = {}): Accepted {
    const known = this.#held.get(key)
    if (known !== undefined && isOpen(known)) return { kind: 'accepted', submission: this.#view(known) }
    const problem = this.refusal({ isFree })
    if (problem !== null) return { kind: 'refused', problem }
    const held: Held = { key, isFree, work, controller: new AbortController(), state: 'queued', stage: '', steps: 0, problem: null }
    this.#held.delete(key)
    this.#held.set(key, held)
    this.#queue = [...this.#queue, held]
    this.#running ??= this.#drain()
    return { kind: 'accepted', submission: this.#view(held) }
  }

  /** Null where it was never handed in, or so long ago that only the journal knows. */
  find(key: string): Submission | null {
    const held = this.#held.get(key)
    return held === undefined ? null : this.#view(held)
  }

  /** False when there is nothing to cancel any more. */
  cancel(key: string): boolean {
    const held = this.#held.get(key)
    if (held === undefined || !isOpen(held)) return false
    if (held.state === 'queued') {
      this.#queue = this.#queue.filter((other) => other !== held)
      this.#change(held, 'cancelled')
    }
    held.controller.abort(new Error('cancelled'))
    return true
  }

  /** Until it is no longer open, `waitMs` are over, or `signal` fires, whichever is first: none of them changes what happens to it. */
  async wait(key: string, { waitMs, onChange }: { readonly waitMs: number; readonly onChange: (submission: Submission) => void }, signal: AbortSignal): Promise<Submission | null> {
    const held = this.#held.get(key)
    if (held === undefined) return null
    if (!isOpen(held) || waitMs <= 0 || signal.aborted) return this.#view(held)
    const ended = Promise.withResolvers<void>()
    const end = (): void => ended.resolve()
    let seen = -1
    const look = (): void => {
      if (!isOpen(held)) return end()
      if (held.steps === seen) return
      seen = held.steps
      onChange(this.#view(held))
    }
    const timer = setTimeout(end, waitMs)
    signal.addEventListener('abort', end)
    this.#watchers.add(look)
    try {
      look()
      await ended.promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      this.#watchers.delete(look)
    }
    return this.#view(held)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const held of this.#held.values()) this.cancel(held.key)
    await this.#running
  }

  /** Why nothing new would be taken now; null where it would. For whoever has to keep something before it can be handed in. */
  refusal({ isFree = false }: { readonly isFree?: boolean } = {}): SubmissionProblem | null {
    if (this.#closed) return { code: 'closing', message: 'the server is ending', remedy: null }
    const open = [...this.#held.values()].filter(isOpen).length
    if (open >= this.#limits.open) return { code: 'too-many-open', message: `${open} submissions are open, and no more than that are taken at a time`, remedy: 'Wait for a verdict, or cancel one.' }
    if (!isFree && this.left === 0) return { code: 'budget-spent', message: `this server has begun its ${this.#limits.runs} evaluations`, remedy: 'Ask the person who started it; a new server has a new budget.' }
    return null
  }

  async #drain(): Promise<void> {
    for (;;) {
      const [next, ...others] = this.#queue
      if (next === undefined) break
      this.#queue = others
      if (!next.isFree) this.#runs++
      await this.#run(next)
    }
    this.#running = null
  }

  async #run(held: Held): Promise<void> {
    const { signal } = held.controller
    this.#change(held, 'running')
    // A stage that is told after the end must not bring it back.
    const note = (stage: string): void => {
      if (held.state === 'running') this.#change(held, 'running', stage)
    }
    try {
      await held.work(note, signal)
      this.#change(held, 'settled')
    } catch (error) {
      held.problem = signal.aborted ? null : problemOf(error)
      this.#change(held, signal.aborted ? 'cancelled' : 'failed')
    }
    this.#forget()
  }

  #change(held: Held, state: SubmissionState, stage = ''): void {
    held.state = state
    held.stage = stage
    held.steps++
    for (const look of this.#watchers) look()
  }

  #forget(): void {
    const settled = [...this.#held.values()].filter((held) => !isOpen(held))
    for (const { key } of settled.slice(0, Math.max(0, settled.length - remembered))) this.#held.delete(key)
  }

  #view({ key, state, stage, steps, problem, ...held }: Held): Submission {
    const place = this.#queue.findIndex((other) => other.controller === held.controller)
    const runs = [...this.#held.values()].some((other) => other.state === 'running') ? 1 : 0
    return { key, state, before: place < 0 ? 0 : place + runs, stage, steps, problem }
  }
}

function isOpen({ state }: Held): boolean {
  return state === 'queued' || state === 'running'
}

/** What is no failure of a known kind tells a stranger nothing about this machine. */
function problemOf(error: unknown): SubmissionProblem {
  if (error instanceof Failure) return { code: error.code, message: error.message, remedy: error.remedy ?? null }
  return { code: 'internal', message: 'Ratchet itself failed', remedy: 'See what the server wrote to its standard error.' }
}
