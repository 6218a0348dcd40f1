import fc from 'fast-check'
import { taggedObject, tags, type TaggedJson } from '../tagged.ts'

const scalars: fc.Arbitrary<TaggedJson> = fc.oneof(
  fc.integer({ min: -3, max: 100 }),
  fc.integer({ min: -10_000, max: 10_000 }).map((value) => value / 100),
  fc.constantFrom<TaggedJson>(tags.nan, tags.negativeZero, tags.undefined, null, '', '0', 'a'),
  fc.string({ maxLength: 8 }),
  fc.boolean(),
)

const flat: fc.Arbitrary<TaggedJson> = fc.oneof(
  scalars,
  fc.array(scalars, { maxLength: 4 }),
  fc.array(fc.tuple(fc.constantFrom('a', 'b', 'id', 'name', 'value', 'length'), scalars), { maxLength: 3 }).map(entriesToObject),
)

/** Anything: scalars most often, now and then a small array or object, two levels deep at most. */
export const anyArbitrary: fc.Arbitrary<TaggedJson> = fc.oneof(
  { weight: 4, arbitrary: scalars },
  { weight: 1, arbitrary: fc.array(flat, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'key', 'items'), flat), { maxLength: 3 }).map(entriesToObject) },
)

function entriesToObject(entries: readonly (readonly [string, TaggedJson])[]): TaggedJson {
  return taggedObject([...new Map(entries)])
}
