import { Failure } from '../failure/failure.ts'

export type SignatureErrorCode = 'signing-failed' | 'signers-unreadable' | 'no-signing-key'

/** Nothing could be signed or checked; what a signature is worth is never said this way. */
export class SignatureError extends Failure<SignatureErrorCode> {}
