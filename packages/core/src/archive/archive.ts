import type { Decision } from '../decision/decision.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'

/** A node of the archive. The root is the baseline (`proposal` null). */
export interface Variant {
  readonly commit: ObjectId
  /** Index in order of entry; the root is 0. */
  readonly index: number
  readonly parent: number | null
  readonly proposal: ProposalId | null
  readonly verdict: Decision['verdict'] | 'root'
  /** Objective effect against the baseline: natural log of the ratio, mean over objectives; 0 for the root. Null when never measured. */
  readonly gain: { readonly estimate: number; readonly low: number } | null
  readonly children: number
}

/** Read view of the archive; every method is O(1) or O(log n). */
export interface Archive {
  readonly size: number
  at(index: number): Variant
  /** Number of variants that passed every correctness gate, and the k-th of them (entry order). */
  readonly viableSize: number
  viable(k: number): Variant
  /** Accepted variant with the highest lower bound of gain, the earliest of equals; the root when none is proven better. */
  best(): Variant
}
