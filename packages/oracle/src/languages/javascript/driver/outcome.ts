import type { Spec } from '../../../spec.ts'
import { canonicalText, errorParts, type TextOptions } from './canonical-text.ts'
import { decodeArguments } from './decode.ts'
import * as intrinsic from './intrinsics.ts'

/** What is called: a function with its receiver, or a method of an object made for every call. */
export interface Callee {
  readonly call: (args: unknown[], receiver: unknown) => unknown
  readonly makeReceiver: ((args: unknown[]) => unknown) | null
}

/** A case as the parent sent it; the text is parsed once per call, so that no call sees another one's objects. */
export interface Request {
  readonly line: string
  readonly id: string
  readonly class: string
  readonly repeat: 'same' | 'changed' | null
  readonly times: number
}

export interface OutcomeOptions {
  readonly digits: number | null
  readonly errors: Spec['errors']
  readonly sortKeys: boolean
  readonly identity: boolean
  readonly takeOutput: () => string
}

interface Call {
  readonly args: unknown[]
  readonly receiver: unknown
  readonly before: string
  readonly places: Map<object, string>
}

type Done = (text: string) => void

/** Results longer than this are reported by digest. */
const longest = 200_000
const headLength = 500

/** Makes the calls of one case and hands on the text of what could be seen of them, without the surrounding braces. */
export function outcomeOf(callee: Callee, request: Request, options: OutcomeOptions, done: Done): void {
  for (let index = 1; index < request.times; index++) {
    const spare = prepared(callee, request, null)
    if (spare === null) break
    try {
      drained(intrinsic.applyFunction(callee.call, undefined, [spare.args, spare.receiver]))
    } catch {
      // Only the last call is reported; the others exist for their processor time.
    }
  }
  const call = prepared(callee, request, options)
  if (call === null) return done(`"thrown":{"name":"Error","message":"the constructor throws"},"mutated":null`)
  attempt(callee, call, options, (first) => {
    if (request.repeat === null) return done(first)
    if (request.repeat === 'changed') reverseArrays(call.args)
    const again = { ...call, before: argumentsText(call.args, options, null) }
    return attempt(callee, again, options, (second) => done(`${first},"again":{${second}}`))
  })
}

function prepared(callee: Callee, request: Request, options: OutcomeOptions | null): Call | null {
  const parsed = intrinsic.parseJson(request.line) as { args: unknown[]; construct?: unknown[] }
  const args = decodeArguments(parsed.args)
  const places: Map<object, string> = new intrinsic.NewMap()
  const before = options === null ? '' : argumentsText(args, options, options.identity ? places : null)
  if (callee.makeReceiver === null) return { args, receiver: undefined, before, places }
  try {
    const receiver = callee.makeReceiver(intrinsic.hasOwn(parsed, 'construct') ? decodeArguments(parsed.construct ?? []) : [])
    return { args, receiver, before, places }
  } catch {
    // What the constructor refuses it refuses on either side; the case says so.
    return null
  }
}

function argumentsText(args: unknown[], options: OutcomeOptions, places: Map<object, string> | null): string {
  const text = canonicalText(args, { digits: options.digits, sortKeys: false, known: null, places, identity: true })
  // The list itself is ours and not an argument.
  if (places !== null) intrinsic.mapDelete(places, args)
  return text
}

function attempt(callee: Callee, call: Call, options: OutcomeOptions, done: Done): void {
  const finish = (body: string, isAsync: boolean): void => {
    const after = argumentsText(call.args, options, null)
    const mutated = after === call.before ? 'null' : shortened(after)
    const output = options.takeOutput()
    done(`${body},"mutated":${mutated}${isAsync ? ',"async":true' : ''}${output === '' ? '' : `,"output":${output}`}`)
  }
  let result: unknown
  try {
    result = intrinsic.applyFunction(callee.call, undefined, [call.args, call.receiver])
  } catch (error) {
    return finish(thrownText(error, options), false)
  }
  settle(result, (kind, value, isAsync) => finish(kind === 'thrown' ? thrownText(value, options) : resultText(value, call, options), isAsync))
}

type Settled = (kind: 'result' | 'thrown', value: unknown, isAsync: boolean) => void

/** Waits for a promise (or anything with a `then`) without `await`, which the candidate could have taken over. */
function settle(result: unknown, done: Settled): void {
  if (typeof result !== 'object' || result === null) return done('result', result, false)
  if (intrinsic.isPromise(result)) {
    intrinsic.promiseThen(result, (value) => settleOnce(value, done), (reason) => done('thrown', reason, true))
    return
  }
  const source = asyncIterator(result)
  if (source !== null) return drainAsync(result, source, done)
  let then: unknown
  try {
    then = intrinsic.getProperty(result, 'then')
  } catch {
    // A `then` that cannot be read makes it a value like any other; the reading is seen again when it is written.
    return done('result', result, false)
  }
  if (typeof then !== 'function') return done('result', result, false)
  let settled = false
  const once = (kind: 'result' | 'thrown') => (value: unknown): void => {
    if (settled) return
    settled = true
    done(kind, value, true)
  }
  try {
    intrinsic.applyFunction(then, result, [once('result'), once('thrown')])
  } catch (error) {
    once('thrown')(error)
  }
}

function settleOnce(value: unknown, done: Settled): void {
  if (typeof value === 'object' && value !== null) {
    const source = asyncIterator(value)
    if (source !== null) return drainAsync(value, source, done)
  }
  done('result', value, true)
}

