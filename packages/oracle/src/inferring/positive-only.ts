import { mapGenerators, mapInside } from '../generator-tree.ts'
import type { Generator, Spec } from '../spec.ts'

/** The spec with numbers from one up: many a function counts down to zero and never meets it from below. */
export const positiveOnly = (spec: Spec): Spec => mapGenerators(spec, positive)

function positive(generator: Generator): Generator {
  if (generator.kind !== 'integer' && generator.kind !== 'number') return mapInside(generator, positive)
  return generator.min !== undefined || (generator.max ?? 1) < 1 ? generator : { ...generator, min: 1 }
}
