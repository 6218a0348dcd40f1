import { runSpec } from '../running/run-spec.ts'
import type { Generator, Spec } from '../spec.ts'
import type { TaggedJson } from '../tagged.ts'
import { generateCases } from '../values.ts'
import type { InferOptions } from './infer-spec.ts'
import { kindOfValue, mapTexts, narrowed, textCount, type ValueKind } from './narrow-generator.ts'

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
  let best = { spec, calls: await look(spec, options) }
  // Too slow to look at often: whoever makes the spec smaller comes later.
  if (best.calls.length === 0) return spec
  for (let round = 0; round < rounds && rateOf(best.calls) > tolerated; round++) {
    const next = withoutThrowers(best.spec, best.calls)
    if (next === null) break
    const calls = await look(next, options)
    if (calls.length === 0 || rateOf(calls) >= rateOf(best.calls)) break
    best = { spec: next, calls }
  }
  const count = best.spec.parameters.reduce((sum, { generator }) => sum + textCount(generator), 0)
  const places: readonly (number | null)[] = count > mostTexts ? [null] : Array.from({ length: count }, (_, index) => index)
  for (const place of places) {
    if (rateOf(best.calls) <= tolerated) break
    const next = textsAt(best.spec, place, true)
    const calls = await look(next, options)
    if (calls.length > 0 && rateOf(calls) <= rateOf(best.calls) - gained) best = { spec: next, calls }
  }
  for (const place of places) {
    const next = textsAt(best.spec, place, false)
    const calls = await look(next, options)
    if (calls.length > 0 && rateOf(calls) <= Math.max(rateOf(best.calls) + lost, alwaysFine)) best = { spec: next, calls }
  }
  return best.spec
}

interface Call {
  readonly args: readonly TaggedJson[]
  readonly throws: boolean
}

const rateOf = (calls: readonly Call[]): number => (calls.length === 0 ? 0 : calls.filter(({ throws }) => throws).length / calls.length)

/** Makes valid calls; none where they take too long. */
async function look(spec: Spec, options: TuneOptions): Promise<readonly Call[]> {
  const { complexity: _, follow: __, ...plain } = spec
  const small: Spec = { ...plain, cases: looked, sizes: [0, 1, 2, 10] }
  const cases = generateCases(small, options.seed, { classes: ['valid'] })
  const limit = AbortSignal.timeout(longestLook)
  const calls: Call[] = []
  try {
    for await (const line of runSpec(small, { ...options, classes: ['valid'], signal: AbortSignal.any([options.signal, limit]) })) {
      const one = cases[calls.length]
      if (one === undefined) break
      calls.push({ args: one.args, throws: /^\{"case":"[^"]*","class":"valid","thrown":/.test(line) })
    }
  } catch (error) {
    options.signal.throwIfAborted()
    if (!limit.aborted) throw error
    return []
  }
  return calls
}

/** The spec without the kinds of values that throw; null where there are none. */
function withoutThrowers(spec: Spec, calls: readonly Call[]): Spec | null {
  let changed = false
  const keep = (generator: Generator, values: readonly Seen[]): Generator => {
    const kinds = throwingKinds(values)
    const next = kinds.length === 0 ? generator : (narrowed(generator, { without: kinds, returning: returningKinds(values) }) ?? generator)
    changed ||= next !== generator
    return next
  }
  const parameters = spec.parameters.map(({ name, generator }, index) => {
    const values = calls.map(({ args, throws }): Seen => ({ value: args[index], throws }))
    return { name, generator: optionsKept(keep(generator, values), values, (generator, inside) => {
      const result = keepOption(generator, inside)
      changed ||= result !== generator
      return result
    }) }
  })
  return changed ? { ...spec, parameters } : null
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

/** An optional property: narrowed to the kinds that are taken, or left out (null). */
function keepOption(generator: Generator, values: readonly Seen[]): Generator | null {
  const kinds = throwingKinds(values)
  return kinds.length === 0 ? generator : narrowed(generator, { without: kinds, returning: returningKinds(values) })
}

type Keep = (generator: Generator, values: readonly Seen[]) => Generator | null

/** Looks at the properties of the objects that a parameter may be. */
function optionsKept(generator: Generator, values: readonly Seen[], keep: Keep): Generator {
  if (generator.kind === 'oneOf') return { ...generator, options: generator.options.map((option) => optionsKept(option, values, keep)) }
  if (generator.kind !== 'object') return generator
  const objects = values.filter(({ value }) => kindOfValue(value) === 'object')
  const entries = Object.entries(generator.properties).flatMap(([name, of]) => {
    const inside = objects.map(({ value, throws }): Seen => ({ value: (value as Readonly<Record<string, TaggedJson>>)[name], throws }))
    const kept = keep(of, inside)
    if (kept !== null) return [[name, kept] as const]
    return generator.optional?.includes(name) === true ? [] : [[name, of] as const]
  })
  return { ...generator, properties: Object.fromEntries(entries), ...(generator.optional === undefined ? {} : { optional: generator.optional.filter((name) => entries.some(([kept]) => kept === name)) }) }
}

/** One generator of texts (or all of them) stays near to its samples, or does not. */
function textsAt(spec: Spec, place: number | null, near: boolean): Spec {
  let count = 0
  const changed = (text: Extract<Generator, { kind: 'string' }>): Generator => (place === null || count++ === place ? (text.near === true ? text : { ...text, near }) : text)
  return { ...spec, parameters: spec.parameters.map(({ name, generator }) => ({ name, generator: mapTexts(generator, changed) })) }
}
