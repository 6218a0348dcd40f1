import { Failure } from '@ratchet/core'

export type UsageErrorCode = 'bad-argument' | 'not-yet'

/** The command line itself is wrong. */
export class UsageError extends Failure<UsageErrorCode> {}
