import type { Variant } from '../archive/archive.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import type { SearchHistory, TrajectoryStep } from '../proposal/search-history.ts'
import type { RunState } from './run-state.ts'

/** Steps of a line that are told of, from its end. */
const mostSteps = 6

/** What a run knows, for a proposer that reads. Costs a handful of look-ups, however long the run is. */
export async function searchHistory(index: Pick<JournalIndex, 'ofProposal'>, state: RunState, parent: Variant): Promise<SearchHistory> {
  const best = state.archive.best()
  const lineage = await trajectory(index, state, parent)
  return { lineage, best: best.index === parent.index ? lineage : await trajectory(index, state, best), attempts: state.attempts }
}

async function trajectory(index: Pick<JournalIndex, 'ofProposal'>, { archive }: RunState, end: Variant): Promise<readonly TrajectoryStep[]> {
  const steps: TrajectoryStep[] = []
  for (let at: number | null = end.index; at !== null && steps.length < mostSteps; at = archive.parentOf(at)) {
    const { proposal, gain } = archive.at(at)
    if (proposal !== null) steps.unshift({ rationale: await rationaleOf(index, proposal), ratio: gain === null || !Number.isFinite(gain.estimate) ? null : Math.exp(gain.estimate) })
  }
  return steps
}

async function rationaleOf(index: Pick<JournalIndex, 'ofProposal'>, id: ProposalId): Promise<string> {
  for await (const event of index.ofProposal(id)) if (event.kind === 'proposal-made') return event.body.proposal.rationale
  return ''
}
