import type { JournalIndex } from '../journal/journal-index.ts'
import type { RunId } from '../journal/event.ts'
import type { OpportunitySource } from '../proposal/opportunity-source.ts'
import type { ObjectId } from '../proposal/proposal.ts'

/**
 * What an earlier run observed on the same baseline under the same configuration, or else what `source` observes now. A profile is sampled in time and
 * never the same twice; with one observation for both, two runs with one seed make the same proposals.
 */
export function knownOpportunities(index: JournalIndex, of: { readonly baseline: ObjectId; readonly configDigest: string }, source: OpportunitySource): OpportunitySource {
  return {
    observe: async (signal) => {
      const runs = new Set<RunId>()
      for await (const event of index.ofKinds(['run-started', 'opportunities-observed'])) {
        if (event.kind === 'run-started' && event.body.baseline === of.baseline && event.body.configDigest === of.configDigest) runs.add(event.body.run)
        // An observation that saw nothing may only have failed: it is worth another try.
        if (event.kind === 'opportunities-observed' && runs.has(event.body.run) && event.body.opportunities.length > 0) return event.body.opportunities
      }
      return source.observe(signal)
    },
  }
}
