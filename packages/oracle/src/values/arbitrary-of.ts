import fc from 'fast-check'
import type { BytesType, Generator } from '../spec.ts'
import { taggedNumber, taggedObject, tags, type TaggedJson } from '../tagged.ts'
import { anyArbitrary } from './any-arbitrary.ts'
import { stringArbitrary } from './string-arbitrary.ts'

/** How big the outermost container of a value shall be; `null` leaves it to chance. */
export interface Extent {
  readonly size: number | null
}

/** Length of containers whose size is left to chance. */
const freeLength = 12
/** Length of containers inside a container. */
const innerLength = 4

const inner: Extent = { size: null }
type Values = fc.Arbitrary<TaggedJson>

/** The values of one generator as tagged JSON. Containers at the top have the wanted size, those inside are small. */
export function arbitraryOf(generator: Generator, extent: Extent = inner, depth = 0): Values {
  switch (generator.kind) {
    case 'integer':
      return integers(generator.min, generator.max)
    case 'number':
      return numbers(generator.min, generator.max)
    case 'bigint':
      return fc.oneof(fc.bigInt({ min: -10n, max: 100n }), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })).map((value) => ({ $: 'bigint', v: String(value) }))
    case 'string':
      return stringArbitrary(generator, depth === 0 ? extent.size : null)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'undefined':
      return fc.constant(tags.undefined)
    case 'constant':
      return fc.constant(generator.value)
    case 'oneOf':
      return fc.oneof(...generator.options.map((option) => ({ weight: isVague(option) ? 1 : 3, arbitrary: arbitraryOf(option, extent, depth) })))
    case 'date':
      return fc
        .oneof(fc.integer({ min: 0, max: 2 ** 41 }), fc.integer({ min: -8.64e15, max: 8.64e15 }))
        .map((v) => ({ $: 'date', v }))
    case 'regexp':
      return fc.constantFrom('a', '\\d+', '[a-z]', '^\\s*', '(a|b)+', '').chain((v) => fc.constantFrom('', 'g', 'i', 'gu', 'm').map((flags) => ({ $: 'regexp', v, flags })))
    case 'function':
      return functions(generator)
    case 'any':
      return anyArbitrary
    default:
      return containerOf(generator, extent, depth)
  }
}

/** Options that say little about the function's work are drawn less often. */
const isVague = ({ kind }: Generator): boolean => kind === 'any' || kind === 'undefined' || kind === 'null'

type Container = Extract<Generator, { kind: 'array' | 'tuple' | 'object' | 'record' | 'map' | 'set' | 'bytes' }>

function containerOf(generator: Container, extent: Extent, depth: number): Values {
  const item = (of: Generator): Values => arbitraryOf(of, inner, depth + 1)
  const pairs = (keys: Generator, values: Generator): fc.Arbitrary<[TaggedJson, TaggedJson][]> =>
    listOf(fc.tuple(item(keys), item(values)), lengths('maxLength' in generator ? generator : {}, extent, depth))
  switch (generator.kind) {
    case 'array':
      return depth > 5 ? fc.constant([]) : listWithRepeats(item(generator.items), lengths(generator, extent, depth))
    case 'tuple':
      return fc.tuple(...generator.items.map(item))
    case 'object':
      return objects(generator, depth)
    case 'record':
      return pairs(generator.keys, generator.values).map((list) => taggedObject(uniqueByKey(list).map(([key, value]) => [keyText(key), value])))
    case 'map':
      return pairs(generator.keys, generator.values).map((list) => ({ $: 'map', v: uniqueByKey(list) }))
    case 'set':
      return listOf(item(generator.items), lengths(generator, extent, depth)).map((list) => ({ $: 'set', v: uniqueByKey(list.map((value) => [value, null])).map(([value]) => value) }))
    case 'bytes':
      return bytes(generator.type ?? 'Uint8Array', lengths(generator, extent, depth))
    default:
      return unreachable(generator)
  }
}

interface Lengths {
  readonly minLength: number
  readonly maxLength: number
}

function lengths(generator: { readonly maxLength?: number | undefined }, extent: Extent, depth: number): Lengths {
  const limit = generator.maxLength ?? Infinity
  if (depth > 0) return { minLength: 0, maxLength: Math.min(limit, depth > 2 ? 2 : innerLength) }
  if (extent.size === null) return { minLength: 0, maxLength: Math.min(limit, freeLength) }
  const size = Math.min(limit, extent.size)
  return { minLength: size, maxLength: size }
}

const listOf = <T>(items: fc.Arbitrary<T>, range: Lengths): fc.Arbitrary<T[]> => fc.array(items, { ...range, size: 'max' })

