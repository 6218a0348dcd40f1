import * as intrinsic from './intrinsics.ts'

/** What of a value counts. */
export interface TextOptions {
  readonly sortKeys: boolean
  /** Significant digits that numbers are rounded to; `null` for all of them. */
  readonly digits: number | null
  /** Objects that lie in the arguments, with their place. */
  readonly known: Map<object, string> | null
  /** Fills itself with the place of every object that is met. */
  readonly places: Map<object, string> | null
  /** Whether one object in two places of the value differs from two equal ones. */
  readonly identity: boolean
}

const plain: TextOptions = { sortKeys: false, digits: null, known: null, places: null, identity: false }

/** Deeper than anybody nests, and shallower than the stack. */
const maxDepth = 500
/** Objects and elements of one value; what lies beyond is said to be there, not shown. */
const maxNodes = 200_000
/** Items taken from an iterator. */
const maxItems = 1000

/**
 * A value as one line of tagged JSON. It calls nothing that the candidate can have patched and reads nothing but own properties;
 * getters and proxies are read once and marked as such, because a lazy result is not the result.
 */
export function canonicalText(value: unknown, options: TextOptions = plain): string {
  return new Writer(options).text(value, '', 0)
}

class Writer {
  readonly #options: TextOptions
  readonly #seen: Map<object, number> = new intrinsic.NewMap()
  #count = 0
  #nodes = 0

  constructor(options: TextOptions) {
    this.#options = options
  }

  text(value: unknown, place: string, depth: number): string {
    switch (typeof value) {
      case 'string':
        return intrinsic.quote(value)
      case 'number':
        return this.#number(value)
      case 'boolean':
        return value ? 'true' : 'false'
      case 'undefined':
        return '{"$":"undefined"}'
      case 'bigint':
        return `{"$":"bigint","v":"${intrinsic.bigintText(value)}"}`
      case 'symbol':
        return symbolText(value)
      case 'function':
        return this.#object(value as object, place, depth)
      default:
        return value === null ? 'null' : this.#object(value as object, place, depth)
    }
  }

