import { hash } from 'node:crypto'
import { writeSync } from 'node:fs'
import { types } from 'node:util'

/**
 * What the driver uses after the function under test was loaded, taken before that. The candidate shares the realm: it may patch any
 * prototype, `JSON`, `Map` or `Reflect`. The driver therefore calls only what is named here, and uses no syntax that looks
 * something up on a prototype: no spread or destructuring of arrays, no `for-of`, no `await`, no assignment to an absent element.
 */
type Uncurried<This, Args extends readonly unknown[], Result> = (self: This, ...args: Args) => Result

/** `Function.prototype.call`, bound: what it returns does not look `call` up again. */
function uncurried<This, Args extends readonly unknown[], Result>(method: (this: This, ...args: Args) => Result): Uncurried<This, Args, Result> {
  return Function.prototype.call.bind(method) as Uncurried<This, Args, Result>
}

function getterOf(prototype: object, key: PropertyKey): (self: unknown) => unknown {
  const getter = Object.getOwnPropertyDescriptor(prototype, key)?.get
  if (getter === undefined) throw new TypeError(`no getter for ${String(key)}`)
  return uncurried(getter)
}

const typedArrayPrototype: object = Object.getPrototypeOf(Uint8Array.prototype)

export const ownKeys = Reflect.ownKeys
export const ownDescriptor = Reflect.getOwnPropertyDescriptor
export const prototypeOf = Reflect.getPrototypeOf
export const defineProperty = Reflect.defineProperty
export const deleteProperty = Reflect.deleteProperty
export const getProperty = Reflect.get
export const applyFunction = Reflect.apply
export const construct = Reflect.construct
export const setPrototype = Reflect.setPrototypeOf
export const hasOwn: (value: object, key: PropertyKey) => boolean = Object.hasOwn
export const createObject: (prototype: object | null) => object = Object.create
export const isArray: (value: unknown) => value is unknown[] = Array.isArray
export const parseJson: (text: string) => unknown = JSON.parse
/** For primitive strings only: those have no `toJSON` that it would call. */
export const quote: (text: string) => string = JSON.stringify
export const isInteger = Number.isInteger
export const isSameValue = Object.is
export const toPrecision: (value: number, digits: number) => string = uncurried(Number.prototype.toPrecision)
export const charCodeAt: (text: string, index: number) => number = uncurried(String.prototype.charCodeAt)
export const indexOfText: (text: string, part: string, from?: number) => number = uncurried(String.prototype.indexOf)
export const sliceText: (text: string, from: number, to?: number) => string = uncurried(String.prototype.slice)
export const testPattern: (pattern: RegExp, text: string) => boolean = matcher()
export const sortInPlace: (list: string[], order: (a: string, b: string) => number) => string[] = uncurried(Array.prototype.sort) as never
export const imul = Math.imul
export const bigintText: (value: bigint) => string = uncurried(BigInt.prototype.toString) as never
export const symbolDescription = getterOf(Symbol.prototype, 'description')
export const dateValue: (value: Date) => number = uncurried(Date.prototype.getTime)
export const regexpSource = getterOf(RegExp.prototype, 'source')
/** Flags read one by one: the getter `flags` would look them up on the object. */
export const regexpFlags: readonly { readonly letter: string; readonly read: (self: unknown) => unknown }[] = [
  { letter: 'd', read: getterOf(RegExp.prototype, 'hasIndices') },
  { letter: 'g', read: getterOf(RegExp.prototype, 'global') },
  { letter: 'i', read: getterOf(RegExp.prototype, 'ignoreCase') },
  { letter: 'm', read: getterOf(RegExp.prototype, 'multiline') },
  { letter: 's', read: getterOf(RegExp.prototype, 'dotAll') },
  { letter: 'u', read: getterOf(RegExp.prototype, 'unicode') },
  { letter: 'v', read: getterOf(RegExp.prototype, 'unicodeSets') },
  { letter: 'y', read: getterOf(RegExp.prototype, 'sticky') },
]
export const typedArrayTag = getterOf(typedArrayPrototype, Symbol.toStringTag)
export const typedArrayLength = getterOf(typedArrayPrototype, 'length')
export const viewBuffer = getterOf(DataView.prototype, 'buffer')
export const viewOffset = getterOf(DataView.prototype, 'byteOffset')
export const viewLength = getterOf(DataView.prototype, 'byteLength')
export const mapForEach: (map: Map<unknown, unknown>, visit: (value: unknown, key: unknown) => void) => void = uncurried(Map.prototype.forEach)
export const setForEach: (set: Set<unknown>, visit: (value: unknown) => void) => void = uncurried(Set.prototype.forEach)
export const mapGet: <K, V>(map: Map<K, V>, key: K) => V | undefined = uncurried(Map.prototype.get) as never
export const mapSet: <K, V>(map: Map<K, V>, key: K, value: V) => unknown = uncurried(Map.prototype.set) as never
export const mapDelete: <K, V>(map: Map<K, V>, key: K) => boolean = uncurried(Map.prototype.delete) as never
export const setAdd: <T>(set: Set<T>, value: T) => unknown = uncurried(Set.prototype.add) as never
export const reverseInPlace: (list: unknown[]) => unknown = uncurried(Array.prototype.reverse)
export const promiseThen: (promise: Promise<unknown>, done: (value: unknown) => void, failed: (reason: unknown) => void) => unknown = uncurried(
  Promise.prototype.then,
) as never

