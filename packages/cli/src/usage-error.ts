import { Failure } from '@ratchet/core/failure/failure'

export type UsageErrorCode = 'bad-argument' | 'bad-patch' | 'nothing-to-edit' | 'baseline-fails' | 'nothing-to-do' | 'no-editor' | 'editor-failed'

/** The command line itself is wrong, or asks for what this repository is not ready for. */
export class UsageError extends Failure<UsageErrorCode> {}
