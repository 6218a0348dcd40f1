import { Failure } from '../failure/failure.ts'

/** `model-unavailable`: nobody can say whether a task is solved, because its agent's model did not answer; `budget-spent`: nothing is left to ask it with. */
export type BenchmarkErrorCode = 'suite-invalid' | 'unknown-task' | 'repository-missing' | 'model-unavailable' | 'budget-spent'

export class BenchmarkError extends Failure<BenchmarkErrorCode> {}
