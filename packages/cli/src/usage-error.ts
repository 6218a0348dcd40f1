import { Failure } from '@ratchet/core'

export type UsageErrorCode = 'bad-argument' | 'bad-patch' | 'nothing-to-edit' | 'baseline-fails' | 'nothing-to-do'

/** The command line itself is wrong, or asks for what this repository is not ready for. */
export class UsageError extends Failure<UsageErrorCode> {}
