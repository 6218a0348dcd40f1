import type { Variant } from '../archive/archive.ts'
import type { TaskRun } from '../benchmark/task-run.ts'
import type { Evaluation, LaunchPair } from '../evaluation/evaluation.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import { isWhole } from '../evaluation/printed-text.ts'
import type { TaskFailure, TaskRecord, TaskSolution } from '../weakness/task-failure.ts'
import type { RunPorts } from './cycle-ports.ts'
import type { RunState } from './run-state.ts'

/** Evaluations that are read for what the baseline did: each asked it its own choice of tasks. */
const mostEvaluations = 4
/** Variants that are looked through for those. */
const mostVariants = 64

type Side = 'baseline' | 'candidate'

/**
 * What a variant did with the tasks of its own search evaluation; of the baseline, what was observed of it, and what it did beside the first few variants, or before there is any. Only a search's evaluations are read: tasks that
 * are held out are asked in none of them.
 */
export async function taskRecord(ports: Pick<RunPorts, 'index' | 'evaluator'>, state: RunState, variant: Variant, signal: AbortSignal): Promise<TaskRecord> {
  const { index } = ports
  const found = new Map<string, TaskFailure | TaskSolution>()
  const add = async (proposal: ProposalId, side: Side): Promise<void> => {
    const evaluation = await searchEvaluation(index, proposal)
    for (const [task, failure] of evaluation === null ? [] : tasksOf(evaluation, side)) found.set(task, failure)
  }
  if (variant.proposal !== null) await add(variant.proposal, 'candidate')
  else {
    for (const one of state.opportunities ?? []) if (one.kind === 'example') found.set(one.task, one.solved ? { task: one.task, printed: one.printed } : { task: one.task, why: 'tests-failed', calls: 0, nanoUsd: 0, failing: [], tail: one.printed })
    for (const proposal of firstMeasured(state)) await add(proposal, 'baseline')
    if (found.size === 0) for (const run of await examined(ports, state, signal)) found.set(run.task, outcomeOf(run))
  }
  const failures = [...found.values()].filter((one) => 'why' in one)
  const solutions = [...found.values()].filter((one) => 'printed' in one && isWhole(one.printed)) as readonly TaskSolution[]
  return { failures, solved: found.size - failures.length, solutions }
}

function firstMeasured({ archive }: RunState): readonly ProposalId[] {
  const measured: ProposalId[] = []
  for (let at = 1; at < archive.size && at <= mostVariants && measured.length < mostEvaluations; at++) {
    const { tasks, proposal } = archive.at(at)
    if (tasks !== null && proposal !== null) measured.push(proposal)
  }
  return measured
}

async function examined({ evaluator }: Pick<RunPorts, 'evaluator'>, { run, started: { baseline, seed } }: RunState, signal: AbortSignal): Promise<readonly TaskRun[]> {
  return (await evaluator.examineTasks?.({ baseline, occasion: { run, about: null, phase: 'search', seed } }, signal)) ?? []
}

async function searchEvaluation(index: Pick<JournalIndex, 'ofProposal'>, proposal: ProposalId): Promise<Evaluation | null> {
  for await (const event of index.ofProposal(proposal)) if (event.kind === 'evaluation-recorded' && event.body.purpose === 'search') return event.body.evaluation
  return null
}

/** By task. */
function tasksOf({ metrics }: Evaluation, side: Side): ReadonlyMap<string, TaskFailure | TaskSolution> {
  const tasks = new Map<string, TaskFailure | TaskSolution>()
  for (const { unit, pairs, taskRuns } of metrics) {
    if (unit !== 'fraction') continue
    // A command that is told a task's name is known by its exit status and what it printed.
    for (const pair of taskRuns === undefined ? pairs : []) if (pair.task !== undefined && pair[side] !== null) tasks.set(pair.task, pair[side] === 1 ? { task: pair.task, printed: pair.printed?.[side] ?? '' } : failureOfLaunch(pair.task, pair, side))
    for (const run of taskRuns ?? []) if (run.side === side) tasks.set(run.task, outcomeOf(run))
  }
  return tasks
}

function outcomeOf({ task, why, calls, nanoUsd, visibleFailing = [], tail = '' }: TaskRun): TaskFailure | TaskSolution {
  return why === 'solved' ? { task, printed: '' } : { task, why, calls, nanoUsd, failing: visibleFailing, tail }
}

function failureOfLaunch(task: string, { cost, printed }: LaunchPair, side: Side): TaskFailure {
  return { task, why: 'tests-failed', calls: 0, nanoUsd: 0, failing: [], tail: printed !== undefined ? printed[side] : cost === undefined ? '' : `it ran for ${Math.round(cost[side][1])} ms` }
}
