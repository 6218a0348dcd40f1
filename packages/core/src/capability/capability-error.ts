import { Failure } from '../failure/failure.ts'

export type CapabilityErrorCode = 'bad-terms' | 'door-failed'

export class CapabilityError extends Failure<CapabilityErrorCode> {}
