import { Failure } from '../failure/failure.ts'

/** Why a constitution cannot be used. Each of them stops every command that could judge or apply. */
export type ConstitutionErrorCode = 'constitution-missing' | 'constitution-invalid' | 'constitution-unsigned' | 'constitution-changed' | 'constitution-other-key' | 'signing-failed'

export class ConstitutionError extends Failure<ConstitutionErrorCode> {}
