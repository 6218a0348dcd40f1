import fc from 'fast-check'
import type { Generator, SpecParameter } from '../spec.ts'
import { tags, type TaggedJson } from '../tagged.ts'

type Defaulted = Extract<Generator, { kind: 'defaulted' }>

/** A parameter with a default: most calls leave it out, some give the default itself, the others give something else. */
export function defaultedArbitrary({ value }: Defaulted, given: fc.Arbitrary<TaggedJson>, size: number | null): fc.Arbitrary<TaggedJson> {
  if (size !== null) return given
  const own = value === undefined ? [] : [{ weight: 2, arbitrary: fc.constant<TaggedJson>(value) }]
  return fc.oneof({ weight: 4, arbitrary: fc.constant<TaggedJson>(tags.undefined) }, ...own, { weight: 4, arbitrary: given })
}

/** The parameters as most calls pass them: those with a default are left out. `null` where there are none, or not several. */
export function withoutDefaulted(parameters: readonly SpecParameter[]): readonly SpecParameter[] | null {
  const count = parameters.filter(({ generator }) => generator.kind === 'defaulted').length
  return count < 2 ? null : parameters.map(({ name, generator }) => ({ name, generator: generator.kind === 'defaulted' ? { kind: 'undefined' } : generator }))
}
