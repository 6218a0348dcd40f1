import { performance } from 'node:perf_hooks'
import { DriverProcess } from '../running/driver-process.ts'
import { prepareDriver, type PreparedDriver } from '../running/run-spec.ts'
import { isScript, type Spec } from '../spec.ts'
import type { Case } from '../tagged.ts'
import { generateCases } from '../values.ts'
import { belowHuge } from './below-huge.ts'
import type { InferOptions } from './infer-spec.ts'
import { positiveOnly } from './positive-only.ts'
import { surveyResults } from './survey-results.ts'
import { isTimeout, isValidThrow, trialLines } from './trial-lines.ts'
import { tuneValidity } from './tune-validity.ts'

/** What the baseline did with a spec. */
export interface Trial {
  readonly cases: number
  /** Valid calls that threw: where most do, the generators miss the function's domain. */
  readonly validThrown: number
  readonly valid: number
  /** Different outcomes of calls that are not wrong ones and do not throw, and the number of such calls. */
  readonly outcomes: number
  readonly returned: number
  /** Cases that came out differently in a second run with the same seed. */
  readonly unstable: number
  readonly milliseconds: number
}

export type TryOptions = Pick<InferOptions, 'directory' | 'environment' | 'signal' | 'now'>
/** What results that can be called would get. */
export type FollowPlan = Omit<NonNullable<Spec['follow']>, 'methods' | 'calls'>

/** The seed of trials. It is nobody's secret: real runs draw theirs later. */
const trialSeed = 1
const longestTrial = 20_000
/** Calls with odd arguments that may end by the limit of one call; each makes every launch longer. */
const toleratedTimeouts = 2
/** What the repeated calls may cost together, and a single grown call. */
const repeatBudget = 100
const longestGrownCall = 150
const followedCalls = 3

/**
 * Runs a spec on the baseline and makes it smaller until it ends in reasonable time: a function that counts to its argument must not
 * be given thousands of millions. Then measures one call, so that repeated ones cost enough to be seen and no more.
 */
export async function tryOut(first: Spec, options: TryOptions, follow?: FollowPlan): Promise<{ readonly spec: Spec; readonly trial: Trial; readonly notes: readonly string[] }> {
  const tuned = isScript(first) ? await tuneValidity(first, { ...options, seed: trialSeed }) : first
  const spec = follow === undefined ? tuned : await withFollow(tuned, options, follow)
  const notes: string[] = []
  for (const { change, note } of retreats) {
    const smaller = change({ ...spec })
    if (note !== '' && JSON.stringify(smaller) === JSON.stringify(spec)) continue
    // Growth comes last: its sizes are found with the smaller spec.
    const { complexity, ...base } = smaller
    const lines = await timed(base, options)
    if (lines === null) {
      notes.push(note === '' ? `The whole set of values takes longer than ${longestTrial / 1000} s.` : `Still too slow ${note}.`)
      continue
    }
    const measured = complexity === undefined ? {} : await measuredGrowth({ ...base, complexity }, options)
    const again = await timed(base, options)
    const trial = trialOf(lines.lines, again?.lines ?? [], lines.milliseconds)
    return { spec: { ...base, ...measured }, trial, notes: [...notes, ...(note === '' ? [] : [`Tried ${note}.`]), ...trialNotes(trial)] }
  }
  const trial: Trial = { cases: 0, valid: 0, validThrown: 0, outcomes: 0, returned: 0, unstable: 0, milliseconds: longestTrial }
  return { spec, trial, notes: [...notes, 'No set of values ends in time: write the generators by hand.'] }
}

/** Results that are functions do their work only when they are called. */
async function withFollow(spec: Spec, options: TryOptions, plan: FollowPlan): Promise<Spec> {
  const methods = await surveyResults({ ...spec, complexity: undefined }, trialSeed, options)
  return methods.length === 0 ? spec : { ...spec, follow: { ...plan, methods, calls: followedCalls } }
}

interface Retreat {
  readonly note: string
  readonly change: (spec: Spec) => Spec
}

const withoutHuge = (spec: Spec): Spec => ({ ...belowHuge(spec), huge: false })
const withoutLarge = (spec: Spec): Spec => ({ ...withoutHuge(spec), sizes: spec.sizes.filter((size) => size <= 100) })

const retreats: readonly Retreat[] = [
  { note: '', change: (spec) => spec },
  { note: 'without huge numbers', change: withoutHuge },
  { note: 'without huge numbers and with positive ones only', change: (spec) => positiveOnly(withoutHuge(spec)) },
  { note: 'without huge numbers and large inputs', change: withoutLarge },
  { note: 'without huge numbers, large inputs and invalid ones', change: (spec) => ({ ...withoutLarge(spec), invalid: false }) },
  { note: 'without huge numbers and invalid ones, and with positive ones only', change: (spec) => ({ ...positiveOnly(withoutHuge(spec)), invalid: false }) },
  {
    note: 'with tiny inputs only',
    change: ({ complexity: _, ...spec }) => ({ ...withoutHuge(spec), invalid: false, sizes: [0, 1, 2, 10], cases: Math.min(spec.cases, 100) }),
  },
]

