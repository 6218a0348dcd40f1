import type { Consent } from '../consent/consent.ts'
import type { Decision } from '../decision/decision.ts'
import type { EventKind, Purpose, RunId } from '../journal/event.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { SelfTest, Tier } from '../sandbox/sandbox.ts'

/** An accepted verdict; or that a change became a commit on a branch. */
export type AttestationKind = 'verdict' | 'application'

/** An event of the journal, which commits to all before it. */
export interface AttestedEvent {
  readonly sequence: number
  readonly kind: EventKind
  readonly at: string
  readonly hash: string
}

/** What was judged, and who proposed it. */
export interface AttestedChange {
  readonly proposal: ProposalId
  readonly proposer: string
  readonly operator: string
  /** Absent where no model was asked. */
  readonly model?: { readonly provider: string; readonly id: string; readonly promptDigest: string }
  readonly run: RunId | null
  readonly baseline: ObjectId
  readonly commit: ObjectId
  readonly tree: ObjectId
  /** People who edited it, or one that it was made from; absent where nobody did. */
  readonly coAuthors?: readonly string[]
}

/** A verdict with digests of the facts that it was made from. */
export interface AttestedJudgement {
  readonly event: AttestedEvent
  readonly purpose: Purpose
  readonly trial: number
  readonly alpha: number
  readonly decision: Decision
  readonly tier: Tier
  readonly selfTest: SelfTest | null
  readonly evaluatorVersion: string | null
  /** Over the commands and the names of all tests that ran. */
  readonly tests: string
  /** Over every figure of every launch. */
  readonly samples: string
  /** Over all that was measured. */
  readonly facts: string
}

export interface AttestedVerdict {
  readonly kind: 'verdict'
  readonly event: AttestedEvent
  readonly change: AttestedChange
  readonly judgement: AttestedJudgement
}

export interface AttestedApplication {
  readonly kind: 'application'
  /** The event that says that the branch has moved. */
  readonly event: AttestedEvent
  /** The one whose verdict it rests on: where the branch had moved, the merged one. */
  readonly change: AttestedChange
  readonly judgement: AttestedJudgement
  readonly application: {
    readonly id: string
    /** The one that was asked for. */
    readonly proposal: ProposalId
    readonly ref: string
    readonly parent: ObjectId
    readonly commit: ObjectId
    readonly tree: ObjectId
    /** Set where a run applied it, and no person asked for that. */
    readonly automatic?: { readonly run: RunId; readonly mode: string }
  }
  /** The answers of people that it rests on. */
  readonly approvals: readonly Consent[]
}

/** All that a statement says, from recorded facts alone. */
export type Attested = AttestedVerdict | AttestedApplication

/** The commit that an attestation is for, and lies on as a note. */
export function attestedCommit(attested: Attested): ObjectId {
  return attested.kind === 'verdict' ? attested.change.commit : attested.application.commit
}
