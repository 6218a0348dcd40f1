import fc from 'fast-check'
import type { Spec } from '../spec.ts'
import type { Case, TaggedJson } from '../tagged.ts'
import { arbitraryOf } from './arbitrary-of.ts'
import { argumentsOf } from './arguments-of.ts'
import { spoiledClass } from './conforms.ts'
import { invalidArguments, spoil, wrongValues } from './invalid-arbitrary.ts'
import { mixedSeed } from './seeds.ts'

type Body = Omit<Case, 'id'>

/** How many everyday and how many wrong argument lists are called over and over, so that their cost shows beside a process start. */
const repeatedLists = 16

/**
 * Calls whose cost the parent sees from outside: one parameter over growing sizes, good and spoiled, and small argument lists of
 * either kind many times. The number of calls is fixed by the spec, never by a clock: a slow candidate must not get away with fewer.
 */
export function growthCases(spec: Spec, seed: number): readonly Body[] {
  if (spec.complexity === undefined) return []
  const { parameter, sizes, repeats } = spec.complexity
  const index = spec.parameters.findIndex(({ name }) => name === parameter)
  const small = argumentsOf(spec, { size: null })
  const repeated = draw(small, repeatedLists, mixedSeed(seed, 'repeated-valid')).map((args): Body => ({ class: 'valid', args, times: repeats }))
  const wrong = spec.invalid
    ? draw(invalidArguments(small, spec), repeatedLists, mixedSeed(seed, 'repeated-invalid')).map((args): Body => ({ class: spoiledClass(args, spec), args, times: repeats }))
    : []
  const grown = index === -1 ? [] : sizes.flatMap((size) => grownCases(spec, { seed, index, size, repeats }))
  return [...grown, ...repeated, ...wrong]
}

interface Growth {
  readonly seed: number
  readonly index: number
  readonly size: number
  readonly repeats: number
}

/** Repetitions shrink with the size, so that the budget stays near that of small calls. */
const timesAt = (repeats: number, size: number): number => Math.max(1, Math.floor(repeats / Math.max(1, size)))

function grownCases(spec: Spec, { seed, index, size, repeats }: Growth): readonly Body[] {
  const generator = spec.parameters[index]?.generator
  if (generator === undefined) return []
  const own = mixedSeed(seed, `growth-${size}`)
  const value = draw(arbitraryOf(generator, { size }), 1, own)[0] ?? null
  const others = draw(argumentsOf(spec, { size: null }), 1, own)[0] ?? []
  const times = timesAt(repeats, size)
  const place = (of: TaggedJson): readonly TaggedJson[] => {
    const args = [...others]
    while (args.length <= index) args.push({ $: 'undefined' })
    return args.map((old, position) => (position === index ? of : old))
  }
  const grown: Body = { class: 'large', args: place(value), times }
  if (!spec.invalid) return [grown]
  const wrong = wrongValues(spec)
  const bad = wrong[Math.abs(own) % wrong.length] ?? null
  const spoiled = spoil(value, bad, typeof value === 'string' ? 44 * (Math.abs(own) % 5) : Array.isArray(value) ? value.length : 0)
  const args = place(spoiled)
  return [grown, { class: spoiledClass(args, spec), args, times }]
}

const draw = <T>(values: fc.Arbitrary<T>, count: number, seed: number): readonly T[] => fc.sample(values, { numRuns: count, seed })
