import { printableText } from '../evaluation/printable-text.ts'
import type { OpportunitySource } from '../proposal/opportunity-source.ts'
import type { Opportunity } from '../proposal/proposal.ts'

/** An opportunity with what shows it, in one printable line. */
export interface Sighting {
  readonly opportunity: Opportunity
  readonly evidence: string
}

/** What one source saw. `unavailable`: what it needs is missing, and `detail` says what; `not-applicable`: there is nothing here for it to look at. */
export type Observation =
  | { readonly state: 'observed'; readonly sightings: readonly Sighting[]; readonly detail?: string }
  | { readonly state: 'unavailable' | 'not-applicable'; readonly detail: string }

/**
 * One way of looking at the baseline. Whatever it runs of the target runs in the sandbox under the target's limits; an abort ends it. What it reads there is text that the target may have written: it is checked, bounded,
 * and only ever a hint. Rejects with a Failure where Ratchet or the machine fails.
 */
export interface ObservationSource {
  readonly name: string
  observe(signal: AbortSignal): Promise<Observation>
}

/** Of one source; more helps nobody. */
export const sightingLimit = 200
const evidenceLimit = 300

/** Text of a tool or the target as evidence. */
export function evidenceOf(text: string): string {
  return printableText(text.slice(0, evidenceLimit * 4)).replaceAll(/\s+/g, ' ').trim().slice(0, evidenceLimit).toWellFormed()
}

/** One source as what guides a search: what cannot look sees nothing. */
export function asOpportunitySource(source: ObservationSource): OpportunitySource {
  return {
    observe: async (signal) => {
      const seen = await source.observe(signal)
      return seen.state === 'observed' ? seen.sightings.map(({ opportunity }) => opportunity) : []
    },
  }
}
