import type { Generator, LanguageName } from '../spec.ts'
import { taggedObject, tags, type TaggedJson } from '../tagged.ts'
import { keyText, type Container } from './insides.ts'
import { iteratorsAtEdges } from './iterator-arbitrary.ts'
import { knownNumbers } from './known-numbers.ts'
import { pythonEdges, pythonIterables } from './python-values.ts'

/** What of the domain may be tried. */
export interface BoundaryOptions {
  readonly huge: boolean
  readonly language?: LanguageName
}

/** Values at the edges of a generator's domain, all of them inside it. */
export function boundaryOf(generator: Generator, options: BoundaryOptions, depth = 0): readonly TaggedJson[] {
  switch (generator.kind) {
    case 'integer':
    case 'number':
      return numbersAtEdges(generator, options)
    case 'bigint':
      return ['0', '1', '-1', String(2n ** 53n), String(2n ** 64n), String(-(2n ** 63n))].map((v) => ({ $: 'bigint', v }))
    case 'string':
      return textsAtEdges(generator)
    case 'boolean':
      return [false, true]
    case 'null':
      return [null]
    case 'undefined':
      return [tags.undefined]
    case 'constant':
      return [generator.value]
    case 'oneOf':
      return generator.options.flatMap((option) => boundaryOf(option, options, depth))
    case 'date':
      return [0, -1, 8.64e15, -8.64e15, 951_782_400_000, null].map((v) => ({ $: 'date', v }))
    case 'regexp':
      return ['', '(?:)', '^$', '.', 'a*'].map((v) => ({ $: 'regexp', v, flags: 'g' }))
    case 'function':
      return [{ $: 'fn', v: { kind: 'first' } }, { $: 'fn', v: { kind: 'throw', message: 'from the argument' } }]
    case 'defaulted':
      return [tags.undefined, ...(generator.value === undefined ? [] : [generator.value]), ...boundaryOf(generator.of, options, depth)]
    case 'iterator':
      return [...iteratorsAtEdges(depth > 2 ? [] : boundaryOf(generator.items, options, depth + 1).slice(0, 12)), ...(options.language === 'python' ? pythonIterables : [])]
    case 'any':
      return [...(options.language === 'python' && depth === 0 ? pythonEdges : []), tags.undefined, null, 0, tags.negativeZero, tags.nan, '', false, [], {}, ...(generator.known ?? []).slice(0, 10), ...(generator.pieces ?? []).slice(0, 10)]
    default:
      return depth > 2 ? [] : containersAtEdges(generator, options, depth)
  }
}

function containersAtEdges(generator: Container, options: BoundaryOptions, depth: number): readonly TaggedJson[] {
  const inside = (of: Generator): readonly TaggedJson[] => boundaryOf(of, options, depth + 1).slice(0, 12)
  switch (generator.kind) {
    case 'array':
      return arraysAtEdges(inside(generator.items), generator.maxLength ?? Infinity)
    case 'set': {
      const items = inside(generator.items)
      return [{ $: 'set', v: [] }, { $: 'set', v: items.slice(0, 1) }, { $: 'set', v: items }]
    }
    case 'map':
    case 'record':
      return pairsAtEdges(generator.kind, inside(generator.keys), inside(generator.values))
    case 'tuple': {
      const columns = generator.items.map(inside)
      return rowsOf(columns)
    }
    case 'object': {
      const names = Object.keys(generator.properties)
      const columns = names.map((name) => inside(generator.properties[name] ?? { kind: 'any' }))
      const optional = new Set(generator.optional ?? [])
      const full = rowsOf(columns).map((row) => taggedObject(names.map((name, index) => [name, row[index] ?? null])))
      const least = rowsOf(columns).slice(0, 1).map((row) => taggedObject(names.flatMap((name, index) => (optional.has(name) ? [] : [[name, row[index] ?? null] as const]))))
      return [...least, ...full]
    }
    case 'bytes': {
      const type = generator.type ?? 'Uint8Array'
      return [[], [0], [255, 0, 127, 1]].map((v) => ({ $: 'bytes', type, v: type === 'Int8Array' ? v.map((value) => Math.min(127, value)) : v }))
    }
    default:
      throw new TypeError(`no such container: ${JSON.stringify(generator satisfies never)}`)
  }
}

