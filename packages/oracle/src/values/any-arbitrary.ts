import fc from 'fast-check'
import type { Generator } from '../spec.ts'
import { taggedObject, tags, type TaggedJson } from '../tagged.ts'
import { knownNumbers } from './known-numbers.ts'
import { stringArbitrary } from './string-arbitrary.ts'
import { inheritedNames } from './text-edits.ts'

type AnyGenerator = Extract<Generator, { kind: 'any' }>
type Values = fc.Arbitrary<TaggedJson>

/** Anything: scalars most often, now and then a small array or object, two levels deep at most. At a size it is a text, a list or an object with one of them. */
export function anyArbitrary(generator: AnyGenerator, size: number | null, isText = false): Values {
  const texts: Extract<Generator, { kind: 'string' }> = { kind: 'string', alphabet: 'unicode', maxLength: size === null ? 12 : undefined, pieces: generator.pieces }
  const scalars = scalarsOf(generator, stringArbitrary(texts, null))
  const keys = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c', 'id', 'key', 'name', 'value', 'items', 'length') },
    { weight: 1, arbitrary: fc.constantFrom<string>(...inheritedNames, '') },
    ...(generator.pieces === undefined || generator.pieces.length === 0 ? [] : [{ weight: 4, arbitrary: fc.constantFrom(...generator.pieces) }]),
  )
  const objects = (of: Values): Values => fc.array(fc.tuple(keys, of), { maxLength: 3 }).map(entriesToObject)
  if (size !== null) {
    const long = stringArbitrary(texts, size)
    if (isText) return long
    const list = fc.array(scalars, { minLength: size, maxLength: size, size: 'max' })
    return fc.oneof({ weight: 2, arbitrary: long }, { weight: 1, arbitrary: list }, { weight: 1, arbitrary: fc.tuple(keys, long).map((pair) => entriesToObject([pair])) })
  }
  const flat: Values = fc.oneof(scalars, fc.array(scalars, { maxLength: 4 }), objects(scalars))
  return fc.oneof({ weight: 4, arbitrary: scalars }, { weight: 1, arbitrary: fc.array(flat, { maxLength: 4 }) }, { weight: 1, arbitrary: objects(flat) })
}

function scalarsOf({ known }: AnyGenerator, texts: fc.Arbitrary<string>): Values {
  const near = knownNumbers(known ?? [], {})
  return fc.oneof(
    fc.integer({ min: -3, max: 100 }),
    fc.integer({ min: -10_000, max: 10_000 }).map((value) => value / 100),
    fc.constantFrom<TaggedJson>(tags.nan, tags.negativeZero, tags.undefined, null, '', '0', 'a'),
    texts,
    fc.boolean(),
    ...(near.length === 0 ? [] : [fc.constantFrom(...near)]),
  )
}

function entriesToObject(entries: readonly (readonly [string, TaggedJson])[]): TaggedJson {
  return taggedObject([...new Map(entries)])
}
