import { Failure } from '../failure/failure.ts'

/** `judge-differs`: the target holds code that judges it, and what runs here is not what its baseline holds. */
export type InstallationErrorCode = 'judge-differs' | 'installation-unreadable'

export class InstallationError extends Failure<InstallationErrorCode> {}
