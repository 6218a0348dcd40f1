import { mapInside } from '../generator-tree.ts'
import type { Generator, Spec } from '../spec.ts'
import { entriesOf, type TaggedJson } from '../tagged.ts'
import { generateCases } from '../values.ts'
import type { InferOptions } from './infer-spec.ts'
import { kindOfValue, narrowed, type ValueKind } from './narrow-generator.ts'
import { isValidThrow, trialLines } from './trial-lines.ts'

type TuneOptions = Pick<InferOptions, 'directory' | 'environment' | 'signal'> & { readonly seed: number }

/** Calls of one look, the share of throwing ones that is tolerated, and how often the spec is made narrower. */
const looked = 240
const tolerated = 0.35
const rounds = 3
/** A kind of value is left out where so many of its calls throw, and so much fewer of those with another kind. */
const alwaysThrows = 0.85
const clearly = 0.12
const leastSeen = 6
/** Generators of texts that are looked at one by one, and what bringing one near to its samples must gain. */
const mostTexts = 6
const gained = 0.06
/** What changing samples often may lose, and what share of throwing calls is nothing to speak of. */
const lost = 0.04
const alwaysFine = 0.1
const longestLook = 8000

/**
 * Brings valid values nearer to what the function takes, where most of them make it throw: kinds of values that always throw, and optional
 * arguments and options that do, are left out, and texts stay near to those of tests. Wrong values stay the matter of the class for them.
 */
export async function tuneValidity(spec: Spec, options: TuneOptions): Promise<Spec> {
  const first = { spec, calls: await look(spec, options) }
  // Too slow to look at often: whoever makes the spec smaller comes later.
  if (first.calls.length === 0) return spec
  return (await withTunedTexts(await withFewerKinds(first, options), options)).spec
}

/** A spec with what its valid calls did. */
interface Look {
  readonly spec: Spec
  readonly calls: readonly Call[]
}

async function withFewerKinds(first: Look, options: TuneOptions): Promise<Look> {
  let best = first
  for (let round = 0; round < rounds && rateOf(best.calls) > tolerated; round++) {
    const next = await preferred(best, withoutThrowers(best), options, (rate, before) => rate < before)
    if (next === best) break
    best = next
  }
  return best
}

/** Texts that stay near to their samples where others throw too often, and that go far from them where that costs nothing. */
async function withTunedTexts(first: Look, options: TuneOptions): Promise<Look> {
  let best = first
  const count = first.spec.parameters.reduce((sum, { generator }) => sum + textCount(generator), 0)
  const places: readonly (number | null)[] = count > mostTexts ? [null] : Array.from({ length: count }, (_, index) => index)
  for (const place of places) {
    if (rateOf(best.calls) <= tolerated) break
    best = await preferred(best, textsAt(best.spec, place, true), options, (rate, before) => rate <= before - gained)
  }
  for (const place of places) best = await preferred(best, textsAt(best.spec, place, false), options, (rate, before) => rate <= Math.max(before + lost, alwaysFine))
  return best
}

/** Another spec where its share of throwing calls speaks for it; else the one there was. */
async function preferred(best: Look, spec: Spec, options: TuneOptions, isBetter: (rate: number, before: number) => boolean): Promise<Look> {
  if (JSON.stringify(spec.parameters) === JSON.stringify(best.spec.parameters)) return best
  const calls = await look(spec, options)
  return calls.length > 0 && isBetter(rateOf(calls), rateOf(best.calls)) ? { spec, calls } : best
}

interface Call {
  readonly args: readonly TaggedJson[]
  readonly throws: boolean
}

const rateOf = (calls: readonly Call[]): number => calls.filter(({ throws }) => throws).length / calls.length

/** Makes valid calls; none where they take too long. */
async function look(spec: Spec, options: TuneOptions): Promise<readonly Call[]> {
  const { complexity: _, ...plain } = spec
  const small: Spec = { ...plain, cases: looked, sizes: [0, 1, 2, 10] }
  const lines = await trialLines(small, { ...options, classes: ['valid'] }, { milliseconds: longestLook })
  if (lines === null) return []
  const cases = generateCases(small, options.seed, { classes: ['valid'] })
  return cases.slice(0, lines.length).map(({ args }, index) => ({ args, throws: isValidThrow(lines[index] ?? '') }))
}

