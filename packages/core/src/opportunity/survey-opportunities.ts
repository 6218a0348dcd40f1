import { Failure } from '../failure/failure.ts'
import { rankSightings, type RankedOpportunity } from './rank-sightings.ts'
import { sightingLimit, type Observation, type ObservationSource, type Sighting } from './observation.ts'

/** What became of one source; `found` counts what it saw. */
export interface SourceOutcome {
  readonly source: string
  readonly state: Observation['state'] | 'failed'
  readonly found: number
  readonly detail: string
}

export interface OpportunitySurvey {
  readonly sources: readonly SourceOutcome[]
  readonly opportunities: readonly RankedOpportunity[]
}

export interface SurveyLimits {
  /** For each source. Milliseconds. */
  readonly sourceMs: number
  readonly opportunities: number
}

/**
 * Asks every source, one after the other, since two at once would disturb what they measure. None can keep the others from being heard: not by failing, not by taking long, not by having much to say; and none that could not
 * look is passed over in silence.
 */
export async function surveyOpportunities(sources: readonly ObservationSource[], limits: SurveyLimits, signal: AbortSignal): Promise<OpportunitySurvey> {
  const outcomes: SourceOutcome[] = []
  const sightings: (Sighting & { readonly source: string })[] = []
  for (const { name, observe } of sources) {
    const seen = await observed(observe, limits.sourceMs, signal)
    signal.throwIfAborted()
    const all = seen.state === 'observed' ? seen.sightings : []
    const kept = all.slice(0, sightingLimit)
    sightings.push(...kept.map((sighting) => ({ ...sighting, source: name })))
    const cut = all.length > kept.length ? `only the first ${kept.length} of ${all.length} are kept` : ''
    outcomes.push({ source: name, state: seen.state, found: kept.length, detail: [seen.detail ?? '', cut].filter((text) => text !== '').join('; ') })
  }
  return { sources: outcomes, opportunities: rankSightings(sightings, limits.opportunities) }
}

async function observed(observe: ObservationSource['observe'], sourceMs: number, signal: AbortSignal): Promise<Observation | { readonly state: 'failed'; readonly detail: string }> {
  const inTime = AbortSignal.timeout(sourceMs)
  try {
    const seen = await observe(AbortSignal.any([signal, inTime]))
    // What a launch had said before it was ended may be half of something.
    return inTime.aborted ? tooLong(sourceMs) : seen
  } catch (error) {
    if (inTime.aborted) return tooLong(sourceMs)
    if (error instanceof Failure) return { state: 'failed', detail: error.remedy === undefined ? error.message : `${error.message} (${error.remedy})` }
    throw error
  }
}

function tooLong(sourceMs: number): { readonly state: 'failed'; readonly detail: string } {
  return { state: 'failed', detail: `it took longer than ${Math.round(sourceMs / 1000)} s` }
}
