import type { CountFacts, CountRound } from '../evaluation/evaluation.ts'
import type { MetricRule } from './decision.ts'

/** Fresh seeds for which both sides are counted, and how often each side is for one of them. */
export const countedSeeds = 3
export const countsPerSeed = 2

/**
 * What the counts of instructions say. `gain`: for every seed at least the smallest useful effect. `better`: fewer, on the median of the seeds. `same` and `worse`:
 * not fewer, and more. `unsteady`: counts of one side do not repeat, so that they say nothing. `missing`: not all of them were taken.
 */
export type CountStance = 'gain' | 'better' | 'same' | 'worse' | 'unsteady' | 'missing'

export interface CountVote {
  readonly stance: CountStance
  /** Natural log of how many times fewer instructions, at its least favourable over seeds and repetitions; 0 where nothing is said. */
  readonly gain: number
}

/** Pure. Every seed is read against the candidate: its largest count is held against the baseline's smallest. */
export function countVote(counts: CountFacts | null | undefined, rule: Pick<MetricRule, 'minimumEffect'>, seeds = countedSeeds): CountVote {
  const rounds = counts?.rounds ?? []
  if (counts === null || counts === undefined || counts.problem !== null || rounds.length < seeds || !rounds.every(isWhole)) return { stance: 'missing', gain: 0 }
  const useful = Math.log1p(rule.minimumEffect)
  const tolerance = Math.max(smallestSpread, useful / 10)
  if (rounds.some((round) => spread(round.baseline) > tolerance || spread(round.candidate) > tolerance)) return { stance: 'unsteady', gain: 0 }
  const gains = rounds.map(({ baseline, candidate }) => Math.log(Math.min(...baseline) / Math.max(...candidate)))
  const gain = Math.min(...gains)
  if (useful > tolerance && gain >= useful) return { stance: 'gain', gain }
  const middle = median(gains)
  if (middle > tolerance) return { stance: 'better', gain }
  return { stance: middle < -3 * tolerance ? 'worse' : 'same', gain }
}

/** Whether a gain in time may stand beside this vote. */
export function agrees({ stance }: CountVote): boolean {
  switch (stance) {
    case 'gain':
    case 'better':
      return true
    case 'same':
    case 'worse':
    case 'unsteady':
    case 'missing':
      return false
  }
}

/** Counts of a deterministic program still differ by a few millionths: addresses are drawn anew for every process. */
const smallestSpread = 1e-4

function isWhole({ baseline, candidate }: CountRound): boolean {
  return [baseline, candidate].every((counts) => counts.length >= countsPerSeed && counts.every((count) => Number.isFinite(count) && count > 0))
}

function spread(counts: readonly number[]): number {
  return Math.log(Math.max(...counts) / Math.min(...counts))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}
