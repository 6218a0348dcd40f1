import type { Opportunity } from './proposal.ts'

/** Finds what is worth improving in the baseline. Its answer only guides the search and is never evidence. */
export interface OpportunitySource {
  /** Empty when nothing can be told, for instance because the metric's command is not a Node program. */
  observe(signal: AbortSignal): Promise<readonly Opportunity[]>
}
