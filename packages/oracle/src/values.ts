import fc from 'fast-check'
import { isScript, type Generator, type Spec, type SpecParameter } from './spec.ts'
import { tags, type Case, type CaseClass, type TaggedJson } from './tagged.ts'
import { arbitraryOf } from './values/arbitrary-of.ts'
import { boundaryOf } from './values/boundary-of.ts'
import { conformArguments, spoiledClass } from './values/conforms.ts'
import { disguisedArguments, hasObjects } from './values/disguised-arguments.ts'
import { withSteps } from './values/follow-steps.ts'
import { growthCases } from './values/growth-cases.ts'
import { invalidArguments } from './values/invalid-arbitrary.ts'
import { echoedArguments, peculiarArguments, relatedArguments, sharedArguments, sparseArguments, twinArguments } from './values/related-arguments.ts'
import { mixedSeed, shuffled } from './values/seeds.ts'
import { argumentsOf, growingParameters, type Args } from './values/arguments-of.ts'
import { withinReach } from './values/within-reach.ts'

export interface GenerateOptions {
  /** Only these classes; all of them where it is left out. */
  readonly classes?: readonly CaseClass[]
}

type Body = Omit<Case, 'id'>

/** Parts of a hundred. What a class does not use is filled up with valid cases. */
const shares: Readonly<Record<CaseClass, number>> = { valid: 30, boundary: 18, invalid: 18, large: 8, example: 10, metamorphic: 16 }
/** Sizes from here on are large. */
const largeFrom = 100
/** Lengths at which work is cut into parts. */
const chunks = [7, 8, 9, 10, 11, 12].flatMap((power) => [2 ** power - 1, 2 ** power, 2 ** power + 1])

/**
 * The calls to make for one seed: the same ones for the same spec and seed, whatever language is driven. The classes are mixed, and
 * growing inputs (see `complexity`) follow at the end, beyond the wanted number.
 */
export function generateCases(given: Spec, seed: number, options: GenerateOptions = {}): readonly Case[] {
  const spec = withinReach(given)
  const wanted = new Set(options.classes ?? (Object.keys(shares) as CaseClass[]))
  const makers: Readonly<Record<CaseClass, (count: number) => readonly Body[]>> = {
    valid: (count) => validCases(spec, seed, count),
    boundary: (count) => boundaryCases(spec, seed, count),
    invalid: (count) => invalidCases(spec, seed, count),
    large: (count) => largeCases(spec, seed, count),
    example: (count) => exampleCases(spec, seed, count),
    metamorphic: (count) => metamorphicCases(spec, seed, count),
  }
  const classes = (Object.keys(shares) as CaseClass[]).filter((name) => wanted.has(name))
  const total = classes.reduce((sum, name) => sum + shares[name], 0)
  const made = (name: CaseClass, count: number): readonly Body[] => makers[name](count).filter((body) => wanted.has(body.class))
  const bodies = classes.flatMap((name) => made(name, Math.floor((spec.cases * shares[name]) / total)))
  const filler = classes.find((name) => name !== 'example' && (name !== 'invalid' || spec.invalid))
  const missing = spec.cases - bodies.length
  const rest = filler === undefined || missing <= 0 ? [] : made(filler, missing)
  const mixed = shuffled([...bodies, ...rest], mixedSeed(seed, 'order'))
  const grown = growthCases(spec, seed).filter((body) => wanted.has(body.class))
  return withSteps(spec, seed, withConstructor(spec, seed, [...mixed, ...grown])).map((body, index) => ({ id: `${body.class}-${index + 1}`, ...body }))
}

function sampled<T>(values: fc.Arbitrary<T>, count: number, seed: number): readonly T[] {
  return count <= 0 ? [] : fc.sample(values, { numRuns: count, seed })
}

const picks = fc.nat({ max: 1_000_000 })

