import { Failure } from '../failure/failure.ts'

/** A request that the cycle cannot carry out; every code names what the user can do about it in `remedy`. */
export type CycleErrorCode =
  | 'unknown-run'
  | 'run-finished'
  | 'run-mismatch'
  | 'unknown-proposal'
  | 'ambiguous-proposal'
  | 'not-offered'
  | 'epoch-changed'
  | 'not-applied'
  | 'already-applied'
  | 'several-branches'
  | 'pruned'
  | 'nothing-to-judge'

export class CycleError extends Failure<CycleErrorCode> {}
