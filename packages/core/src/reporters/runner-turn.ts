/** The one runner process that may run in a launch. */
export interface RunnerTurn {
  /** The run that its report will name; null: whichever comes first. */
  readonly run: string | null
  /** How many that look the same come before it. */
  readonly index: number
  /** Scripts that turned out to run no tests: they run in every launch, and have no part in the report. */
  readonly apart: readonly string[]
}

export const firstTurn: RunnerTurn = { run: null, index: 0, apart: [] }