function arraysAtEdges(items: readonly TaggedJson[], limit: number): readonly TaggedJson[] {
  const lists: TaggedJson[][] = [[], ...items.map((item) => [item]), [...items], items.toReversed()]
  for (const item of items) lists.push([item, item], [item, item, item])
  for (let index = 1; index < items.length; index++) {
    const [one, other] = [items[index - 1] ?? null, items[index] ?? null]
    lists.push([one, other], [other, one, other])
  }
  return lists.filter((list) => list.length <= limit)
}

function pairsAtEdges(kind: 'map' | 'record', keys: readonly TaggedJson[], values: readonly TaggedJson[]): readonly TaggedJson[] {
  const value = values[0] ?? null
  const awkward = ['__proto__', 'constructor', 'toString', 'length', '0', '-1', '']
  const entries = [...keys.slice(0, 6), ...awkward].map((key, index): [TaggedJson, TaggedJson] => [key, values[index % Math.max(1, values.length)] ?? null])
  if (kind === 'map') return [{ $: 'map', v: [] }, { $: 'map', v: entries.slice(0, 1) }, { $: 'map', v: entries }]
  return [{}, taggedObject([['a', value]]), taggedObject(entries.map(([key, of]) => [keyText(key), of])), { $: 'object', proto: null, v: [['a', value]] }]
}

/** One row per value of the longest column; shorter columns start over. */
function rowsOf(columns: readonly (readonly TaggedJson[])[]): readonly (readonly TaggedJson[])[] {
  const rows = Math.max(1, ...columns.map((column) => column.length))
  return Array.from({ length: rows }, (_, row) => columns.map((column) => column[row % Math.max(1, column.length)] ?? null))
}

function numbersAtEdges(generator: Extract<Generator, { kind: 'integer' | 'number' }>, { huge }: BoundaryOptions): readonly TaggedJson[] {
  const { min, max } = generator
  const isInside = (value: number): boolean => value >= (min ?? -Infinity) && value <= (max ?? Infinity)
  const edges = [min, min === undefined ? undefined : min + 1, max, max === undefined ? undefined : max - 1].filter((value) => value !== undefined)
  const everyday = [0, 1, -1, 2, 10, 255, 256]
  const large = huge ? [2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1)] : []
  const whole = [...new Set([...edges, ...everyday, ...knownNumbers(generator.known ?? [], generator, true).slice(0, 30), ...large])].filter(isInside)
  if (generator.kind === 'integer') return isInside(0) ? [...whole, tags.negativeZero] : whole
  const broken = [0.5, -0.5, 0.1, 1.005, 1e-7, Number.MIN_VALUE, ...(huge ? [1e21, 1e300] : [])].filter(isInside)
  const special: TaggedJson[] = [...(isInside(0) ? [tags.negativeZero] : []), tags.nan]
  if (huge && max === undefined) special.push(tags.infinity)
  if (huge && min === undefined) special.push(tags.negativeInfinity)
  return [...whole, ...broken, ...special]
}

function textsAtEdges(generator: Extract<Generator, { kind: 'string' }>): readonly TaggedJson[] {
  const limit = generator.maxLength ?? Infinity
  const pieces = generator.pieces ?? []
  const everyday = ['', ' ', 'a', '0', '-0', 'A', 'aa', '\n', '  a  ', '-', '1e3', '__proto__', 'ab', '_', 'null', 'constructor', '-1', '1.5', '.5', '+1']
  const unicode = ['é', 'e\u0301', '😀', '\ud800', 'ß', 'İ', '\u0000', '\u00a0', '\u2028', 'ａ']
  const samples = generator.samples ?? []
  const joined = [...samples.slice(0, 6), ...pieces.slice(0, 6)].flatMap((piece) => [piece + piece, ` ${piece}`, `${piece} `, piece.toUpperCase(), piece.slice(1), piece.slice(0, -1)])
  const { alphabet } = generator
  // A custom alphabet is a promise about the domain: only its own characters are inside.
  const own = alphabet !== undefined && !['ascii', 'unicode', 'scripts'].includes(alphabet)
  const texts = own ? ['', ...pieces, ...[...alphabet].flatMap((one) => [one, one + one])] : [...everyday, ...(alphabet === 'ascii' ? [] : unicode), ...samples, ...pieces, ...joined]
  return [...new Set(texts)].filter((text) => text.length <= limit)
}
