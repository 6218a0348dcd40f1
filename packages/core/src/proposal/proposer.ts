import type { Random } from '../randomness/seeded-random.ts'
import type { ObjectId, Opportunity, Proposal } from './proposal.ts'

/** A file of the parent variant that may be edited. */
export interface SourceFile {
  readonly path: string
  readonly text: string
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
}

/** A proposal before the cycle names it. */
export type ProposalDraft = Pick<Proposal, 'edits' | 'operator' | 'rationale'>

/**
 * Makes one proposal. A pure function of the request: same request, same draft, so that a run can be replayed.
 * Null means: nothing (more) to propose for this parent.
 */
export interface Proposer {
  readonly name: Proposal['proposer']
  propose(request: ProposalRequest, signal: AbortSignal): Promise<ProposalDraft | null>
}
