import type { Generator, Spec } from '../spec.ts'

/** A function that counts so far still ends in milliseconds. */
const most = 1_000_000

/** The spec with numbers that a function can count up to: a number without bounds is now and then one of 300 digits. */
export function belowHuge(spec: Spec): Spec {
  return { ...spec, parameters: spec.parameters.map(({ name, generator }) => ({ name, generator: below(generator) })), ...(spec.rest !== undefined && { rest: below(spec.rest) }) }
}

function below(generator: Generator): Generator {
  switch (generator.kind) {
    case 'number':
      return generator.max !== undefined || (generator.min ?? 0) > most ? generator : { ...generator, max: most }
    case 'oneOf':
      return { ...generator, options: generator.options.map(below) }
    case 'defaulted':
      return { ...generator, of: below(generator.of) }
    case 'array':
    case 'set':
    case 'iterator':
      return { ...generator, items: below(generator.items) }
    case 'tuple':
      return { ...generator, items: generator.items.map(below) }
    case 'object':
      return { ...generator, properties: Object.fromEntries(Object.entries(generator.properties).map(([name, of]) => [name, below(of)])) }
    default:
      return generator
  }
}
