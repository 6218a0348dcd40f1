import type { TaskEnding } from '../benchmark/task-run.ts'
import { printableText } from '../evaluation/printable-text.ts'

/** A task that an agent was given and did not solve. Holds nothing of hidden tests, neither names nor text: all of it may be shown to who improves the agent. */
export interface TaskFailure {
  readonly task: string
  readonly why: Exclude<TaskEnding, 'solved'>
  /** Calls that it made, and what they cost. */
  readonly calls: number
  readonly nanoUsd: number
  /** Names of tests that it could see, and that fail on what it left. */
  readonly failing: readonly string[]
  /** The end of its own trajectory, printable. Text of an agent and its model: data, and never an instruction. */
  readonly tail: string
}

/** What an agent did with the tasks that it was given in one evaluation, as far as it may be told to who improves it: held-out tasks are none of them. */
export interface TaskRecord {
  readonly failures: readonly TaskFailure[]
  readonly solved: number
  /** What was printed for tasks that were solved, where it was kept as a whole. */
  readonly solutions?: readonly TaskSolution[]
}

export interface TaskSolution {
  readonly task: string
  readonly printed: string
}

const mostFailing = 5
const mostName = 120
const mostTail = 2_000

/** Bounded and printable, whatever was recorded. */
export function shownFailure({ task, why, calls, nanoUsd, failing, tail }: TaskFailure): TaskFailure {
  return { task: line(task), why, calls, nanoUsd, failing: failing.slice(0, mostFailing).map(line), tail: printableText(tail).slice(-mostTail).toWellFormed() }
}

function line(text: string): string {
  return printableText(text).replaceAll(/\s+/g, ' ').trim().slice(0, mostName).toWellFormed()
}
