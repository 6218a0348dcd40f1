import type { Spec } from '../../../spec.ts'
import { canonicalText, type TextOptions } from './canonical-text.ts'
import { decodeArguments } from './decode.ts'
import { followed, memberNames, stepsOf } from './follow-result.ts'
import * as intrinsic from './intrinsics.ts'
import { settle } from './settle.ts'
import { shortened } from './shortened.ts'
import { thrownText } from './thrown-text.ts'

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
  /** Whether the result is called, too. */
  readonly follow: boolean
  /** Whether the names by which a result can be called are wanted. */
  readonly survey: boolean
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
  attempt(callee, { call, request }, options, (first) => {
    if (request.repeat === null) return done(first)
    if (request.repeat === 'changed') reverseArrays(call.args)
    const again = { ...call, before: argumentsText(call.args, options, null) }
    return attempt(callee, { call: again, request }, options, (second) => done(`${first},"again":{${second}}`))
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

function attempt(callee: Callee, { call, request }: { readonly call: Call; readonly request: Request }, options: OutcomeOptions, done: Done): void {
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
  settle(result, (kind, value, isAsync) => {
    if (kind === 'thrown') return finish(thrownText(value, options), isAsync)
    const text = `${resultText(value, call, options)}${request.survey && mapLacks(call.places, value) ? `,"members":${memberNames(value)}` : ''}`
    if (!request.follow) return finish(text, isAsync)
    followed(value, stepsOf(request.line), options, (more) => finish(`${text},"follow":${more}`, isAsync))
  })
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

/** A result that is one of the arguments is no function's own work. */
const mapLacks = (places: Map<object, string>, value: unknown): boolean => intrinsic.mapGet(places, value as object) === undefined

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

function reverseArrays(args: unknown[]): void {
  for (let index = 0; index < args.length; index++) {
    const value = args[index]
    if (intrinsic.isArray(value) && !intrinsic.isProxy(value)) intrinsic.reverseInPlace(value)
  }
}