function validCases(spec: Spec, seed: number, count: number): readonly Body[] {
  const own = mixedSeed(seed, `valid-${count}`)
  const sizes = [null, ...spec.sizes.filter((size) => size < largeFrom)]
  const kinds = sizes.map((size) => argumentsOf(spec, { size }))
  const free = kinds[0]
  if (free === undefined) return []
  const echo = fc.tuple(free, picks).map(([args, pick]) => {
    const echoed = echoedArguments(args, pick)
    return conformArguments(echoed, spec) ? echoed : args
  })
  const several = spec.parameters.length + (spec.rest === undefined ? 0 : 1) > 1
  const values = fc.oneof(
    { weight: 3 * kinds.length, arbitrary: free },
    { weight: several ? 2 * kinds.length : 0, arbitrary: echo },
    ...kinds.slice(1).map((arbitrary) => ({ weight: 1, arbitrary })),
  )
  return sampled(values, count, own).map((args) => ({ class: 'valid', args }))
}

/** One parameter at an edge and the others everyday, or all of them at an edge; objects in two places as well. */
function boundaryCases(spec: Spec, seed: number, count: number): readonly Body[] {
  const own = mixedSeed(seed, `boundary-${count}`)
  const everyday = argumentsOf(spec, { size: null })
  const edges = spec.parameters.map(({ generator }) => boundaryOf(generator, spec))
  const single = singleEdges(edges, Math.ceil(count * 0.6), own)
  const bases = sampled(everyday, single.length, own)
  const one = single.map(({ index, value }, place) => atIndex(bases[place] ?? [], index, value))
  const all: fc.Arbitrary<Args> = fc.tuple(...spec.parameters.map(({ generator }, index) => constants(edges[index] ?? [], generator)))
  const values = fc.oneof(
    { weight: 2, arbitrary: all },
    { weight: 1, arbitrary: fc.tuple(everyday, picks).map(([args, pick]) => sharedArguments(args, pick)) },
    { weight: 1, arbitrary: fc.tuple(all, picks).map(([args, pick]) => echoedArguments(args, pick)) },
  )
  return [...one, ...sampled(values, count - one.length, own)].map((args) => ({ class: 'boundary', args }))
}

function constants(values: readonly TaggedJson[], generator: Generator): fc.Arbitrary<TaggedJson> {
  return values.length === 0 ? arbitraryOf(generator) : fc.constantFrom(...values)
}

/** Every parameter's edges in turn, the most telling ones (they come first) always and the rest as the seed has it. */
function singleEdges(edges: readonly (readonly TaggedJson[])[], count: number, seed: number): readonly { readonly index: number; readonly value: TaggedJson }[] {
  const sure = Math.ceil(count / 2 / Math.max(1, edges.length))
  const first = edges.flatMap((values, index) => values.slice(0, sure).map((value) => ({ index, value })))
  const rest = edges.flatMap((values, index) => values.slice(sure).map((value) => ({ index, value })))
  return [...first, ...shuffled(rest, seed)].slice(0, count)
}

/** Arguments before it that were left out are passed as `undefined`. */
function atIndex(args: Args, index: number, value: TaggedJson): Args {
  const filled = Array.from({ length: Math.max(args.length, index + 1) }, (_, position) => args[position] ?? (position < args.length ? null : tags.undefined))
  return filled.map((old, position) => (position === index ? value : old))
}

/** Wrong arguments, arrays with holes, and arrays with values that equality treats in its own way, some of them in two arguments. */
function invalidCases(spec: Spec, seed: number, count: number): readonly Body[] {
  if (!spec.invalid) return []
  const everyday = argumentsOf(spec, { size: null })
  const peculiar = fc.constantFrom<TaggedJson>(tags.nan, tags.nan, tags.nan, tags.negativeZero, tags.negativeZero, 0, '0', '', tags.undefined, null, false, '1', 1, true)
  const odd = fc.tuple(everyday, peculiar, picks).map(([args, value, pick]) => peculiarArguments(args, value, pick))
  const isListed = spec.rest !== undefined || spec.parameters.some(({ generator }) => hasArrays(generator))
  const values = fc.oneof(
    { weight: 10, arbitrary: invalidArguments(everyday, spec) },
    { weight: isListed ? 2 : 0, arbitrary: fc.tuple(everyday, picks).map(([args, pick]) => sparseArguments(args, pick)) },
    { weight: isListed ? 2 : 0, arbitrary: odd },
    { weight: isListed ? 2 : 0, arbitrary: fc.tuple(odd, picks).map(([args, pick]) => echoedArguments(args, pick)) },
    { weight: isListed ? 6 : 0, arbitrary: fc.tuple(everyday, peculiar, picks).map(([args, value, pick]) => twinArguments(args, value, pick)) },
  )
  return sampled(values, count, mixedSeed(seed, `invalid-${count}`)).map((args) => ({ class: spoiledClass(args, spec), args }))
}

