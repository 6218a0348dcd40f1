import os from 'node:os'
import type { OpportunitySource } from '@ratchet/core'
import { knownOpportunities } from '@ratchet/core/cycle/known-opportunities'
import { EarlyObservation } from '@ratchet/core/proposal/early-observation'
import type { OpenJudge } from './compose.ts'
import { opportunitySource } from './compose-opportunities.ts'
import type { OpenTarget } from './compose-target.ts'

/** Begins to look for what takes the time while the baseline is still tested; null where that could not be for an improvement, or would only take turns on one processor. */
export function observeEarly(target: OpenTarget, judge: OpenJudge, signal: AbortSignal): EarlyObservation | null {
  return judge.ports.config.search.goal === 'repair' || judge.ports.config.search.self !== null || os.availableParallelism() < 2 ? null : new EarlyObservation(opportunitiesOf(target, judge, 'improve'), signal)
}

/** What a search is begun with. */
export function opportunitiesOf(target: OpenTarget, judge: OpenJudge, goal: 'improve' | 'repair'): OpportunitySource {
  return knownOpportunities(target.index, judge, opportunitySource(target, judge, goal))
}
