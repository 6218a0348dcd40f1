import fc from 'fast-check'
import type { Spec } from '../spec.ts'
import type { Case, FollowStep } from '../tagged.ts'
import { arbitraryOf } from './arbitrary-of.ts'
import type { Args } from './arguments-of.ts'
import { mixedSeed } from './seeds.ts'

type Body = Omit<Case, 'id'>
type Follow = NonNullable<Spec['follow']>

/** Sizes of what a result gets: most of it small. */
const sizes = [null, null, null, 5, 30, 150]

/** Every call with the steps that its result goes through; calls that are there for their cost alone go without. */
export function withSteps(spec: Spec, seed: number, bodies: readonly Body[]): readonly Body[] {
  const { follow } = spec
  if (follow === undefined) return bodies
  const steps = fc.sample(fc.array(stepOf(follow), { minLength: follow.calls, maxLength: follow.calls, size: 'max' }), { numRuns: bodies.length, seed: mixedSeed(seed, 'follow') })
  return bodies.map((body, index) => (body.times === undefined ? { ...body, follow: steps[index] ?? [] } : body))
}

function stepOf({ methods, parameters, examples }: Follow): fc.Arbitrary<FollowStep> {
  const lists = fc.oneof(
    ...sizes.map((size) => ({ weight: 1, arbitrary: argumentsAt(parameters, size) })),
    ...(examples.length === 0 ? [] : [{ weight: 2, arbitrary: fc.constantFrom<Args>(...examples) }]),
  )
  const named = methods.filter((name) => name !== '')
  const names = fc.oneof(
    { weight: methods.includes('') ? 2 : 0, arbitrary: fc.constant('') },
    { weight: named.length === 0 ? 0 : 1, arbitrary: fc.constantFrom(...(named.length === 0 ? [''] : named)) },
  )
  return fc.tuple(names, lists).map(([on, args]) => ({ on, args }))
}

/** One argument most often, now and then none or all of them. */
function argumentsAt(parameters: Follow['parameters'], size: number | null): fc.Arbitrary<Args> {
  const values = parameters.map((generator, index) => arbitraryOf(generator, { size: index === 0 ? size : null }))
  const count = fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.constant(parameters.length) })
  return fc.tuple(fc.tuple(...values), count).map(([list, most]) => list.slice(0, most))
}
