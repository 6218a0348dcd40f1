import { Failure } from '../failure/failure.ts'

/** Why an answer cannot be given; nothing of it is recorded. */
export type ConsentErrorCode = 'nothing-to-answer' | 'no-reason' | 'no-proof' | 'not-counted' | 'changed-meanwhile' | 'not-confirmed'

export class ConsentError extends Failure<ConsentErrorCode> {}