/** The lines of one run; `null` where it took too long. */
async function timed(spec: Spec, options: TryOptions): Promise<{ readonly lines: readonly string[]; readonly milliseconds: number } | null> {
  const start = options.now()
  let endless = 0
  const isHopeless = (line: string): boolean => isTimeout(line) && (++endless > toleratedTimeouts || !/^\{"case":"[^"]*","class":"(?:invalid|boundary)"/.test(line))
  const lines = await trialLines(spec, { ...options, seed: trialSeed }, { milliseconds: longestTrial, isHopeless })
  return lines === null ? null : { lines, milliseconds: options.now() - start }
}

function trialOf(lines: readonly string[], again: readonly string[], milliseconds: number): Trial {
  const valid = lines.filter((line) => line.includes('"class":"valid"'))
  const returned = lines.filter((line) => /^\{"case":"[^"]*","class":"(?!invalid)[a-z]+","result":/.test(line))
  return {
    outcomes: differentOutcomes(returned),
    returned: returned.length,
    cases: lines.length,
    valid: valid.length,
    validThrown: valid.filter(isValidThrow).length,
    unstable: lines.filter((line, index) => again[index] !== line).length,
    milliseconds: Math.round(milliseconds),
  }
}

interface ToldCall {
  readonly result?: unknown
  readonly thrown?: unknown
  readonly mutated?: unknown
  readonly output?: unknown
  readonly call?: string
  readonly follow?: readonly ToldCall[]
}

/** How many different things came of calls that return: of the function itself, or of one way to call its results. */
function differentOutcomes(lines: readonly string[]): number {
  const told = new Map<string, Set<string>>()
  const tell = (name: string, { result, mutated, output }: ToldCall): void => {
    const known = told.get(name) ?? new Set()
    told.set(name, known.add(JSON.stringify([result, mutated, output])))
  }
  for (const line of lines) {
    const call = JSON.parse(line) as ToldCall
    tell('', call)
    for (const step of call.follow ?? []) if ('result' in step) tell(`follow ${step.call ?? ''}`, step)
  }
  return Math.max(0, ...[...told.values()].map((known) => known.size))
}

function trialNotes({ cases, valid, validThrown, unstable }: Trial): readonly string[] {
  const notes: string[] = []
  if (unstable > 0) notes.push(`${unstable} of ${cases} cases differ between two runs with one seed: the function uses time, randomness or the surroundings, and cannot be compared like this.`)
  if (valid > 0 && validThrown * 2 > valid) notes.push(`${validThrown} of ${valid} valid calls throw: the generators miss what the function is for.`)
  return notes
}

/** Sizes that one call masters quickly, and how often calls are repeated. */
async function measuredGrowth(spec: Spec & { readonly complexity: NonNullable<Spec['complexity']> }, options: TryOptions): Promise<Pick<Spec, 'complexity'>> {
  await using prepared = await prepareDriver(spec, options)
  const { complexity } = spec
  const growthOf = (sizes: readonly number[]): readonly Case[] => generateCases({ ...spec, complexity: { ...complexity, sizes, repeats: 1 }, cases: 1 }, trialSeed).slice(1)
  const taken = await callTimes(prepared, spec, { ...options, groups: complexity.sizes.map((size) => growthOf([size]).slice(0, 2)) })
  const sizes = complexity.sizes.filter((_, index) => (taken[index] ?? Infinity) <= longestGrownCall)
  const small = growthOf([])
  const [once = repeatBudget] = await callTimes(prepared, spec, { ...options, groups: [small] })
  const [often = repeatBudget * 20] = await callTimes(prepared, spec, { ...options, groups: [small.map((one) => ({ ...one, times: 21 }))] })
  const each = Math.max((often - once) / 20, 0.01)
  const repeats = Math.max(1, Math.min(1000, Math.floor(repeatBudget / each)))
  return { complexity: { ...complexity, sizes: sizes.length === 0 ? [10] : sizes, repeats } }
}

/** Milliseconds that one driver needs for groups of cases, without its start, up to the group that takes longer than a grown call may or far too long. */
async function callTimes(prepared: PreparedDriver, spec: Spec, options: TryOptions & { readonly groups: readonly (readonly Case[])[] }): Promise<readonly number[]> {
  const limit = AbortSignal.timeout(longestTrial)
  await using driver = await DriverProcess.start(prepared.command, spec, { ...options, signal: AbortSignal.any([options.signal, limit]) })
  const taken: number[] = []
  for (const group of options.groups) {
    const start = options.now()
    for (const one of group) {
      const answer = await driver.ask(one)
      options.signal.throwIfAborted()
      if (answer.kind === 'exited') return taken
    }
    taken.push(options.now() - start)
    if ((taken.at(-1) ?? 0) > longestGrownCall) break
  }
  return taken
}

/** The clock of this process, for callers that have no other. */
export const processClock = (): number => performance.now()
