import fc from 'fast-check'
import type { Generator, Spec } from '../spec.ts'
import type { TaggedJson } from '../tagged.ts'
import { arbitraryOf, type Extent } from './arbitrary-of.ts'
import { withoutDefaulted } from './defaulted-arguments.ts'
import { canGrow } from './insides.ts'

export type Args = readonly TaggedJson[]

/** Whole argument lists. At a given size one parameter has it and the others are small, or all have it. */
export function argumentsOf(spec: Pick<Spec, 'parameters' | 'rest'>, extent: Extent): fc.Arbitrary<Args> {
  const fewer = withoutDefaulted(spec.parameters)
  if (fewer !== null) return fc.oneof(argumentsAt(spec, extent), argumentsAt({ ...spec, parameters: fewer }, extent))
  return argumentsAt(spec, extent)
}

function argumentsAt(spec: Pick<Spec, 'parameters' | 'rest'>, extent: Extent): fc.Arbitrary<Args> {
  const small = spec.parameters.map(({ generator }) => arbitraryOf(generator))
  const rest = spec.rest === undefined ? fc.constant<Args>([]) : restOf(arbitraryOf(spec.rest))
  const sizable = growingParameters(spec)
  if (extent.size === null || sizable.length === 0) return joined(fc.tuple(...small), rest)
  const big = spec.parameters.map(({ generator }) => arbitraryOf(generator, extent))
  const outer = new Set(sizableParameters(spec))
  const mixtures = sizable.map((focus) => ({
    // What is a list or a text itself is more often the data than an object with a text in it is.
    weight: outer.has(focus) ? 3 : 1,
    arbitrary: fc.tuple(...small.map((arbitrary, index) => (index === focus ? (big[index] ?? arbitrary) : arbitrary))),
  }))
  return joined(fc.oneof(...mixtures, { weight: outer.size === 0 ? 1 : 2, arbitrary: fc.tuple(...big) }), rest)
}

/** Most calls of a function that takes any number of arguments pass one. */
function restOf(values: fc.Arbitrary<TaggedJson>): fc.Arbitrary<Args> {
  return fc.oneof({ weight: 2, arbitrary: fc.tuple(values) }, { weight: 1, arbitrary: fc.array(values, { maxLength: 4 }) })
}

function joined(fixed: fc.Arbitrary<Args>, rest: fc.Arbitrary<Args>): fc.Arbitrary<Args> {
  return fc.tuple(fixed, rest).map(([args, more]) => withoutTrailingAbsence([...args, ...more]))
}

/** A parameter left to its default is not passed at all: `arguments.length` is behaviour too. */
function withoutTrailingAbsence(args: Args): Args {
  let end = args.length
  while (end > 0 && isAbsent(args[end - 1])) end--
  return args.slice(0, end)
}

const isAbsent = (value: TaggedJson | undefined): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && (value as { $?: unknown }).$ === 'undefined'

/** Indexes of the parameters that can grow, or hold something that can. */
export function growingParameters(spec: Pick<Spec, 'parameters'>): readonly number[] {
  return spec.parameters.flatMap(({ generator }, index) => (canGrow(generator) ? [index] : []))
}

/** Indexes of the parameters that can themselves grow. */
export function sizableParameters(spec: Pick<Spec, 'parameters'>): readonly number[] {
  return spec.parameters.flatMap(({ generator }, index) => (isSizable(generator) ? [index] : []))
}

function isSizable(generator: Generator): boolean {
  switch (generator.kind) {
    case 'defaulted':
      return isSizable(generator.of)
    case 'string':
    case 'array':
    case 'iterator':
    case 'record':
    case 'map':
    case 'set':
    case 'bytes':
      return (generator.maxLength ?? Infinity) > 2
    case 'oneOf':
      return generator.options.some(isSizable)
    default:
      return false
  }
}