export const NewMap = Map
export const NewSet = Set
export const NewDate = Date
export const NewRegExp = RegExp
export const NewDataView = DataView
export const NewUint8Array = Uint8Array
export const NewBigInt = BigInt
export const NewSymbol = Symbol
export const iteratorSymbol: typeof Symbol.iterator = Symbol.iterator
export const asyncIteratorSymbol: typeof Symbol.asyncIterator = Symbol.asyncIterator
export const symbolType = 'symbol'

export const prototypes = {
  object: Object.prototype,
  array: Array.prototype,
  map: Map.prototype,
  set: Set.prototype,
  date: Date.prototype,
  regexp: RegExp.prototype,
  buffer: Buffer.prototype,
} as const

export const nativeErrors: readonly (readonly [string, ErrorConstructor])[] = [
  ['Error', Error],
  ['TypeError', TypeError],
  ['RangeError', RangeError],
  ['SyntaxError', SyntaxError],
  ['ReferenceError', ReferenceError],
  ['URIError', URIError],
  ['EvalError', EvalError],
]

export const typedArrays: Readonly<Record<string, new (length: number) => ArrayLike<unknown>>> = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
}

/** A method with its object, for later. */
export const bound = (method: () => unknown, self: object): (() => void) => Function.prototype.call.bind(method, self) as () => void
export const newBuffer: (length: number) => Buffer = Buffer.alloc
export const bufferText: (buffer: Buffer, encoding: 'utf8', from: number, to: number) => string = uncurried(Buffer.prototype.toString) as never
export const isProxy = types.isProxy
export const isMap = types.isMap
export const isSet = types.isSet
export const isDate = types.isDate
export const isRegExp = types.isRegExp
export const isTypedArray = types.isTypedArray
export const isArrayBuffer = types.isAnyArrayBuffer
export const isDataView = types.isDataView
export const isNativeError = types.isNativeError
export const isPromise = types.isPromise
export const isBoxed = types.isBoxedPrimitive
export const sha256 = (text: string): string => hash('sha256', text)
export const writeBytes = writeSync
export const bufferFrom: (text: string, encoding: 'utf8') => Buffer = Buffer.from
export const laterOn: (work: () => void) => unknown = setImmediate

/** `RegExp.prototype.test` looks `exec` up on the object; own copies of both are pinned on the pattern before use. */
function matcher(): (pattern: RegExp, text: string) => boolean {
  const exec: (pattern: RegExp, text: string) => unknown = uncurried(RegExp.prototype.exec)
  return (pattern, text) => exec(pattern, text) !== null
}