  #number(value: number): string {
    if (value !== value) return '{"$":"nan"}'
    if (value === Infinity) return '{"$":"inf"}'
    if (value === -Infinity) return '{"$":"-inf"}'
    if (value === 0) return 1 / value < 0 ? '{"$":"-0"}' : '0'
    const { digits } = this.#options
    if (digits === null || intrinsic.isInteger(value)) return `${value}`
    return `${+intrinsic.toPrecision(value, digits)}`
  }

  #object(value: object, place: string, depth: number): string {
    const { known, places, identity } = this.#options
    const argument = known === null ? undefined : intrinsic.mapGet(known, value)
    if (argument !== undefined) return `{"$":"argument","v":${intrinsic.quote(argument)}}`
    const earlier = intrinsic.mapGet(this.#seen, value)
    if (earlier !== undefined) return `{"$":"ref","v":${earlier}}`
    if (depth > maxDepth || ++this.#nodes > maxNodes) return '{"$":"more"}'
    intrinsic.mapSet(this.#seen, value, this.#count++)
    if (places !== null) intrinsic.mapSet(places, value, place)
    const text = intrinsic.isProxy(value) ? `{"$":"proxy","v":${this.#content(value, place, depth)}}` : this.#content(value, place, depth)
    if (!identity) intrinsic.mapDelete(this.#seen, value)
    return text
  }

  #content(value: object, place: string, depth: number): string {
    if (typeof value === 'function') return this.#tagged('"fn"', value, { place, depth, skip: functionKeys })
    if (intrinsic.isArray(value)) return this.#array(value, place, depth)
    if (intrinsic.isDate(value)) return this.#tagged(`"date","v":${this.#date(value)}`, value, { place, depth, prototype: intrinsic.prototypes.date })
    if (intrinsic.isRegExp(value)) return this.#regexp(value, place, depth)
    if (intrinsic.isMap(value)) return this.#map(value, place, depth)
    if (intrinsic.isSet(value)) return this.#set(value, place, depth)
    if (intrinsic.isTypedArray(value) || intrinsic.isArrayBuffer(value) || intrinsic.isDataView(value)) return this.#bytes(value)
    if (intrinsic.isNativeError(value)) return this.#error(value, place, depth)
    if (intrinsic.isPromise(value)) return '{"$":"promise"}'
    const iterator = iteratorNext(value)
    if (iterator !== null) return this.#iterator(value, iterator, place, depth)
    return this.#plain(value, place, depth)
  }

  #date(value: Date): string {
    const time = intrinsic.dateValue(value)
    return time === time ? `${time}` : 'null'
  }

  #array(value: unknown[], place: string, depth: number): string {
    let text = '['
    const { length } = value
    for (let index = 0; index < length; index++) {
      if (index > maxNodes) return `${text},{"$":"more","v":${length}}]`
      text += index === 0 ? '' : ','
      text += this.#property(value, `${index}`, place, depth)
    }
    text += ']'
    const extras = this.#extras(value, { place, depth, skip: isElementKey, prototype: intrinsic.prototypes.array })
    return extras === '' ? text : `{"$":"array","v":${text}${extras}}`
  }

  /** One own property; a hole where there is none. */
  #property(of: object, key: PropertyKey, place: string, depth: number): string {
    const inner = place === '' ? keyName(key) : `${place}.${keyName(key)}`
    let descriptor: PropertyDescriptor | undefined
    try {
      descriptor = intrinsic.ownDescriptor(of, key)
      if (descriptor === undefined) return '{"$":"hole"}'
      if (intrinsic.hasOwn(descriptor, 'value')) return this.text(descriptor.value, inner, depth + 1)
      return `{"$":"get","v":${this.text(intrinsic.getProperty(of, key), inner, depth + 1)}}`
    } catch (error) {
      return `{"$":"get","thrown":${this.text(error, inner, depth + 1)}}`
    }
  }

  #plain(value: object, place: string, depth: number): string {
    const keys = keysOf(value)
    const prototype = safePrototype(value)
    const isPlain = prototype === intrinsic.prototypes.object
    let simple = isPlain && !intrinsic.isBoxed(value)
    for (let index = 0; index < keys.length && simple; index++) simple = isSimpleKey(value, keys[index] as PropertyKey)
    if (!simple) return this.#tagged('"object"', value, { place, depth, prototype: intrinsic.prototypes.object })
    const names = keys as string[]
    if (this.#options.sortKeys) intrinsic.sortInPlace(names, byCodeUnits)
    let text = '{'
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string
      text += `${index === 0 ? '' : ','}${intrinsic.quote(name)}:${this.#property(value, name, place, depth)}`
    }
    return `${text}}`
  }

  #tagged(head: string, value: object, options: ExtraOptions): string {
    return `{"$":${head}${this.#extras(value, options)}}`
  }

  /** Class, own properties and hidden ones of an object that is not written as plain JSON; empty where there is nothing to say. */
  #extras(value: object, options: ExtraOptions): string {
    const prototype = safePrototype(value)
    let text = ''
    if (options.prototype !== undefined && prototype !== options.prototype) text += prototype === null ? ',"proto":null' : `,"class":${intrinsic.quote(className(prototype))}`
    if (intrinsic.isBoxed(value)) text += `,"boxed":${this.#boxed(value)}`
    const keys = keysOf(value)
    let list = ''
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as PropertyKey
      if (options.skip !== undefined && options.skip(key)) continue
      const name = typeof key === 'symbol' ? symbolText(key) : intrinsic.quote(key as string)
      list += `${list === '' ? '' : ','}[${name},${this.#property(value, key, options.place, options.depth)}${isEnumerable(value, key) ? '' : ',"hidden"'}]`
    }
    return list === '' ? text : `${text},"own":[${list}]`
  }

  /** A primitive in an object, read by methods that look at its slot alone. */
  #boxed(value: object): string {
    for (let index = 0; index < unboxers.length; index++) {
      try {
        return this.text((unboxers[index] as (self: unknown) => unknown)(value), '', 0)
      } catch (error) {
        // It is a box of another kind: the next method fits.
        if (!intrinsic.isNativeError(error)) throw error
      }
    }
    return 'null'
  }

  #regexp(value: RegExp, place: string, depth: number): string {
    let flags = ''
    for (let index = 0; index < intrinsic.regexpFlags.length; index++) {
      const flag = intrinsic.regexpFlags[index]
      if (flag?.read(value) === true) flags += flag.letter
    }
    const position = intrinsic.ownDescriptor(value, 'lastIndex')?.value as unknown
    const head = `"regexp","v":${intrinsic.quote(intrinsic.regexpSource(value) as string)},"flags":"${flags}"${position === 0 ? '' : `,"lastIndex":${this.text(position, '', depth + 1)}`}`
    return this.#tagged(head, value, { place, depth, prototype: intrinsic.prototypes.regexp, skip: isPosition })
  }

  #map(value: Map<unknown, unknown>, place: string, depth: number): string {
    let list = ''
    let index = 0
    intrinsic.mapForEach(value, (item, key) => {
      const inner = `${place}.${index++}`
      list += `${list === '' ? '' : ','}[${this.text(key, `${inner}.key`, depth + 1)},${this.text(item, inner, depth + 1)}]`
    })
    return this.#tagged(`"map","v":[${list}]`, value, { place, depth, prototype: intrinsic.prototypes.map })
  }

  #set(value: Set<unknown>, place: string, depth: number): string {
    let list = ''
    let index = 0
    intrinsic.setForEach(value, (item) => {
      list += `${list === '' ? '' : ','}${this.text(item, `${place}.${index++}`, depth + 1)}`
    })
    return this.#tagged(`"set","v":[${list}]`, value, { place, depth, prototype: intrinsic.prototypes.set })
  }

  #bytes(value: object): string {
    const isView = intrinsic.isTypedArray(value)
    const view = isView ? value : rawBytes(value)
    const name = isView ? (safePrototype(value) === intrinsic.prototypes.buffer ? 'Buffer' : (intrinsic.typedArrayTag(value) as string)) : intrinsic.isDataView(value) ? 'DataView' : 'ArrayBuffer'
    const length = intrinsic.typedArrayLength(view) as number
    let list = ''
    for (let index = 0; index < length && index < maxNodes; index++) list += (index === 0 ? '' : ',') + this.text((view as unknown as ArrayLike<unknown>)[index], '', 0)
    return `{"$":"bytes","type":"${name}","v":[${list}]}`
  }

  #error(value: Error, place: string, depth: number): string {
    const parts = errorParts(value)
    const extras = this.#extras(value, { place, depth, skip: isErrorKey })
    return `{"$":"error","name":${this.text(parts.name, '', depth + 1)},"message":${this.text(parts.message, '', depth + 1)}${extras}}`
  }

  #iterator(value: object, next: (...args: unknown[]) => unknown, place: string, depth: number): string {
    let list = ''
    try {
      for (let index = 0; index < maxItems; index++) {
        const step = intrinsic.applyFunction(next, value, []) as { readonly done?: unknown; readonly value?: unknown }
        if (step.done === true) return `{"$":"iterator","v":[${list}],"returned":${this.text(step.value, place, depth + 1)}}`
        list += `${index === 0 ? '' : ','}${this.text(step.value, `${place}.${index}`, depth + 1)}`
      }
    } catch (error) {
      return `{"$":"iterator","v":[${list}],"thrown":${this.text(error, place, depth + 1)}}`
    }
    return `{"$":"iterator","v":[${list}],"more":true}`
  }
}

