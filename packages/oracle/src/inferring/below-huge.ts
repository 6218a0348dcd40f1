import { mapGenerators, mapInside } from '../generator-tree.ts'
import type { Generator, Spec } from '../spec.ts'

/** A function that counts so far still ends in milliseconds. */
const most = 1_000_000

/** The spec with numbers that a function can count up to: a number without bounds is now and then one of 300 digits. */
export const belowHuge = (spec: Spec): Spec => mapGenerators(spec, below)

function below(generator: Generator): Generator {
  if (generator.kind !== 'number') return mapInside(generator, below)
  return generator.max !== undefined || (generator.min ?? 0) > most ? generator : { ...generator, max: most }
}
