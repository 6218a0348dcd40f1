import { performance } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import { newQuickJSWASMModule, type QuickJSContext, type QuickJSHandle, type QuickJSWASMModule } from 'quickjs-emscripten'
import { guestPrelude } from './guest-prelude.ts'
import type { CallMessage, ThreadAnswer, ThreadData } from './thread-messages.ts'

/** A runtime with the module in it. */
interface Instance {
  readonly context: QuickJSContext
  readonly invoke: QuickJSHandle
  readonly exported: QuickJSHandle
}

/**
 * The side of an isolate that runs in a thread of its own, because some built-ins loop without asking whether they should stop: only ending the thread ends those. After a call that was stopped
 * it is ended as well: an engine that was interrupted anywhere, or had no memory left, cannot be cleared up with certainty.
 */
class IsolateThread {
  readonly #engine: QuickJSWASMModule
  readonly #data: ThreadData
  #instance: Instance | null = null
  #deadline = Infinity
  #isLate = false

  constructor(engine: QuickJSWASMModule, data: ThreadData) {
    this.#engine = engine
    this.#data = data
  }

  open(): ThreadAnswer {
    const { memoryBytes, stackBytes } = this.#data.limits
    const runtime = this.#engine.newRuntime()
    runtime.setMemoryLimit(memoryBytes)
    runtime.setMaxStackSize(stackBytes)
    runtime.setInterruptHandler(() => (this.#isLate ||= performance.now() > this.#deadline))
    const context = runtime.newContext()
    this.#startClock()
    const invoke = context.unwrapResult(context.evalCode(guestPrelude, 'isolate'))
    const loaded = context.evalCode(this.#data.source, 'module', { type: 'module' })
    const reason = loaded.error === undefined ? this.#pendingReason(context, loaded.value) : this.#reasonOf(context, loaded.error)
    if (reason !== null) return { kind: 'refused', reason }
    this.#instance = { context, invoke, exported: context.unwrapResult(loaded) }
    return { kind: 'opened' }
  }

  call({ name, text, observe }: CallMessage): ThreadAnswer {
    if (this.#instance === null) return { kind: 'refused', reason: 'there is no module' }
    const { context, invoke, exported } = this.#instance
    this.#startClock()
    using given = context.newString(text)
    // A name that is a number would be taken for an index.
    using key = context.newString(name)
    using called = context.getProp(exported, key)
    const result = context.callFunction(invoke, context.undefined, called, given, observe ? context.true : context.false)
    if (result.error !== undefined) return { kind: 'stopped', limit: this.#isLate ? 'time' : 'memory-or-stack' }
    using value = result.value
    if (context.typeof(value) !== 'string') return { kind: 'stopped', limit: 'memory-or-stack' }
    using length = context.getProp(value, 'length')
    if (context.getNumber(length) > this.#data.limits.outputCharacters) return { kind: 'stopped', limit: 'output' }
    const told = context.getString(value)
    return told === '{"kind":"engine"}' ? { kind: 'stopped', limit: 'memory-or-stack' } : { kind: 'outcome', text: told }
  }

  /** A module that awaits gives a promise instead of its exports; nothing would ever fulfil it. */
  #pendingReason(context: QuickJSContext, value: QuickJSHandle): string | null {
    const state = context.getPromiseState(value)
    if (state.type === 'fulfilled') return state.notAPromise === true ? null : 'the module awaits something'
    if (state.type === 'pending') return 'the module awaits something'
    return this.#reasonOf(context, state.error)
  }

  #reasonOf(context: QuickJSContext, error: QuickJSHandle): string {
    if (this.#isLate) return 'the module takes too long to evaluate'
    const text = context.typeof(error) === 'object' ? `${ownText(context, error, 'name')}: ${ownText(context, error, 'message')}` : 'it threw something that is no error'
    return `the module cannot be evaluated: ${text.slice(0, 500)}`
  }

  #startClock(): void {
    this.#isLate = false
    this.#deadline = performance.now() + this.#data.limits.callMs
  }
}

function ownText(context: QuickJSContext, handle: QuickJSHandle, name: string): string {
  using value = context.getProp(handle, name)
  return context.typeof(value) === 'string' ? context.getString(value) : ''
}

const thread = new IsolateThread(await newQuickJSWASMModule(), workerData as ThreadData)
let isOver = false
const answer = (message: ThreadAnswer): void => parentPort?.postMessage(message, [])
answer({ kind: 'ready' })
parentPort?.on('message', (message: CallMessage) => {
  if (isOver) return
  const told = thread.call(message)
  isOver = told.kind === 'stopped'
  answer(told)
})
answer(thread.open())
