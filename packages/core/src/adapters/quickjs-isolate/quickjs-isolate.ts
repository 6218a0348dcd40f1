import { on, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { IsolateError, type CallOutcome, type CallRequest, type Isolate, type Isolates, type IsolateValue, type OpenOutcome } from '../../isolate/isolate.ts'
import { serialise, UnsupportedValue, untagged } from '../../isolate/serialised-value.ts'
import type { CallMessage, ThreadAnswer, ThreadData } from './thread-messages.ts'

/** Starting a thread and the engine in it, on a busy machine. */
const startMs = 20_000
/** A thread that has not stopped the call by itself is in a built-in that never asks. */
const graceMs = 200
/** Calls given to a thread before the first of them is answered: passing them one by one takes longer than most of them. */
const ahead = 64

/**
 * Isolates on QuickJS, compiled to WebAssembly. Each has a thread, an engine and a memory of its own, so that nothing one of them breaks is another's; nothing of the host is given to them.
 *
 * Limits: the engine asks for the time between its instructions; where a built-in loops on its own, the thread is ended instead, after the call's time and 200 ms. After any stopped call the thread is made anew.
 * Memory beyond the limit and too deep a recursion are errors inside, which the function may catch; one that comes out of it is `stopped`. `memoryBytes` is the engine's heap.
 */
export function createQuickjsIsolates(): Isolates {
  return {
    open: async (source, limits, signal): Promise<OpenOutcome> => {
      signal.throwIfAborted()
      const isolate = new QuickjsIsolate({ source, limits })
      const refusal = await isolate.start(signal)
      if (refusal === null) return { kind: 'opened', isolate }
      await isolate[Symbol.asyncDispose]()
      return { kind: 'refused', reason: refusal }
    },
  }
}

interface Thread {
  readonly worker: Worker
  readonly messages: AsyncIterator<readonly unknown[]>
}

type Heard = ThreadAnswer | { readonly kind: 'late' } | { readonly kind: 'ended'; readonly cause: unknown }

const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('returned'), value: z.unknown(), argumentsAfter: z.unknown() }),
  z.object({ kind: z.literal('threw'), name: z.string(), message: z.string(), value: z.unknown(), argumentsAfter: z.unknown() }),
  z.object({ kind: z.literal('refused'), reason: z.string() }),
])

class QuickjsIsolate implements Isolate {
  readonly #data: ThreadData
  #thread: Thread | null = null
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(data: ThreadData) {
    this.#data = data
  }

