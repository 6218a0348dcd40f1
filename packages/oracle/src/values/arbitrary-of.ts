import fc from 'fast-check'
import type { BytesType, Generator } from '../spec.ts'
import { taggedNumber, taggedObject, tags, type TaggedJson } from '../tagged.ts'
import { anyArbitrary } from './any-arbitrary.ts'
import { defaultedArbitrary } from './defaulted-arguments.ts'
import { canGrow, insides, keyText, type Container } from './insides.ts'
import { iteratorArbitrary } from './iterator-arbitrary.ts'
import { knownNumbers } from './known-numbers.ts'
import { magnitudeArbitrary } from './magnitude-arbitrary.ts'
import { scriptsArbitrary } from './scripts-arbitrary.ts'
import { stringArbitrary } from './string-arbitrary.ts'

/** How big a value shall be: its outermost container most often, else one text or container inside of it; `null` leaves it to chance. */
export interface Extent {
  readonly size: number | null
  /** The size is that of a text or list inside wherever there is one. */
  readonly isInner?: boolean
}

/** Length of containers whose size is left to chance. */
const freeLength = 12
/** Length of containers inside a container. */
const innerLength = 4

const inner: Extent = { size: null }
type Values = fc.Arbitrary<TaggedJson>

/** The values of one generator as tagged JSON. What has the wanted size is one container or text; everything else is small. */
export function arbitraryOf(generator: Generator, extent: Extent = inner, depth = 0): Values {
  switch (generator.kind) {
    case 'integer':
    case 'number':
      if (generator.magnitudes === true) return fc.oneof(arbitraryOf({ ...generator, magnitudes: false }), magnitudeArbitrary(generator))
      return withKnown(generator, generator.kind === 'integer' ? integers(generator.min, generator.max) : numbers(generator.min, generator.max))
    case 'bigint':
      return fc.oneof(fc.bigInt({ min: -10n, max: 100n }), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })).map((value) => ({ $: 'bigint', v: String(value) }))
    case 'string':
      return (generator.alphabet === 'scripts' ? scriptsArbitrary : stringArbitrary)(generator, extent.size)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'undefined':
      return fc.constant(tags.undefined)
    case 'constant':
      return fc.constant(generator.value)
    case 'oneOf':
      return fc.oneof(...sizedOptions(generator.options, extent).map((option) => ({ weight: isVague(option) ? 1 : 3, arbitrary: arbitraryOf(option, extent, depth) })))
    case 'date':
      return fc
        .oneof(fc.integer({ min: 0, max: 2 ** 41 }), fc.integer({ min: -8.64e15, max: 8.64e15 }))
        .map((v) => ({ $: 'date', v }))
    case 'regexp':
      return fc.constantFrom('a', '\\d+', '[a-z]', '^\\s*', '(a|b)+', '').chain((v) => fc.constantFrom('', 'g', 'i', 'gu', 'm').map((flags) => ({ $: 'regexp', v, flags })))
    case 'function':
      return functions(generator)
    case 'defaulted':
      return defaultedArbitrary(generator, arbitraryOf(generator.of, extent, depth), extent.size)
    case 'iterator':
      return iteratorArbitrary(arbitraryOf({ ...generator, kind: 'array' }, extent, depth))
    case 'any':
      return anyArbitrary(generator, extent.size, extent.isInner)
    default:
      return containerOf(generator, extent, depth)
  }
}

/** Options that say little about the function's work are drawn less often. */
const isVague = ({ kind }: Generator): boolean => kind === 'any' || kind === 'undefined' || kind === 'null'

/** At a size, options that cannot have it say nothing. */
function sizedOptions(options: readonly Generator[], { size, isInner }: Extent): readonly Generator[] {
  const texts = size === null || isInner !== true ? [] : options.filter(({ kind }) => kind === 'string' || kind === 'any')
  if (texts.length > 0) return texts
  const growing = size === null ? [] : options.filter(canGrow)
  return growing.length === 0 ? options : growing
}

function containerOf(generator: Container, extent: Extent, depth: number): Values {
  const own = { weight: 2, arbitrary: plainContainer(generator, extent, depth) }
  if (extent.size === null || extent.size <= innerLength || depth > 4) return own.arbitrary
  const nested = sizedInside(generator, extent, depth)
  return nested === null ? own.arbitrary : generator.kind === 'object' || generator.kind === 'tuple' || extent.isInner === true ? nested : fc.oneof(own, { weight: 1, arbitrary: nested })
}

/** A small container in which one text or container has the size; `null` where nothing inside can have one. */
function sizedInside(generator: Container, extent: Extent, depth: number): Values | null {
  const big = (of: Generator): Values | null => (canGrow(of) ? arbitraryOf(of, extent, depth + 1) : null)
  const small = plainContainer(generator, inner, Math.max(1, depth))
  const tupled = (make: (small: TaggedJson, big: TaggedJson) => TaggedJson, of: Values | null): readonly Values[] => (of === null ? [] : [fc.tuple(small, of).map(([one, other]) => make(one, other))])
  const choices = insides(generator).flatMap(({ of, put }) => tupled(put, big(of)))
  return choices.length === 0 ? null : fc.oneof(...choices)
}

function plainContainer(generator: Container, extent: Extent, depth: number): Values {
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
  if (extent.size === null) return { minLength: 0, maxLength: Math.min(limit, depth === 0 ? freeLength : depth > 2 ? 2 : innerLength) }
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
  return fc.tuple(fc.tuple(...values), keptNames(names, optional)).map(([list, kept]) =>
    taggedObject(names.flatMap((name, index) => (kept[index] === true ? [[name, list[index] ?? null] as const] : []))),
  )
}

/** Which properties an object has. Calls set one or two of many options; all of them at once hide what one does. */
function keptNames(names: readonly string[], optional: ReadonlySet<string>): fc.Arbitrary<readonly boolean[]> {
  const each = fc.tuple(...names.map((name) => (optional.has(name) ? fc.boolean() : fc.constant(true))))
  if (optional.size < 4) return each
  const few = fc.array(fc.nat({ max: names.length - 1 }), { maxLength: 2, size: 'max' }).map((chosen) => names.map((name, index) => !optional.has(name) || chosen.includes(index)))
  return fc.oneof({ weight: 1, arbitrary: each }, { weight: 3, arbitrary: few })
}

/** Now and then a number that tests or source know, or one beside it. */
function withKnown(generator: Extract<Generator, { kind: 'integer' | 'number' }>, values: Values): Values {
  const near = knownNumbers(generator.known ?? [], generator, generator.kind === 'integer')
  return near.length === 0 ? values : fc.oneof({ weight: 4, arbitrary: values }, { weight: 1, arbitrary: fc.constantFrom(...near) })
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

function unreachable(value: never): never {
  throw new TypeError(`no such generator: ${JSON.stringify(value)}`)
}
