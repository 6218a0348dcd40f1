import type { MetricRule } from './decision.ts'

/** Evidence against a winner of four in five at which a measurement ends; it bounds how often one is given up by mistake: once in so many. */
const oddsAgainst: Readonly<Record<MetricRule['patience'], number>> = { hasty: 3, eager: 12, patient: Number.POSITIVE_INFINITY }

/**
 * Whether so many wins and losses speak against a candidate that wins four times in five: the likelihood ratio of a fair coin against such a one, an e-value against the latter (Ville 1939), so that it
 * may be looked at after every launch.
 */
export function isHopeless(wins: number, losses: number, patience: MetricRule['patience']): boolean {
  return (0.5 / 0.8) ** wins * (0.5 / 0.2) ** losses >= oddsAgainst[patience]
}