/** A third of all large inputs, and half of those in which something inside is large, have the length of a usual part of work. */
const isLimit = (index: number): boolean => index % 6 === 0 || index % 4 === 3
/** A text inside is cheap: where it is cut does not matter as long as it is longer than the part. */
function limitOf(limits: readonly number[], index: number): number | undefined {
  const long = isInner(index) ? limits.filter((size) => size * 3 > Math.max(...limits)) : limits
  return long[index % Math.max(1, long.length)]
}
const isInner = (index: number): boolean => index % 4 >= 2

/** As large as a benchmark's inputs, and at sizes of which only the seed knows: a threshold in a candidate has no safe side. */
function largeCases(spec: Spec, seed: number, count: number): readonly Body[] {
  if (growingParameters(spec).length === 0) return []
  const largest = Math.max(...spec.sizes)
  if (largest < largeFrom) return []
  const fixed = spec.sizes.filter((size) => size >= largeFrom)
  const drawn = sampled(fc.double({ min: 0, max: 1, noNaN: true }), count, mixedSeed(seed, 'sizes')).map((share, index) =>
    Math.round(index % 2 === 0 ? largest * (0.75 + share) : largeFrom * (largest / largeFrom) ** share),
  )
  const limits = shuffled(chunks.filter((size) => size <= 5 * largest), mixedSeed(seed, 'limits'))
  const sizes = Array.from({ length: count }, (_, index) => (index < fixed.length ? fixed[index] : isLimit(index) ? limitOf(limits, index) : drawn[index]) ?? largest)
  return sizes.flatMap((size, index) =>
    sampled(argumentsOf(spec, { size, isInner: isInner(index) }), 1, mixedSeed(seed, `large-${index}`)).map((args): Body => ({ class: 'large', args })),
  )
}

function exampleCases(spec: Spec, seed: number, count: number): readonly Body[] {
  if (spec.examples.length <= count) return spec.examples.map((args) => ({ class: 'example', args }))
  return shuffled(spec.examples, mixedSeed(seed, 'examples')).slice(0, count).map((args) => ({ class: 'example', args }))
}

/** Pairs: arguments and a permuted or extended copy; calls made twice with the same objects; the same content in objects of other kinds. */
function metamorphicCases(spec: Spec, seed: number, count: number): readonly Body[] {
  const base = fc.tuple(fc.oneof(argumentsOf(spec, { size: null }), argumentsOf(spec, { size: 3 })), picks)
  return sampled(base, Math.ceil(count / 3), mixedSeed(seed, `metamorphic-${count}`))
    .flatMap(([args, pick]): readonly Body[] => [
      { class: 'metamorphic', args, repeat: pick % 3 === 0 ? 'same' : 'changed' },
      { class: 'metamorphic', args: relatedArguments(args, pick) },
      { class: 'metamorphic', args: sharedArguments(relatedArguments(args, pick + 1), pick), repeat: 'changed' },
      ...(isScript(spec) && hasObjects(args) ? [disguised(spec, args, pick), disguised(spec, args, pick * 7 + 3)] : []),
    ])
    .slice(0, count)
}

/** A method in place of data is no plain content: where nothing speaks of functions, such a call is a wrong one. */
function disguised(spec: Spec, args: Args, pick: number): Body {
  const changed = disguisedArguments(args, pick)
  if (conformArguments(changed, spec)) return { class: 'metamorphic', args: changed }
  return spec.invalid ? { class: 'invalid', args: changed } : { class: 'metamorphic', args }
}

function withConstructor(spec: Spec, seed: number, bodies: readonly Body[]): readonly Body[] {
  const parameters: readonly SpecParameter[] | undefined = spec.construct
  if (parameters === undefined) return bodies
  const values = fc.tuple(...parameters.map(({ generator }) => arbitraryOf(generator)))
  const drawn = sampled(values, bodies.length, mixedSeed(seed, 'construct'))
  return bodies.map((body, index) => ({ ...body, construct: drawn[index] ?? [] }))
}

const hasArrays = (generator: Generator): boolean => generator.kind === 'array' || (generator.kind === 'oneOf' && generator.options.some(hasArrays))