interface ExtraOptions {
  readonly place: string
  readonly depth: number
  readonly prototype?: object
  readonly skip?: (key: PropertyKey) => boolean
}

const unboxers: readonly ((self: unknown) => unknown)[] = [Number.prototype.valueOf, String.prototype.valueOf, Boolean.prototype.valueOf, BigInt.prototype.valueOf, Symbol.prototype.valueOf].map(
  (method) => Function.prototype.call.bind(method) as (self: unknown) => unknown,
)

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const keyName = (key: PropertyKey): string => (typeof key === 'symbol' ? 'symbol' : `${key}`)
const functionKeys = (key: PropertyKey): boolean => key === 'length' || key === 'name' || key === 'prototype' || key === 'arguments' || key === 'caller'
const isPosition = (key: PropertyKey): boolean => key === 'lastIndex'
const isErrorKey = (key: PropertyKey): boolean => key === 'stack' || key === 'message' || key === 'name'

/** Keys of elements and `length`: they are in the list already. */
function isElementKey(key: PropertyKey): boolean {
  if (typeof key !== 'string') return false
  if (key === 'length') return true
  const number = +key
  return number >= 0 && number < 2 ** 32 - 1 && intrinsic.isInteger(number) && `${number}` === key
}

function symbolText(value: symbol): string {
  return `{"$":"symbol","v":${intrinsic.quote((intrinsic.symbolDescription(value) ?? '') as string)}}`
}

