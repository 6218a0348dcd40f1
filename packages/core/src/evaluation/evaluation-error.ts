import { Failure } from '../failure/failure.ts'

/** Ratchet could not evaluate at all; nothing is said about the candidate. */
export type EvaluationErrorCode = 'setup-failed' | 'evaluation-aborted' | 'scratch-failed' | 'counter-missing'

export class EvaluationError extends Failure<EvaluationErrorCode> {}
