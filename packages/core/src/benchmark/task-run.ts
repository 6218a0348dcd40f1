/**
 * How an agent's attempt at a task ended. `agent-failed`: it did not exit with 0; `time` and `limit`: it was stopped; `changes-refused`: what it left cannot be taken (links, devices, too much); `budget`: it had used up what it was
 * given for one task. All of these are only said of a task that was not solved.
 */
export const taskEndings = ['solved', 'tests-failed', 'no-change', 'agent-failed', 'time', 'limit', 'changes-refused', 'trajectory-incomplete', 'budget'] as const
export type TaskEnding = (typeof taskEndings)[number]

/**
 * What one side did with one task of a suite. Nothing in it comes from hidden tests but how many there were: all of it may be shown to whoever improves the agent.
 */
export interface TaskRun {
  readonly task: string
  readonly side: 'baseline' | 'candidate'
  readonly solved: boolean
  readonly why: TaskEnding
  /** Begins the labels of its calls to models. */
  readonly label: string
  /** Calls that were answered, and what they cost by the price list, in 1e-9 dollars. */
  readonly calls: number
  readonly nanoUsd: number
  /** Of the hidden tests; null where they were not run. */
  readonly tests: { readonly passed: number; readonly failed: number; readonly missing: number } | null
  /** Whether the report of the tests could have been written by what was tested. */
  readonly trust: 'sealed' | 'reported'
  /** Tests that the agent could see and that fail on what it left. */
  readonly visibleFailing?: readonly string[]
  /** The end of the agent's trajectory, printable: what it saw and said itself. */
  readonly tail?: string
}