  /** Why the module cannot be used; null when it can. */
  async start(signal: AbortSignal): Promise<string | null> {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    // Of what an engine prints when it gives up nothing is shown.
    const worker = new Worker(new URL(`./quickjs-thread.${extension}`, import.meta.url), { workerData: this.#data, env: {}, execArgv: [], stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: 128 } })
    // Answers are kept until they are asked for.
    const thread = { worker, messages: on(worker, 'message', { close: ['exit'] }) as Thread['messages'] }
    this.#thread = thread
    // The process must not live on for a thread that waits.
    worker.unref()
    const ready = await this.#answer(thread, startMs, signal)
    if (ready.kind !== 'ready') throw new IsolateError('isolate-failed', 'the engine of an isolate does not start', ready.kind === 'ended' ? { cause: ready.cause } : {})
    const opened = await this.#answer(thread, this.#data.limits.callMs + graceMs, signal)
    switch (opened.kind) {
      case 'opened':
        return null
      case 'refused':
        return opened.reason
      case 'late':
        return 'the module takes too long to evaluate'
      default:
        return 'the engine gave up on the module'
    }
  }

  call(request: CallRequest, signal: AbortSignal): Promise<readonly CallOutcome[]> {
    const turn = this.#last.then(() => this.#callEach(request, signal))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#endThread()
  }

  async #callEach({ name, argumentLists, observeArguments = false }: CallRequest, signal: AbortSignal): Promise<readonly CallOutcome[]> {
    const messages = argumentLists.map((list): CallMessage | null => {
      const text = textOf(list)
      return text === null ? null : { name, text, observe: observeArguments }
    })
    const outcomes: CallOutcome[] = []
    // What the thread has been given already; a new thread has been given nothing.
    let sent = { thread: this.#thread, count: 0 }
    for (const [index, message] of messages.entries()) {
      signal.throwIfAborted()
      const started = await this.#started(signal)
      if (typeof started === 'string') {
        outcomes.push({ kind: 'refused', reason: started })
        continue
      }
      if (sent.thread !== started) sent = { thread: started, count: index }
      for (; sent.count < Math.min(messages.length, index + ahead); sent.count++) {
        const next = messages[sent.count] ?? null
        if (next !== null) started.worker.postMessage(next, [])
      }
      outcomes.push(message === null ? { kind: 'refused', reason: 'an argument cannot cross' } : await this.#outcome(started, signal))
    }
    return outcomes
  }

  /** A thread that is there or could be made; else why not. */
  async #started(signal: AbortSignal): Promise<Thread | string> {
    if (this.#isClosed) throw new IsolateError('isolate-closed', 'the isolate is closed')
    if (this.#thread !== null) return this.#thread
    const refusal = await this.start(signal)
    if (refusal !== null) return refusal
    return this.#thread ?? 'the isolate is closed'
  }

  async #outcome(thread: Thread, signal: AbortSignal): Promise<CallOutcome> {
    const answer = await this.#answer(thread, this.#data.limits.callMs + graceMs, signal)
    switch (answer.kind) {
      case 'outcome':
        return outcomeOf(answer.text)
      case 'refused':
        return answer
      case 'late':
        return { kind: 'stopped', limit: 'time' }
      case 'stopped':
        await this.#endThread()
        return answer
      default:
        return { kind: 'stopped', limit: 'engine' }
    }
  }

  /** The next answer of the thread. A thread that takes too long is ended; so is one whose caller has lost interest, since nobody knows what it is in. */
  async #answer({ messages }: Thread, waitMs: number, signal: AbortSignal): Promise<Heard> {
    const waiting = new AbortController()
    const { signal: done } = waiting
    try {
      const heard = await Promise.race([
        messages.next().then((next): Heard => (next.done === true ? { kind: 'ended', cause: null } : (next.value[0] as ThreadAnswer))),
        sleep(waitMs, { kind: 'late' } as const, { signal: done }),
        once(signal, 'abort', { signal: done }).then(() => signal.throwIfAborted() as never),
      ])
      if (heard.kind === 'late' || heard.kind === 'ended') await this.#endThread()
      return heard
    } catch (error) {
      await this.#endThread()
      signal.throwIfAborted()
      return { kind: 'ended', cause: error }
    } finally {
      waiting.abort()
    }
  }

  async #endThread(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    // A failure of the thread may still be reported.
    thread?.worker.on('error', ignored)
    await thread?.messages.return?.()
    await thread?.worker.terminate()
  }
}

function ignored(): void {
  // The thread is being ended.
}

/** Null when an argument cannot cross. */
function textOf(list: readonly IsolateValue[]): string | null {
  try {
    return serialise(list)
  } catch (error) {
    if (error instanceof UnsupportedValue) return null
    throw error
  }
}

/** What came out is data of whoever wrote the function, whatever it claims to be. */
function outcomeOf(text: string): CallOutcome {
  try {
    const told = outcomeSchema.parse(JSON.parse(text))
    if (told.kind === 'refused') return told
    const value = untagged(told.value)
    const argumentsAfter = told.argumentsAfter === null ? null : listOf(untagged(told.argumentsAfter))
    return told.kind === 'returned' ? { kind: 'returned', value, argumentsAfter } : { kind: 'threw', name: told.name, message: told.message, value, argumentsAfter }
  } catch (error) {
    if (!(error instanceof UnsupportedValue || error instanceof SyntaxError || error instanceof z.ZodError)) throw error
    return { kind: 'refused', reason: 'the result cannot be read' }
  }
}

function listOf(value: IsolateValue): readonly IsolateValue[] {
  if (!Array.isArray(value)) throw new UnsupportedValue('arguments that are no list')
  return value as readonly IsolateValue[]
}

