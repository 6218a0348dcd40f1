import { createHash } from 'node:crypto'
import type { Evaluation, LaunchPair } from '../evaluation/evaluation.ts'

/** What a variant did with the tasks of the objectives that are pass rates, as far as they were asked: how many it solved, and how many more of them than the baseline did. */
export interface TaskTally {
  readonly asked: number
  readonly solved: number
  /** Tasks that it alone solved, less those that the baseline alone solved. */
  readonly lead: number
  /** The tasks that it solved, each by a number that follows from its name (see `taskNumber`). */
  readonly solvedTasks?: readonly number[]
}

/** Null where no objective is a pass rate, or no task was asked. A task that a side gave no figure for counts as not solved. */
export function taskTally({ metrics }: Pick<Evaluation, 'metrics'>): TaskTally | null {
  return tallyOf(taskMetrics(metrics).flatMap(({ pairs }) => pairs))
}

/** The same of the tasks that no search sees. */
export function heldOutTally({ metrics }: Pick<Evaluation, 'metrics'>): TaskTally | null {
  return tallyOf(taskMetrics(metrics).flatMap(({ heldOut = [] }) => heldOut))
}

function taskMetrics(metrics: Evaluation['metrics']): Evaluation['metrics'] {
  return metrics.filter(({ role, unit }) => role === 'objective' && unit === 'fraction')
}

function tallyOf(pairs: readonly LaunchPair[]): TaskTally | null {
  if (pairs.length === 0) return null
  const solved = (side: 'baseline' | 'candidate'): number => pairs.filter((pair) => pair[side] === 1).length
  return {
    asked: pairs.length,
    solved: solved('candidate'),
    lead: solved('candidate') - solved('baseline'),
    solvedTasks: pairs.flatMap(({ task, candidate }) => (task === undefined || candidate !== 1 ? [] : [taskNumber(task)])),
  }
}

/** 31 bits, so that a column of numbers holds it. Two tasks of one number would count as one in the choice of parents, and nowhere else. */
export function taskNumber(task: string): number {
  return createHash('sha256').update(task).digest().readUInt32BE(0) >>> 1
}

/** Tasks that tell nothing, added to those that were asked. */
const doubt = 5

/**
 * The share of the asked tasks that a variant solves beyond the baseline, drawn towards none as if five more tasks had told nothing: one lucky task is no lead. A ratio of solved tasks would be infinite against a baseline that solves none, so that every
 * child of such a root would look alike; tasks come in random order, so that shares compare also where one variant was asked fewer of them.
 */
export function taskLead({ asked, lead }: TaskTally): number {
  return lead / (asked + doubt)
}
