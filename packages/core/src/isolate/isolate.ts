import { Failure } from '../failure/failure.ts'

/**
 * What may cross into an isolate and out of it, always as a copy: plain objects, arrays (holes stay holes), maps, sets, dates and primitive values but symbols. NaN, infinities, -0, undefined and
 * big integers arrive as what they are. Functions, class instances, typed arrays, objects with symbols as keys and cycles are refused.
 */
export type IsolateValue =
  | undefined
  | null
  | boolean
  | number
  | string
  | bigint
  | Date
  | readonly IsolateValue[]
  | ReadonlyMap<IsolateValue, IsolateValue>
  | ReadonlySet<IsolateValue>
  | { readonly [key: string]: IsolateValue }

/** Hard limits. A call that passes one of them is stopped. */
export interface IsolateLimits {
  /** Wall time of one call, and of evaluating the module. */
  readonly callMs: number
  readonly memoryBytes: number
  readonly stackBytes: number
  /** Characters of one result in its serialised form. */
  readonly outputCharacters: number
}

/**
 * What a call came to. `stopped` is never the same as anything, not even as another `stopped`: a function can bring it about on purpose, so that whoever compares must
 * count it against the candidate.
 */
export type CallOutcome =
  | { readonly kind: 'returned'; readonly value: IsolateValue; readonly argumentsAfter: readonly IsolateValue[] | null }
  /** `value` is what was thrown when that was no Error. Name and message are the function's own words. */
  | { readonly kind: 'threw'; readonly name: string; readonly message: string; readonly value: IsolateValue; readonly argumentsAfter: readonly IsolateValue[] | null }
  /** `engine`: the engine itself gave up, which a function should not be able to bring about and may. */
  | { readonly kind: 'stopped'; readonly limit: 'time' | 'memory-or-stack' | 'output' | 'engine' }
  /** Something cannot cross; nothing is known of the result. */
  | { readonly kind: 'refused'; readonly reason: string }

export interface CallRequest {
  /** An export of the module. */
  readonly name: string
  /** One call for each list. */
  readonly argumentLists: readonly (readonly IsolateValue[])[]
  /** Whether to report the arguments as the call left them: changing them in place is behaviour too. Default false. */
  readonly observeArguments?: boolean
}

/**
 * One module, loaded, whose functions can be called many times. Calls share the module's state; after a stopped call it starts afresh. Calls of one isolate run one after another.
 */
export interface Isolate extends AsyncDisposable {
  /** Never rejects for what the function does. Rejects when `signal` fires, after which the isolate is as new. */
  call(request: CallRequest, signal: AbortSignal): Promise<readonly CallOutcome[]>
}

export type OpenOutcome = { readonly kind: 'opened'; readonly isolate: Isolate } | { readonly kind: 'refused'; readonly reason: string }

/**
 * Runs pure functions in an engine of their own inside of this process, where a launch per call would cost more than the call. There is nothing in it to call but the language: no modules, files,
 * network, timers, clock or randomness.
 *
 * What it may be trusted for: comparing what functions return, throw and change, thousands of times. What not: timing (the engine is about ten times slower than V8 and has
 * other slow places), and being the only thing between hostile code and a verdict: a mistake in the engine stays in its memory as far as the host's WebAssembly holds, but it is in our process.
 */
export interface Isolates {
  /** `source` is the text of an ECMAScript module without imports. */
  open(source: string, limits: IsolateLimits, signal: AbortSignal): Promise<OpenOutcome>
}

export type IsolateErrorCode = 'isolate-failed' | 'isolate-closed'

export class IsolateError extends Failure<IsolateErrorCode> {}
