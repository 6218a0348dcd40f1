import { choiceOf } from '../generator-tree.ts'
import type { Generator } from '../spec.ts'
import { entriesOf, hasTag, isTaggedNumber, type TaggedJson } from '../tagged.ts'

/** What kind of thing a value is, as far as a function that checks its arguments asks. */
export type ValueKind = 'absent' | 'null' | 'number' | 'string' | 'boolean' | 'array' | 'object' | 'function' | 'other'

export function kindOfValue(value: TaggedJson | undefined): ValueKind {
  if (value === undefined) return 'absent'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value !== 'object') return typeof value as 'number' | 'string' | 'boolean'
  if (entriesOf(value) !== null) return 'object'
  if (hasTag(value, 'undefined')) return 'absent'
  if (hasTag(value, 'fn')) return 'function'
  return isTaggedNumber(value) ? 'number' : 'other'
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
  return options.every(({ kind }) => kind === 'undefined') ? null : choiceOf(options)
}

function narrowedChoice(generator: Extract<Generator, { kind: 'oneOf' }>, { without, returning }: Narrowing): Generator | null {
  const flat = optionsOf(generator)
  // What is left of `any` may be there already, made from what tests show.
  const present = flat.map(kindOfGenerator).filter((kind) => kind !== 'other')
  const options = flat.flatMap((option) => {
    const left = narrowed(option, { without: option.kind === 'any' && without.length > 0 ? [...without, ...present] : without, returning })
    return left === null ? [] : optionsOf(left)
  })
  const isSame = options.length === flat.length && options.every((option, index) => option === flat[index])
  return isSame ? generator : choiceOf(options)
}

const optionsOf = (generator: Generator): readonly Generator[] => (generator.kind === 'oneOf' ? generator.options.flatMap(optionsOf) : [generator])