function keysOf(value: object): PropertyKey[] {
  try {
    return intrinsic.ownKeys(value)
  } catch {
    // A proxy whose trap throws has no keys to show; the mark `proxy` is there already.
    return []
  }
}

/** The prototype; null where a trap of a proxy throws. */
export function safePrototype(value: object): object | null {
  try {
    return intrinsic.prototypeOf(value)
  } catch {
    // As above: a trap that throws.
    return null
  }
}

function isEnumerable(value: object, key: PropertyKey): boolean {
  try {
    return intrinsic.ownDescriptor(value, key)?.enumerable === true
  } catch {
    // As above.
    return false
  }
}

const isSimpleKey = (value: object, key: PropertyKey): boolean => typeof key === 'string' && key !== '$' && key !== '__proto__' && isEnumerable(value, key)

/** Name of the class a prototype belongs to, as far as data properties tell it. */
function className(prototype: object): string {
  const maker = intrinsic.ownDescriptor(prototype, 'constructor')?.value as unknown
  if (typeof maker !== 'function') return ''
  const name = intrinsic.ownDescriptor(maker, 'name')?.value as unknown
  return typeof name === 'string' ? name : ''
}

/** Name and message of an error; both may be getters, which are read once. */
export function errorParts(error: object): { readonly name: unknown; readonly message: unknown } {
  return { name: readOnce(error, 'name'), message: readOnce(error, 'message') }
}

function readOnce(value: object, key: string): unknown {
  try {
    return intrinsic.getProperty(value, key)
  } catch {
    // The getter threw: that it did is the behaviour.
    return `(reading ${key} throws)`
  }
}

/** The `next` of an iterator that can be drained: an object that is its own iterator. */
export function iteratorNext(value: object): ((...args: unknown[]) => unknown) | null {
  const prototype = safePrototype(value)
  if (prototype === intrinsic.prototypes.object || prototype === null) return null
  const next = readOnce(value, 'next')
  if (typeof next !== 'function') return null
  try {
    return typeof intrinsic.getProperty(value, intrinsic.iteratorSymbol) === 'function' ? (next as (...args: unknown[]) => unknown) : null
  } catch {
    // No iterator then.
    return null
  }
}

function rawBytes(value: object): Uint8Array {
  if (!intrinsic.isDataView(value)) return new intrinsic.NewUint8Array(value as ArrayBuffer)
  return new intrinsic.NewUint8Array(intrinsic.viewBuffer(value) as ArrayBuffer, intrinsic.viewOffset(value) as number, intrinsic.viewLength(value) as number)
}
