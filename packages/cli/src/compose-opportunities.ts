import type { OpportunitySource } from '@ratchet/core'
import { asOpportunitySource } from '@ratchet/core/opportunity/observation'
import { createCommandProfileSource } from '@ratchet/core/adapters/command-profile/command-profile-source'
import { createExampleRunSource, isAsked } from '@ratchet/core/adapters/example-runs/example-run-source'
import { createCoverageOpportunitySource } from '@ratchet/core/adapters/test-coverage/coverage-opportunity-source'
import type { OpenJudge } from './compose.ts'
import type { OpenTarget } from './compose-target.ts'

/** What a run looks at before it begins: what failing tests run through; or what takes the time, and what becomes of the examples of a pass rate. */
export function opportunitySource({ workspace }: OpenTarget, judge: OpenJudge, goal: 'improve' | 'repair'): OpportunitySource {
  const { config, scope } = judge.ports
  const options = { sandbox: judge.sandbox, slots: judge.slots, scratch: workspace.scratch, config, mounts: judge.mounts, baseline: judge.baseline, isProtected: (file: string) => scope.isProtected(file) }
  if (goal === 'repair') {
    return {
      observe: async (signal) => {
        const { isRepairable } = await import('@ratchet/core/adapters/repair-proposer/repair-proposer')
        const editable = (await workspace.revisions.entries(judge.baseline)).filter((entry) => entry.mode.startsWith('100') && scope.isEditable(entry.path) && isRepairable(entry.path)).map((entry) => entry.path)
        return createCoverageOpportunitySource({ ...options, editable }).observe(signal)
      },
    }
  }
  // An agent learns from the tasks that it fails at.
  if (config.search.self !== null) return { observe: async () => [] }
  // A search does not pay tens of times its benchmark for a look: `ratchet opportunities` does.
  const profile = asOpportunitySource(createCommandProfileSource({ ...options, native: false }))
  if (!Object.values(config.metrics).some(isAsked)) return profile
  const examples = asOpportunitySource(createExampleRunSource({ ...options, revisions: workspace.revisions }))
  return { observe: async (signal) => [...(await examples.observe(signal)), ...(await profile.observe(signal))] }
}
