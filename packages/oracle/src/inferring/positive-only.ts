import type { Generator, Spec } from '../spec.ts'

/** The spec with numbers from one up: many a function counts down to zero and never meets it from below. */
export function positiveOnly(spec: Spec): Spec {
  return { ...spec, parameters: spec.parameters.map(({ name, generator }) => ({ name, generator: positive(generator) })), ...(spec.rest !== undefined && { rest: positive(spec.rest) }) }
}

function positive(generator: Generator): Generator {
  switch (generator.kind) {
    case 'integer':
    case 'number':
      return generator.min !== undefined || (generator.max ?? 1) < 1 ? generator : { ...generator, min: 1 }
    case 'oneOf':
      return { ...generator, options: generator.options.map(positive) }
    case 'defaulted':
      return { ...generator, of: positive(generator.of) }
    case 'array':
    case 'set':
    case 'iterator':
      return { ...generator, items: positive(generator.items) }
    case 'tuple':
      return { ...generator, items: generator.items.map(positive) }
    default:
      return generator
  }
}

/** Whether a driver, or the kernel for it, ended a call that did not end by itself. */
export const isTimeout = (line: string): boolean => line.includes('"thrown":{"name":"timeout","message":null}') || line.endsWith(',"exited":"SIGXCPU"}')
