import type { Variant } from '../archive/archive.ts'
import type { Evaluation, LaunchPair } from '../evaluation/evaluation.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import type { TaskFailure, TaskRecord } from '../weakness/task-failure.ts'
import type { RunState } from './run-state.ts'

/** Evaluations that are read for what the baseline did: each asked it its own choice of tasks. */
const mostEvaluations = 4
/** Variants that are looked through for those. */
const mostVariants = 64

type Side = 'baseline' | 'candidate'

/**
 * What a variant did with the tasks of its own search evaluation; of the baseline, what it did beside the first few variants. Only a search's evaluations are read: tasks that are held out are asked in none of them.
 */
export async function taskRecord(index: Pick<JournalIndex, 'ofProposal'>, { archive }: RunState, variant: Variant): Promise<TaskRecord> {
  const found = new Map<string, TaskFailure | null>()
  const add = async (proposal: ProposalId, side: Side): Promise<void> => {
    const evaluation = await searchEvaluation(index, proposal)
    for (const [task, failure] of evaluation === null ? [] : tasksOf(evaluation, side)) found.set(task, failure)
  }
  if (variant.proposal !== null) await add(variant.proposal, 'candidate')
  else {
    let read = 0
    for (let at = 1; at < archive.size && at <= mostVariants && read < mostEvaluations; at++) {
      const { tasks, proposal } = archive.at(at)
      if (tasks === null || proposal === null) continue
      read++
      await add(proposal, 'baseline')
    }
  }
  const failures = [...found.values()].filter((failure) => failure !== null)
  return { failures, solved: found.size - failures.length }
}

async function searchEvaluation(index: Pick<JournalIndex, 'ofProposal'>, proposal: ProposalId): Promise<Evaluation | null> {
  for await (const event of index.ofProposal(proposal)) if (event.kind === 'evaluation-recorded' && event.body.purpose === 'search') return event.body.evaluation
  return null
}

/** By task; null for one that was solved. */
function tasksOf({ metrics }: Evaluation, side: Side): ReadonlyMap<string, TaskFailure | null> {
  const tasks = new Map<string, TaskFailure | null>()
  for (const { unit, pairs } of metrics) {
    if (unit !== 'fraction') continue
    for (const pair of pairs) if (pair.task !== undefined && pair[side] !== null) tasks.set(pair.task, pair[side] === 1 ? null : failureOf(pair.task, pair, side))
  }
  return tasks
}

function failureOf(task: string, { cost }: LaunchPair, side: Side): TaskFailure {
  return { task, why: 'tests-failed', calls: 0, nanoUsd: 0, failing: [], tail: cost === undefined ? '' : `it ran for ${Math.round(cost[side][1])} ms` }
}
