import { mapGenerators, mapInside } from '../generator-tree.ts'
import type { Generator, Spec } from '../spec.ts'

/** The spec without numbers of every magnitude where huge ones are not wanted: for a function that counts to its argument. */
export const withinReach = (spec: Spec): Spec => (spec.huge ? spec : mapGenerators(spec, plain))

function plain(generator: Generator): Generator {
  if (generator.kind !== 'integer' && generator.kind !== 'number') return mapInside(generator, plain)
  const { magnitudes: _, ...rest } = generator
  return rest
}