function asyncIterator(value: object): ((...args: unknown[]) => unknown) | null {
  if (intrinsic.prototypeOf(value) === intrinsic.prototypes.object || intrinsic.isArray(value)) return null
  try {
    const maker = intrinsic.getProperty(value, intrinsic.asyncIteratorSymbol)
    const next = intrinsic.getProperty(value, 'next')
    return typeof maker === 'function' && typeof next === 'function' ? (next as () => unknown) : null
  } catch {
    // It cannot be iterated, then.
    return null
  }
}

const asyncItems = 1000

/** Takes the items of an asynchronous iterator one after the other; they are reported as a list. */
function drainAsync(source: object, next: (...args: unknown[]) => unknown, done: Settled): void {
  const items: unknown[] = []
  const step = (): void => {
    let promise: unknown
    try {
      promise = intrinsic.applyFunction(next, source, [])
    } catch (error) {
      return done('thrown', error, true)
    }
    if (!intrinsic.isPromise(promise)) return done('result', items, true)
    intrinsic.promiseThen(
      promise,
      (answer) => {
        const { done: isDone, value } = answer as { readonly done?: unknown; readonly value?: unknown }
        if (isDone === true || items.length >= asyncItems) return done('result', items, true)
        intrinsic.defineProperty(items, items.length, { __proto__: null, value, writable: true, enumerable: true, configurable: true } as PropertyDescriptor)
        return step()
      },
      (reason) => done('thrown', reason, true),
    )
  }
  step()
}

/** For calls that only cost time: a lazy result is made to do its work too. */
function drained(result: unknown): void {
  if (typeof result !== 'object' || result === null) return
  if (intrinsic.isPromise(result)) intrinsic.promiseThen(result, () => undefined, () => undefined)
  else if (intrinsic.isProxy(result) || hasGetter(result)) canonicalText(result)
}

function hasGetter(value: object): boolean {
  if (intrinsic.isArray(value)) return false
  const keys = intrinsic.ownKeys(value)
  for (let index = 0; index < keys.length && index < 20; index++) {
    const descriptor = intrinsic.ownDescriptor(value, keys[index] as PropertyKey)
    if (descriptor !== undefined && !intrinsic.hasOwn(descriptor, 'value')) return true
  }
  return false
}

function resultText(value: unknown, call: Call, options: OutcomeOptions): string {
  const settings: TextOptions = {
    digits: options.digits,
    sortKeys: options.sortKeys,
    known: options.identity ? call.places : null,
    places: null,
    identity: options.identity,
  }
  return `"result":${shortened(canonicalText(value, settings))}`
}

function thrownText(error: unknown, options: OutcomeOptions): string {
  if (options.errors === 'any') return '"thrown":{}'
  if (typeof error !== 'object' || error === null || !intrinsic.isNativeError(error)) return `"thrown":{"value":${shortened(canonicalText(error))}}`
  const { name, message } = errorParts(error)
  const head = `"thrown":{"name":${canonicalText(name)}`
  if (options.errors === 'name') return `${head}}`
  const isEngine = options.errors !== 'exact' && typeof message === 'string' && isEngineMessage(message)
  return `${head},"message":${isEngine ? '{"$":"engine"}' : canonicalText(message)}${ownFields(error)}}`
}

/** Fields such as `code` that callers branch on. */
function ownFields(error: Error): string {
  const keys = intrinsic.ownKeys(error)
  let list = ''
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as PropertyKey
    if (typeof key !== 'string' || key === 'stack' || key === 'message' || key === 'name') continue
    let text: string
    try {
      text = canonicalText(intrinsic.getProperty(error, key))
    } catch {
      // A getter of the error that throws: said, not passed on.
      text = '{"$":"get","thrown":null}'
    }
    list += `${list === '' ? '' : ','}${intrinsic.quote(key)}:${text}`
  }
  return list === '' ? '' : `,"own":{${list}}`
}

/**
 * Texts the engine itself writes. They name variables and operations of the source ("Cannot read properties of undefined"), so a faithful
 * rewrite words them differently; that it throws, and what kind of error, still counts.
 */
const enginePatterns: readonly RegExp[] = [
  /^Cannot (read|set) propert(y|ies) of /,
  / is not (a function|iterable|a constructor|defined|an object)\b/,
  /^Cannot (convert|destructure|mix|assign to read only|add property|redefine|delete property|create property)/,
  /^(Invalid array length|Invalid string length|Maximum call stack size exceeded|Reduce of empty array)/,
  /^Spread syntax requires /,
  /called on (null or undefined|incompatible receiver|non-object)/,
  /^(Iterator value|Found non-callable|Class constructor|Assignment to constant)/,
  /^Invalid (count value|time value)|^The number .* cannot be converted to a BigInt/,
  /^First argument to .* must not be a regular expression|^Right-hand side of |^Cannot use 'in' operator/,
]

function isEngineMessage(message: string): boolean {
  for (let index = 0; index < enginePatterns.length; index++) if (intrinsic.testPattern(enginePatterns[index] as RegExp, message)) return true
  return false
}

function shortened(text: string): string {
  if (text.length <= longest) return text
  return `{"$":"digest","sha256":"${intrinsic.sha256(text)}","length":${text.length},"head":${intrinsic.quote(intrinsic.sliceText(text, 0, headLength))}}`
}

function reverseArrays(args: unknown[]): void {
  for (let index = 0; index < args.length; index++) {
    const value = args[index]
    if (intrinsic.isArray(value) && !intrinsic.isProxy(value)) intrinsic.reverseInPlace(value)
  }
}
