import { Failure } from '../failure/failure.ts'

export type AttestationErrorCode = 'attestations-unusable'

/** Attestations could not be kept or read; what one of them is worth is never said this way. */
export class AttestationError extends Failure<AttestationErrorCode> {}
