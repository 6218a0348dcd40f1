import type { Generator } from '../spec.ts'
import { isTag, type TaggedJson } from '../tagged.ts'

/** What kind of thing a value is, as far as a function that checks its arguments asks. */
export type ValueKind = 'absent' | 'null' | 'number' | 'string' | 'boolean' | 'array' | 'object' | 'function' | 'other'

export function kindOfValue(value: TaggedJson | undefined): ValueKind {
  if (value === undefined) return 'absent'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value !== 'object') return typeof value as 'number' | 'string' | 'boolean'
  if (!isTag(value)) return 'object'
  const tag = String(value['$'])
  if (tag === 'undefined') return 'absent'
  if (tag === 'fn') return 'function'
  return ['nan', '-0', 'inf', '-inf'].includes(tag) ? 'number' : tag === 'object' ? 'object' : 'other'
}

function kindOfGenerator(generator: Generator): ValueKind {
  switch (generator.kind) {
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
    case 'boolean':
    case 'null':
    case 'function':
      return generator.kind
    case 'undefined':
      return 'absent'
    case 'array':
    case 'tuple':
      return 'array'
    case 'object':
    case 'record':
      return 'object'
    case 'constant':
      return kindOfValue(generator.value)
    default:
      return 'other'
  }
}

/** Kinds of values that a generator shall not make, and those that are known to be taken. */
export interface Narrowing {
  readonly without: readonly ValueKind[]
  readonly returning: ReadonlySet<ValueKind>
}

/** A generator without some kinds of values; null where nothing is left. Of `any`, only what is known to be taken is left. */
export function narrowed(generator: Generator, narrowing: Narrowing): Generator | null {
  if (generator.kind === 'oneOf') return narrowedChoice(generator, narrowing)
  const { without, returning } = narrowing
  if (generator.kind !== 'any') return without.includes(kindOfGenerator(generator)) ? null : generator
  const { pieces, known } = generator
  const texts = pieces === undefined ? {} : { pieces }
  const every: readonly Generator[] = [
    { kind: 'number', ...(known === undefined ? {} : { known }) },
    { kind: 'string', alphabet: 'unicode', maxLength: 24, ...texts },
    { kind: 'boolean' },
    { kind: 'null' },
    { kind: 'undefined' },
    { kind: 'array', items: generator, maxLength: 4 },
    { kind: 'record', keys: { kind: 'string', maxLength: 8, ...texts }, values: generator, maxLength: 4 },
  ]
  // Kinds that it does not make at all are none of its matter.
  if (without.every((kind) => !every.some((option) => kindOfGenerator(option) === kind))) return generator
  const options = every.filter((option) => !without.includes(kindOfGenerator(option)) && returning.has(kindOfGenerator(option)))
  const [first] = options
  if (first === undefined || options.every(({ kind }) => kind === 'undefined')) return null
  return options.length === 1 ? first : { kind: 'oneOf', options }
}

function narrowedChoice(generator: Extract<Generator, { kind: 'oneOf' }>, { without, returning }: Narrowing): Generator | null {
  const flat = optionsOf(generator)
  // What is left of `any` may be there already, made from what tests show.
  const present = flat.map(kindOfGenerator).filter((kind) => kind !== 'other')
  const options = flat.flatMap((option) => optionsOf(narrowed(option, { without: option.kind === 'any' && without.length > 0 ? [...without, ...present] : without, returning }) ?? { kind: 'oneOf', options: [] }))
  const [first] = options
  if (first === undefined) return null
  if (options.length === flat.length && options.every((option, index) => option === flat[index])) return generator
  return options.length === 1 ? first : { kind: 'oneOf', options }
}

const optionsOf = (generator: Generator): readonly Generator[] => (generator.kind === 'oneOf' ? generator.options.flatMap(optionsOf) : [generator])

type Texts = Extract<Generator, { kind: 'string' }>

/** The generator with every generator of texts that has samples changed. */
export function mapTexts(generator: Generator, change: (texts: Texts) => Generator): Generator {
  const inside = (of: Generator): Generator => mapTexts(of, change)
  switch (generator.kind) {
    case 'string':
      return (generator.samples ?? []).length === 0 ? generator : change(generator)
    case 'oneOf':
      return { ...generator, options: generator.options.map(inside) }
    case 'array':
    case 'set':
      return { ...generator, items: inside(generator.items) }
    case 'tuple':
      return { ...generator, items: generator.items.map(inside) }
    case 'object':
      return { ...generator, properties: Object.fromEntries(Object.entries(generator.properties).map(([name, of]) => [name, inside(of)])) }
    case 'record':
    case 'map':
      return { ...generator, keys: inside(generator.keys), values: inside(generator.values) }
    default:
      return generator
  }
}

/** How many generators of texts with samples there are. */
export function textCount(generator: Generator): number {
  let count = 0
  mapTexts(generator, (texts) => {
    count++
    return texts
  })
  return count
}
