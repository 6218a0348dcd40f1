import { Failure } from '../failure/failure.ts'

/** Why something may not be done now, or not by itself. */
export type AutonomyErrorCode = 'paused' | 'stopped' | 'orders-unreadable' | 'order-unheeded' | 'nothing-to-resume' | 'mode-forbidden'

export class AutonomyError extends Failure<AutonomyErrorCode> {}
