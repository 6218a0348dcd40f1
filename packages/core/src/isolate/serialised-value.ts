import type { IsolateValue } from './isolate.ts'

/** A value that cannot cross; the message says which. */
export class UnsupportedValue extends Error {}

const deepest = 200
/** Reading a long number takes time that grows with the square of its length. */
const mostDigits = 10_000

/**
 * The form in which values cross: JSON in which every array begins with a letter that says what it is, so that nothing a value holds can be taken for a tag: `a` array, `o` object, `m` map, `s` set,
 * `n` number that JSON lacks, `b` big integer, `d` date, `u` undefined, `h` hole of an array.
 *
 * @throws UnsupportedValue
 */
export function serialise(value: IsolateValue): string {
  return JSON.stringify(tagged(value, 0))
}

type Tagged = null | boolean | number | string | readonly Tagged[]

function tagged(value: IsolateValue, depth: number): Tagged {
  if (depth > deepest) throw new UnsupportedValue('a value that is too deep or holds itself')
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'undefined':
      return ['u']
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : ['n', Object.is(value, -0) ? '-0' : String(value)]
    case 'bigint':
      return ['b', digits(value)]
    case 'object':
      return value === null ? null : taggedObject(value, depth + 1)
    default:
      throw new UnsupportedValue(`a ${typeof value}`)
  }
}

function digits(value: bigint): string {
  const text = String(value)
  if (text.length > mostDigits) throw new UnsupportedValue('a big integer that is too long')
  return text
}

function taggedObject(value: object, depth: number): Tagged {
  if (Array.isArray(value)) return ['a', ...Array.from({ length: value.length }, (_, index): Tagged => (index in value ? tagged(value[index] as IsolateValue, depth) : ['h']))]
  if (value instanceof Map) return ['m', ...[...value].map(([key, one]): Tagged => [tagged(key as IsolateValue, depth), tagged(one as IsolateValue, depth)])]
  if (value instanceof Set) return ['s', ...[...value].map((one) => tagged(one as IsolateValue, depth))]
  if (value instanceof Date) return ['d', Number.isNaN(value.getTime()) ? null : value.getTime()]
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new UnsupportedValue('an object of a class')
  if (Object.getOwnPropertySymbols(value).length > 0) throw new UnsupportedValue('an object with symbols as keys')
  return ['o', ...Object.entries(value).map(([key, one]): Tagged => [key, tagged(one as IsolateValue, depth)])]
}

/**
 * Reads what came out of an isolate, where hostile code may have put anything together: only the form above is taken, and a key such as `__proto__` becomes an ordinary property.
 *
 * @throws UnsupportedValue for anything else
 */
export function deserialise(text: string): IsolateValue {
  try {
    return untagged(JSON.parse(text), 0)
  } catch (error) {
    if (error instanceof UnsupportedValue) throw error
    throw new UnsupportedValue('no serialised value', { cause: error })
  }
}

/** For values that lie in another JSON document. */
export function untagged(value: unknown, depth = 0): IsolateValue {
  if (depth > deepest) throw new UnsupportedValue('a value that is too deep')
  if (!Array.isArray(value)) {
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
    throw new UnsupportedValue('no serialised value')
  }
  const [tag, ...rest] = value as readonly unknown[]
  switch (tag) {
    case 'u':
      return undefined
    case 'n':
      return specialNumber(rest[0])
    case 'b':
      return bigInteger(rest[0])
    case 'd':
      return new Date(typeof rest[0] === 'number' ? rest[0] : Number.NaN)
    case 'a':
      return array(rest, depth + 1)
    case 's':
      return new Set(rest.map((one) => untagged(one, depth + 1)))
    case 'm':
      return new Map(rest.map((pair) => pairOf(pair, (key) => untagged(key, depth + 1), depth + 1)))
    case 'o':
      return object(rest, depth + 1)
    default:
      throw new UnsupportedValue('an unknown tag')
  }
}

function specialNumber(text: unknown): number {
  if (text === 'NaN') return Number.NaN
  if (text === '-0') return -0
  if (text === 'Infinity') return Infinity
  if (text === '-Infinity') return -Infinity
  throw new UnsupportedValue('an unknown number')
}

function bigInteger(text: unknown): bigint {
  if (typeof text === 'string' && text.length <= mostDigits && /^-?\d+$/.test(text)) return BigInt(text)
  throw new UnsupportedValue('a big integer that is none or too long')
}

function array(elements: readonly unknown[], depth: number): readonly IsolateValue[] {
  const found: IsolateValue[] = []
  found.length = elements.length
  for (const [index, element] of elements.entries()) {
    if (!(Array.isArray(element) && element[0] === 'h')) found[index] = untagged(element, depth)
  }
  return found
}

function object(pairs: readonly unknown[], depth: number): { readonly [key: string]: IsolateValue } {
  const found: { [key: string]: IsolateValue } = {}
  for (const pair of pairs) {
    const [key, value] = pairOf(pair, textKey, depth)
    // An assignment to `__proto__` would change the prototype instead.
    Object.defineProperty(found, key, { value, writable: true, enumerable: true, configurable: true })
  }
  return found
}

function textKey(key: unknown): string {
  if (typeof key === 'string') return key
  throw new UnsupportedValue('a key that is no text')
}

function pairOf<Key>(pair: unknown, keyOf: (key: unknown) => Key, depth: number): [Key, IsolateValue] {
  if (!Array.isArray(pair) || pair.length !== 2) throw new UnsupportedValue('no pair')
  return [keyOf(pair[0]), untagged(pair[1], depth)]
}
