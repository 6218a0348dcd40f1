import type { Opportunity } from '../proposal/proposal.ts'
import type { Sighting } from './observation.ts'

/** What is worth improving, in the order in which to look at it. */
export interface RankedOpportunity extends Sighting {
  /** 1 is the first. */
  readonly rank: number
  /** In (0, 1]; comparable across kinds. */
  readonly score: number
  readonly source: string
}

/** What is broken comes before what is slow, and that before what somebody only wrote down. */
const priors: Readonly<Record<Opportunity['kind'], number>> = { 'failing-test': 1, 'failing-command': 0.95, 'hot-function': 0.9, 'example': 0.85, 'type-error': 0.8, 'slow-test': 0.5, 'coverage-gap': 0.4, 'lint': 0.3, 'todo': 0.2 }
/** The least of a kind still counts this much of it. */
const floor = 0.2
/** What nobody tests counts more where the time goes. */
const hotGap = 1.5

/** The same sightings give the same order, whichever source was asked first. */
export function rankSightings(sightings: readonly (Sighting & { readonly source: string })[], limit: number): readonly RankedOpportunity[] {
  const hot = new Set(sightings.flatMap(({ opportunity }) => (opportunity.kind === 'hot-function' ? [opportunity.path] : [])))
  const scored = sightings.map((sighting) => ({ ...sighting, score: scoreOf(sighting.opportunity, hot) }))
  return scored
    .toSorted((a, b) => b.score - a.score || compare(placeOf(a), placeOf(b)))
    .slice(0, limit)
    .map((sighting, index) => ({ rank: index + 1, ...sighting }))
}

function scoreOf(opportunity: Opportunity, hot: ReadonlySet<string>): number {
  const weight = Math.min(1, Math.max(0, opportunity.weight))
  const boost = opportunity.kind === 'coverage-gap' && hot.has(opportunity.path) ? hotGap : 1
  return Number(Math.min(1, priors[opportunity.kind] * (floor + (1 - floor) * weight) * boost).toFixed(4))
}

function placeOf({ opportunity: { kind, path, line }, evidence }: Sighting): string {
  return [path, String(line ?? 0).padStart(9, '0'), kind, evidence].join('\0')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