/** The spec without the kinds of values that throw. */
function withoutThrowers({ spec, calls }: Look): Spec {
  const parameters = spec.parameters.map(({ name, generator }, index) => {
    const values = calls.map(({ args, throws }): Seen => ({ value: args[index], throws }))
    return { name, generator: withFewerOptions(withoutThrowing(generator, values) ?? generator, values) }
  })
  return { ...spec, parameters }
}

interface Seen {
  readonly value: TaggedJson | undefined
  readonly throws: boolean
}

/** Kinds whose calls (nearly) always throw, where those with another kind do so much less often. */
function throwingKinds(values: readonly Seen[]): readonly ValueKind[] {
  const rates = [...Map.groupBy(values, ({ value }) => kindOfValue(value))].map(([kind, members]) => ({ kind, count: members.length, rate: members.filter(({ throws }) => throws).length / members.length }))
  const least = Math.min(1, ...rates.filter(({ count }) => count >= leastSeen).map(({ rate }) => rate))
  return rates.filter(({ count, rate }) => count >= leastSeen && rate >= alwaysThrows && rate - least >= clearly).map(({ kind }) => kind)
}

/** Kinds of which some call returns: what is left of `any` where something of it throws. */
const returningKinds = (values: readonly Seen[]): ReadonlySet<ValueKind> => new Set(values.flatMap(({ value, throws }) => (throws ? [] : [kindOfValue(value)])))

/** A generator narrowed to the kinds that are taken; null where none is. */
function withoutThrowing(generator: Generator, values: readonly Seen[]): Generator | null {
  const kinds = throwingKinds(values)
  return kinds.length === 0 ? generator : narrowed(generator, { without: kinds, returning: returningKinds(values) })
}

/** Looks at the properties of the objects that a parameter may be; an optional one of which nothing is taken is left out. */
function withFewerOptions(generator: Generator, values: readonly Seen[]): Generator {
  if (generator.kind === 'oneOf') return { ...generator, options: generator.options.map((option) => withFewerOptions(option, values)) }
  if (generator.kind !== 'object') return generator
  const { optional } = generator
  const objects = values.flatMap(({ value, throws }) => {
    const entries = value === undefined ? null : entriesOf(value)
    return entries === null ? [] : [{ properties: new Map(entries), throws }]
  })
  const entries = Object.entries(generator.properties).flatMap(([name, of]) => {
    const kept = withoutThrowing(of, objects.map(({ properties, throws }): Seen => ({ value: properties.get(name), throws })))
    return kept === null && optional?.includes(name) === true ? [] : [[name, kept ?? of] as const]
  })
  const properties = Object.fromEntries(entries)
  return { ...generator, properties, ...(optional !== undefined && { optional: optional.filter((name) => Object.hasOwn(properties, name)) }) }
}

type Texts = Extract<Generator, { kind: 'string' }>

/** The generator with every generator of texts that has samples changed. */
function mapTexts(generator: Generator, change: (texts: Texts) => Generator): Generator {
  if (generator.kind !== 'string') return mapInside(generator, (of) => mapTexts(of, change))
  return (generator.samples ?? []).length === 0 ? generator : change(generator)
}

/** How many generators of texts with samples there are. */
function textCount(generator: Generator): number {
  let count = 0
  mapTexts(generator, (texts) => {
    count++
    return texts
  })
  return count
}

/** One generator of texts (or all of them) stays near to its samples, or does not. */
function textsAt(spec: Spec, place: number | null, near: boolean): Spec {
  let count = 0
  const changed = (texts: Texts): Generator => ((place === null || count++ === place) && texts.near !== true ? { ...texts, near } : texts)
  return { ...spec, parameters: spec.parameters.map(({ name, generator }) => ({ name, generator: mapTexts(generator, changed) })) }
}
