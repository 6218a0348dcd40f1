import type { OpportunitySurvey, ProposerDocument, SubmissionProblem } from '@ratchet/core'

/** What somebody proposes over MCP. */
export interface SubmittedPatch {
  readonly patch: string
  readonly rationale: string
  readonly parent: string | undefined
}

/** How a proposal stands: `decided` once there is a verdict, `unknown` where neither this server nor the journal knows it. */
export interface ProposalStand {
  readonly id: string
  readonly state: 'queued' | 'judging' | 'decided' | 'cancelled' | 'failed' | 'unknown'
  readonly before: number
  readonly stage: string
  readonly problem: SubmissionProblem | null
  readonly proposal: ProposerDocument | null
}

export type Answer<T> = { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'refused'; readonly problem: SubmissionProblem }

export interface Watch {
  readonly waitMs: number
  readonly onChange: (change: { readonly steps: number; readonly message: string }) => void
}

/**
 * All that a proposer from outside may do. There is no way from here to an approval, to the target's branch, to the configuration, to a key, or to anything that the journal holds beyond what
 * `proposerDocument` lets out: whoever adds a method adds it to what a stranger may do.
 */
export interface ProposerDesk extends AsyncDisposable {
  submit(patch: SubmittedPatch): Promise<Answer<ProposalStand>>
  /** Ends when it is decided, or the time is over; aborting only ends the waiting. */
  verdict(id: string, watch: Watch, signal: AbortSignal): Promise<Answer<ProposalStand>>
  /** Also kills what runs for it. */
  cancel(id: string): Promise<Answer<ProposalStand>>
  list(page: { readonly limit: number; readonly skip: number }): Promise<{ readonly total: number; readonly proposals: readonly ListedProposal[] }>
  show(id: string, options: { readonly diff: boolean }): Promise<Answer<{ readonly proposal: ProposerDocument; readonly diff: CutText | null }>>
  rules(): Promise<object>
  /** Looks once for each HEAD, in the same queue; until then with what runs saw. */
  opportunities(page: { readonly limit: number }, watch: Watch, signal: AbortSignal): Promise<Answer<ObservedHead>>
}

export type ListedProposal = Pick<ProposerDocument, 'id' | 'verdict' | 'proposer' | 'rationale' | 'baseline' | 'parent' | 'applied'> & { readonly reason: string | null }

export interface ObservedHead {
  readonly baseline: string
  readonly state: 'observed' | 'observing' | 'failed'
  readonly problem: SubmissionProblem | null
  readonly sources: OpportunitySurvey['sources']
  readonly opportunities: readonly object[]
}

export interface CutText {
  readonly text: string
  /** Whether something is missing at the end. */
  readonly cut: boolean
}
