import type { Spec } from '../spec.ts'
import { caseClasses, type Case, type CaseClass, type TaggedJson } from '../tagged.ts'
import { generateCases, type GenerateOptions } from '../values.ts'
import { surroundingsLine } from '../running/run-spec.ts'
import { DrivenSide, type SideOptions } from './driven-side.ts'
import { shrinkMismatch } from './shrink-mismatch.ts'

export interface CompareOptions extends GenerateOptions, Omit<SideOptions, 'directory' | 'callLimit'> {
  readonly baseline: string
  readonly candidate: string
  readonly seeds: readonly number[]
  /** Milliseconds one call may take; ten seconds where it is left out. */
  readonly callLimit?: number
  /** Mismatches that are made small and shown; the others are counted. */
  readonly shown?: number
}

/** One call on which the sides differ, made small where smaller arguments show a difference too. */
export interface Mismatch {
  readonly seed: number
  readonly case: string
  readonly class: CaseClass
  readonly args: readonly TaggedJson[]
  readonly baseline: string
  readonly candidate: string
}

/** Processor time of all calls of one class. */
export interface ClassCost {
  readonly class: CaseClass
  readonly baseline: number
  readonly candidate: number
  /** More than three times the baseline's and more than 50 ms above it. */
  readonly isMuchSlower: boolean
}

export interface SpecComparison {
  readonly function: string
  readonly cases: number
  readonly mismatches: number
  readonly examples: readonly Mismatch[]
  readonly costs: readonly ClassCost[]
}

const slowerFactor = 3
const slowerBy = 50

/** Makes every call of some seeds on two trees and compares the answers byte by byte. A tool for people: the evaluation compares for itself. */
export async function compareSpec(spec: Spec, options: CompareOptions): Promise<SpecComparison> {
  const common = { ...options, callLimit: options.callLimit ?? 10_000 }
  await using baseline = await DrivenSide.open(spec, { ...common, directory: options.baseline })
  await using candidate = await DrivenSide.open(spec, { ...common, directory: options.candidate })
  const costs = new Map<CaseClass, { baseline: number; candidate: number }>()
  const found: Found[] = []
  let cases = 0
  for (const seed of options.seeds) {
    const all = generateCases(spec, seed, options)
    cases += all.length
    // Class by class, so that each one's processor time can be told.
    for (const name of caseClasses) {
      const before = [await baseline.spent(), await candidate.spent()] as const
      for (const one of all.filter((each) => each.class === name)) {
        options.signal.throwIfAborted()
        const lines = await Promise.all([baseline.ask(one), candidate.ask(one)])
        if (lines[0] !== lines[1]) found.push({ seed, one, lines })
      }
      const cost = costs.get(name) ?? { baseline: 0, candidate: 0 }
      costs.set(name, { baseline: cost.baseline + (await baseline.spent()) - before[0], candidate: cost.candidate + (await candidate.spent()) - before[1] })
    }
  }
  const examples: Mismatch[] = []
  for (const each of simplestFirst(found).slice(0, options.shown ?? 3)) examples.push(await shrunk(each, { baseline, candidate, signal: options.signal }))
  const around = await differingSurroundings(spec, options)
  return { function: `${spec.module}:${spec.function}`, cases, mismatches: found.length + around.length, examples: [...around, ...unique(examples)], costs: caseClasses.flatMap((name) => costOf(name, costs.get(name))) }
}

/** Options of the build that only one side has: no call of ours shows what they do. */
async function differingSurroundings(spec: Spec, { baseline, candidate, seeds }: CompareOptions): Promise<readonly Mismatch[]> {
  const [before, after] = [await surroundingsLine(spec, baseline), await surroundingsLine(spec, candidate)]
  return before === after ? [] : [{ seed: seeds[0] ?? 0, case: 'build', class: 'valid', args: [], baseline: before ?? '', candidate: after ?? '' }]
}

function costOf(name: CaseClass, cost: { readonly baseline: number; readonly candidate: number } | undefined): readonly ClassCost[] {
  if (cost === undefined || (cost.baseline === 0 && cost.candidate === 0)) return []
  const isMuchSlower = cost.candidate > slowerFactor * cost.baseline && cost.candidate - cost.baseline > slowerBy
  return [{ class: name, baseline: cost.baseline, candidate: cost.candidate, isMuchSlower }]
}

interface Found {
  readonly seed: number
  readonly one: Case
  readonly lines: readonly [string, string]
}

/** Valid inputs convince more than hostile ones, and short ones shrink faster. */
function simplestFirst(found: readonly Found[]): readonly Found[] {
  const rank = (one: Case): number => (one.class === 'invalid' ? 1e9 : 0) + JSON.stringify(one.args).length
  return found.toSorted((a, b) => rank(a.one) - rank(b.one))
}

async function shrunk({ seed, one, lines }: Found, sides: { readonly baseline: DrivenSide; readonly candidate: DrivenSide; readonly signal: AbortSignal }): Promise<Mismatch> {
  const { baseline, candidate, signal } = sides
  // Repeated calls are there for their cost alone.
  const { times: _, ...single } = one
  const ask = async (args: readonly TaggedJson[]): Promise<readonly [string, string]> => await Promise.all([baseline.ask({ ...single, args }), candidate.ask({ ...single, args })])
  const args = await shrinkMismatch(one.args, async (smaller) => {
    const [before, after] = await ask(smaller)
    return before !== after
  }, { signal })
  const [before, after] = await ask(args)
  // A difference that only the calls before it explain does not come again: the lines seen first are shown.
  const shown = before === after ? { args: one.args, baseline: lines[0], candidate: lines[1] } : { args, baseline: before, candidate: after }
  return { seed, case: one.id, class: one.class, ...shown }
}

function unique(examples: readonly Mismatch[]): readonly Mismatch[] {
  return [...new Map(examples.map((example) => [JSON.stringify(example.args), example])).values()]
}
