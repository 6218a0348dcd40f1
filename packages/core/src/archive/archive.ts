import type { Decision } from '../decision/decision.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { TaskTally } from './task-tally.ts'

/** What strategies compare variants by. */
export interface Traits {
  /** Index in order of entry; the root is 0. */
  readonly index: number
  readonly parent: number | null
  /** The variant whose edits were merged into the parent's. Lineage, depth and children go by the parent alone: it is what the edits apply to. */
  readonly mate: number | null
  /** `asked`: accepted by its facts, and screening asks a person about it; only in a run that follows such changes, elsewhere it is `approval-required`. */
  readonly verdict: Decision['verdict'] | 'root' | 'asked'
  /** Objective effect against the baseline: natural log of the ratio, mean over objectives; 0 for the root. Null when never measured. */
  readonly gain: { readonly estimate: number; readonly low: number } | null
  /** What to compare by: the gain's estimate, or of a pass rate its lead (see `taskLead`); what was never measured counts as good as the baseline, 0. */
  readonly estimate: number
  /** Natural log of each objective's ratio, by the name of the metric in alphabetical order; empty when never measured and for the root. */
  readonly scores: readonly number[]
  /** What it did with tasks; null where the objectives have none, and for the root. */
  readonly tasks: TaskTally | null
  readonly children: number
  /** Proposals between the baseline and this one. */
  readonly depth: number
  /** Characters that all those proposals took away and put in. */
  readonly size: number
  /** What made it out of its parent, one after the other, and the file that it changed first; empty for the root. */
  readonly operators: readonly string[]
  readonly path: string
}

/** A node of the archive. The root is the baseline (`proposal` null). */
export interface Variant extends Traits {
  readonly commit: ObjectId
  readonly proposal: ProposalId | null
}

/** Read view of the archive; every method is O(1) or O(log n). */
export interface Archive {
  readonly size: number
  at(index: number): Variant
  /** The same without its digests, as a view that reads what it is asked for and whose `children` go on counting: for who reads a million. */
  traits(index: number): Traits
  /** Of its traits the one that leads on, for who climbs. */
  parentOf(index: number): number | null
  /** Number of variants that passed every correctness gate, and the k-th of them (entry order). */
  readonly viableSize: number
  viable(k: number): Variant
  /** Accepted variant with the highest lower bound of gain, the earliest of equals; the root when none is proven better. */
  best(): Variant
  /** Asked-about variant whose lower bound of gain is the highest, and higher than that of `best`; null when there is none. */
  bestAsked(): Variant | null
}

/** Whether a variant may have children: rejected ones, and those whose evidence only a person may believe, stay for the record. */
export function isViable({ verdict, gain }: Pick<Traits, 'verdict' | 'gain'>): boolean {
  switch (verdict) {
    case 'root':
    case 'accepted':
    case 'asked':
      return true
    case 'inconclusive':
      // Without any figure the trouble was the baseline's, which leaves the gates open.
      return gain !== null
    case 'rejected':
    case 'approval-required':
      return false
  }
}