/** Half of the lists hold values of their own, half are drawn from a few, because equal elements are where rewrites go wrong. */
function listWithRepeats(items: Values, range: Lengths): Values {
  const repeated = fc
    .tuple(listOf(items, { minLength: 1, maxLength: 5 }), listOf(fc.nat({ max: 59 }), range))
    .map(([pool, picks]) => picks.map((pick) => pool[pick % pool.length] ?? null))
  return fc.oneof(listOf(items, range), repeated)
}

function objects(generator: Extract<Generator, { kind: 'object' }>, depth: number): Values {
  const names = Object.keys(generator.properties)
  const optional = new Set(generator.optional ?? [])
  const values = names.map((name) => arbitraryOf(generator.properties[name] ?? { kind: 'any' }, inner, depth + 1))
  return fc.tuple(fc.tuple(...values), fc.tuple(...names.map((name) => (optional.has(name) ? fc.boolean() : fc.constant(true))))).map(([list, kept]) =>
    taggedObject(names.flatMap((name, index) => (kept[index] === true ? [[name, list[index] ?? null] as const] : []))),
  )
}

function integers(min: number | undefined, max: number | undefined): Values {
  const low = min ?? Math.min(-1000, max ?? 0)
  const high = max ?? Math.max(1000, low)
  const near = fc.integer({ min: Math.max(low, Math.min(-3, high)), max: Math.min(high, Math.max(12, low)) })
  return fc.oneof(near, fc.maxSafeInteger().map((value) => low + (Math.abs(value) % (high - low + 1))))
}

function numbers(min: number | undefined, max: number | undefined): Values {
  const range = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
  const bounded = min !== undefined || max !== undefined
  const wide = fc.double({ ...range, noNaN: true, noDefaultInfinity: true })
  const hundredths = fc.integer({ min: -10_000, max: 100_000 }).map((value) => value / 100)
  const everyday = fc.oneof(integers(min, max), bounded ? wide : hundredths)
  return fc.oneof({ weight: 4, arbitrary: everyday }, { weight: 1, arbitrary: wide.map(taggedNumber) })
}

function functions(generator: Extract<Generator, { kind: 'function' }>): Values {
  const { returns, arity } = generator
  const pick = fc
    .tuple(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.array(arbitraryOf(returns, inner, 2), { minLength: 1, maxLength: 5 }))
    .map(([salt, pool]) => ({ $: 'fn', v: { kind: 'pick', salt, arity: Math.max(1, arity), pool: returns.kind === 'boolean' ? [false, true] : pool } }))
  const isNumeric = returns.kind === 'integer' || returns.kind === 'number'
  if (arity === 2 && isNumeric) return comparators
  if (returns.kind === 'any') return fc.oneof(pick, fc.constant({ $: 'fn', v: { kind: 'first' } }))
  return pick
}

const comparators: Values = fc
  .tuple(fc.constantFrom(1, -1), fc.constantFrom(null, null, 2, 3, 5))
  .map(([sign, modulo]) => ({ $: 'fn', v: { kind: 'compare', sign, modulo } }))

const elementRanges: Readonly<Partial<Record<BytesType, readonly [number, number]>>> = {
  Int8Array: [-128, 127],
  Int16Array: [-(2 ** 15), 2 ** 15 - 1],
  Uint16Array: [0, 2 ** 16 - 1],
  Int32Array: [-(2 ** 31), 2 ** 31 - 1],
  Uint32Array: [0, 2 ** 32 - 1],
}

function bytes(type: BytesType, range: Lengths): Values {
  const [min, max] = elementRanges[type] ?? [0, 255]
  const isFloat = type === 'Float32Array' || type === 'Float64Array'
  const element: Values = isFloat ? fc.double().map((value) => taggedNumber(type === 'Float32Array' ? Math.fround(value) : value)) : fc.integer({ min, max })
  return listOf(element, range).map((v) => ({ $: 'bytes', type, v }))
}

/** Maps and objects hold a key once; later ones go, so that the count stays near the wanted size. */
function uniqueByKey(list: readonly (readonly [TaggedJson, TaggedJson])[]): (readonly [TaggedJson, TaggedJson])[] {
  const seen = new Set<string>()
  return list.filter(([key]) => {
    const text = JSON.stringify(key)
    if (seen.has(text)) return false
    seen.add(text)
    return true
  })
}

const keyText = (key: TaggedJson): string => (typeof key === 'string' ? key : JSON.stringify(key))

function unreachable(value: never): never {
  throw new TypeError(`no such generator: ${JSON.stringify(value)}`)
}
