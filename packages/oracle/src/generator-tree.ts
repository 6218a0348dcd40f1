import type { Generator, Spec, SpecParameter } from './spec.ts'

type Change = (generator: Generator) => Generator

/** A generator with those that lie right inside of it changed; one that holds none stays as it is. */
export function mapInside(generator: Generator, change: Change): Generator {
  switch (generator.kind) {
    case 'oneOf':
      return { ...generator, options: generator.options.map(change) }
    case 'defaulted':
      return { ...generator, of: change(generator.of) }
    case 'array':
    case 'set':
    case 'iterator':
      return { ...generator, items: change(generator.items) }
    case 'tuple':
      return { ...generator, items: generator.items.map(change) }
    case 'object':
      return { ...generator, properties: Object.fromEntries(Object.entries(generator.properties).map(([name, of]) => [name, change(of)])) }
    case 'record':
    case 'map':
      return { ...generator, keys: change(generator.keys), values: change(generator.values) }
    case 'function':
      return { ...generator, returns: change(generator.returns) }
    default:
      return generator
  }
}

/** A spec with all of its generators changed: of parameters, of what follows them, of the constructor, and of what results are called with. */
export function mapGenerators(spec: Spec, change: Change): Spec {
  const { rest, construct, follow } = spec
  const mapped = (parameters: readonly SpecParameter[]): readonly SpecParameter[] => parameters.map(({ name, generator }) => ({ name, generator: change(generator) }))
  return {
    ...spec,
    parameters: mapped(spec.parameters),
    ...(rest !== undefined && { rest: change(rest) }),
    ...(construct !== undefined && { construct: mapped(construct) }),
    ...(follow !== undefined && { follow: { ...follow, parameters: follow.parameters.map(change) } }),
  }
}

/** One generator in place of several: a single one stays itself; null where there is none. */
export function choiceOf(options: readonly Generator[]): Generator | null {
  const [first] = options
  return options.length > 1 ? { kind: 'oneOf', options } : (first ?? null)
}
