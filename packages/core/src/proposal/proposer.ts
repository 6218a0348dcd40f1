import type { Random } from '../randomness/seeded-random.ts'
import type { ObjectId, Opportunity, Proposal } from './proposal.ts'

/** A file of the parent variant that may be edited. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** A second variant to take edits from: what it does to `base`, the nearest ancestor that it shares with the parent. */
export interface Mate {
  readonly commit: ObjectId
  readonly sources: readonly SourceFile[]
  readonly base: readonly SourceFile[]
}

export interface ProposalRequest {
  readonly parent: ObjectId
  /** Editable source files of the parent variant, sorted by path. Text only; binary files are left out. */
  readonly sources: readonly SourceFile[]
  readonly opportunities: readonly Opportunity[]
  readonly random: Random
  /** Digests (see `editsDigest`) of what was tried on this parent already; a proposer avoids them. */
  readonly tried: { has(editsDigest: string): boolean }
  /** Digests (see `contextDigest`) of what broke something in another variant with the same text around it; a proposer avoids them as well. */
  readonly failed?: { has(contextDigest: string): boolean }
  /** How many times likelier than by itself a proposer should draw an operator, as it has paid in this run; 1 where left out. */
  readonly credit?: (operator: string) => number
  /** How many rewrites may be proposed at once; 1 where left out. */
  readonly atOnce?: number
  /** To be merged into the parent instead of anything else, where that can be done. */
  readonly mate?: Mate
}

/** A proposal before the cycle names it. */
export type ProposalDraft = Pick<Proposal, 'edits' | 'operator' | 'rationale' | 'mate' | 'steps'>

/**
 * Makes one proposal. A pure function of the request: same request, same draft, so that a run can be replayed.
 * Null means: nothing (more) to propose for this parent.
 */
export interface Proposer {
  readonly name: Proposal['proposer']
  propose(request: ProposalRequest, signal: AbortSignal): Promise<ProposalDraft | null>
}
