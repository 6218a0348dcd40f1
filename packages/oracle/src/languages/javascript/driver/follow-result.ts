import { canonicalText, iteratorNext, safePrototype } from './canonical-text.ts'
import { decodeArguments } from './decode.ts'
import * as intrinsic from './intrinsics.ts'
import type { OutcomeOptions } from './outcome.ts'
import { settle } from './settle.ts'
import { shortened } from './shortened.ts'
import { thrownText } from './thrown-text.ts'

interface Step {
  readonly on: string
  readonly args: unknown[]
}

/** Names that are asked for at most, of methods with at most so many parameters. */
const mostNames = 20
const mostParameters = 2

/** The steps of a case, read anew: no call sees another one's objects. */
export function stepsOf(line: string): readonly Step[] {
  return (intrinsic.parseJson(line) as { readonly follow: readonly Step[] }).follow
}

/**
 * Calls a result, or its methods, one step after the other, and hands on a list with what came of each. A function that returns a configured
 * function does its work only then.
 */
export function followed(result: unknown, steps: readonly Step[], options: OutcomeOptions, done: (text: string) => void): void {
  let text = ''
  const go = (current: unknown, index: number): void => {
    const step = steps[index]
    if (step === undefined || !canBeCalled(current)) return done(`[${text}]`)
    callStep(current, step, options, (outcome, next) => {
      text += `${index === 0 ? '' : ','}{"call":${intrinsic.quote(step.on)},${outcome}}`
      go(canBeCalled(next) ? next : current, index + 1)
    })
  }
  go(result, 0)
}

type StepDone = (outcome: string, next: unknown) => void

function callStep(current: object, step: Step, options: OutcomeOptions, done: StepDone): void {
  const args = decodeArguments(step.args)
  const before = canonicalText(args)
  const finish = (outcome: string, next: unknown): void => {
    const after = canonicalText(args)
    done(after === before ? outcome : `${outcome},"mutated":${shortened(after)}`, next)
  }
  let result: unknown
  try {
    const target = step.on === '' ? current : intrinsic.getProperty(current, step.on)
    if (typeof target !== 'function') return done('"absent":true', undefined)
    result = intrinsic.applyFunction(target as () => unknown, step.on === '' ? undefined : current, args)
  } catch (error) {
    return finish(thrownText(error, options), undefined)
  }
  settle(result, (kind, value) => {
    if (kind === 'thrown') return finish(thrownText(value, options), undefined)
    const known: Map<object, string> = new intrinsic.NewMap()
    // A method that returns its own object is one that chains: its content has been told before.
    intrinsic.mapSet(known, current, 'this')
    finish(`"result":${shortened(canonicalText(value, { digits: options.digits, sortKeys: options.sortKeys, known, places: null, identity: false }))}`, value)
  })
}

/** A function, or an object that is neither one of the language's own kinds nor gone over item by item. */
function canBeCalled(value: unknown): value is object {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null || intrinsic.isProxy(value) || intrinsic.isArray(value)) return false
  if (intrinsic.isMap(value) || intrinsic.isSet(value) || intrinsic.isDate(value) || intrinsic.isRegExp(value) || intrinsic.isPromise(value)) return false
  if (intrinsic.isTypedArray(value) || intrinsic.isArrayBuffer(value) || intrinsic.isDataView(value) || intrinsic.isNativeError(value) || intrinsic.isBoxed(value)) return false
  return iteratorNext(value) === null
}

/** The names by which a value can be called, as a list of JSON: the empty one for itself, and those of its methods with few parameters. */
export function memberNames(value: unknown): string {
  if (!canBeCalled(value)) return '[]'
  let list = typeof value === 'function' ? '""' : ''
  let count = 0
  // A function's prototype is the language's own.
  const end = typeof value === 'function' ? safePrototype(value) : intrinsic.prototypes.object
  for (let at: object | null = value; at !== null && at !== end && at !== intrinsic.prototypes.object; at = safePrototype(at)) {
    const keys = intrinsic.ownKeys(at)
    for (let index = 0; index < keys.length && count < mostNames; index++) {
      const key = keys[index] as PropertyKey
      if (typeof key !== 'string' || !isMethod(at, key)) continue
      count++
      list += `${list === '' ? '' : ','}${intrinsic.quote(key)}`
    }
  }
  return `[${list}]`
}

function isMethod(of: object, key: string): boolean {
  if (key === 'constructor' || key === 'then' || key === '' || key === 'prototype' || key === 'caller' || key === 'arguments' || intrinsic.sliceText(key, 0, 1) === '_') return false
  const method = intrinsic.ownDescriptor(of, key)?.value as unknown
  if (typeof method !== 'function') return false
  const count = intrinsic.ownDescriptor(method, 'length')?.value as unknown
  return typeof count === 'number' && count <= mostParameters
}
