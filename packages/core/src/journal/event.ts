import type { Automatic } from '../autonomy/automatic.ts'
import type { Order } from '../autonomy/order.ts'
import type { RunMode } from '../autonomy/run-mode.ts'
import type { EndedCapability, GrantedCapability } from '../capability/capability-event.ts'
import type { PolicyBasis } from '../constitution/decide-policy.ts'
import type { Consent } from '../consent/consent.ts'
import type { Authors } from '../consent/edit-statement.ts'
import type { Gates } from '../decision/decide.ts'
import type { Decision, MetricRule, Reason } from '../decision/decision.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { SandboxSign } from '../evaluation/sandbox-signs.ts'
import type { IntendedCall, SettledCall } from '../model/model-call.ts'
import type { SpendingLimits } from '../model/spending-budget.ts'
import type { ObjectId, Opportunity, Proposal, ProposalId } from '../proposal/proposal.ts'
import type { ProposalRefusal } from '../proposal/proposer.ts'
import type { IntendedSearch, SettledSearch } from '../research/research-event.ts'
import type { Screening } from '../screening/screening.ts'

export type RunId = string

/** Why something was measured. Only `search` results enter the archive; only `confirm` and `single` ones are reported as evidence. */
export type Purpose = 'search' | 'minimise' | 'confirm' | 'revalidate' | 'single'

/** All that a verdict depends on besides its facts and the screening. */
export interface DecisionBasis {
  /** Of the rules themselves; see `decisionRevision`. */
  readonly revision: number
  readonly rules: Readonly<Record<string, MetricRule>>
  readonly gates: Gates
  /** The constitution's part; absent where there is none, or the judgement offers nothing. */
  readonly policy?: PolicyBasis
}

/** Body of every event kind. Adding a kind or an optional field keeps `schemaVersion`; anything else raises it. */
export interface EventBodies {
  'run-started': {
    readonly run: RunId
    readonly seed: number
    readonly configDigest: string
    readonly baseline: ObjectId
    readonly strategy: string
    readonly proposer: string
    readonly evaluations: number
    /** Wall-clock budget in ms, or null. */
    readonly wallMs: number | null
    readonly tier: string
    /** Digest of the judges; absent in older journals. */
    readonly evaluatorVersion?: string
    /** Without it: improve. */
    readonly goal?: 'improve' | 'repair'
    /** How many proposals may be open at a time; without it, one. */
    readonly lookahead?: number
    /** What models may cost in all; absent where the run asks none. */
    readonly modelBudget?: SpendingLimits
    /** Models are answered for from a recording. */
    readonly replayed?: true
    /** The recorded run that it makes again; absent in older journals. */
    readonly recording?: RunId
    /** Who applies what it finds; without it, a person. */
    readonly mode?: RunMode
    /** Changes that screening asks a person about may be parents, and are confirmed and offered. Absent in older journals, and where that is switched off. */
    readonly followsAsked?: true
    /** Screening is told who made the steps that a change comes from, where a rule asks for that, and what is cut names what from. Absent in older journals. */
    readonly tellsAuthors?: true
    /** The branch that HEAD named when it began: what the run applies goes there and nowhere else. Null: it named none. Absent in older journals, and where a person applies. */
    readonly ref?: string | null
  }
  'opportunities-observed': { readonly run: RunId; readonly opportunities: readonly Opportunity[] }
  'proposal-made': {
    readonly run: RunId | null
    readonly step: number
    readonly proposal: Proposal
    /** Commit and tree of the candidate. */
    readonly commit: ObjectId
    readonly tree: ObjectId
    readonly baseline: ObjectId
    /** Digest of the edits relative to the parent; see `editsDigest`. */
    readonly editsDigest: string
    /** Digest of the edits with the text around them; see `contextDigest`. Absent in older journals. */
    readonly contextDigest?: string
    /** The commit of which this is a part, or the whole as one step: made while settling. Absent for all others, and in older journals. */
    readonly cutFrom?: ObjectId
  }
  'step-skipped': { readonly run: RunId; readonly step: number; readonly parent: ObjectId; readonly editsDigest: string | null; readonly reason: 'duplicate' | 'exhausted' | 'refused'; readonly refusal?: ProposalRefusal; readonly model?: Proposal['model'] }
  'proposal-screened': { readonly run: RunId | null; readonly proposal: ProposalId; readonly screening: Screening }
  'evaluation-recorded': {
    readonly run: RunId | null
    readonly proposal: ProposalId
    readonly purpose: Purpose
    /** Distinguishes several evaluations of one purpose, for instance minimisation trials. */
    readonly trial: number
    readonly evaluation: Evaluation
  }
  'decision-made': {
    readonly run: RunId | null
    readonly proposal: ProposalId
    readonly purpose: Purpose
    readonly trial: number
    readonly alpha: number
    readonly decision: Decision
    /** Absent where nothing was measured, and in older journals. */
    readonly basis?: DecisionBasis
    /** What its facts show of attempts to get more out of the sandbox; absent where they show none, and in older journals. */
    readonly signs?: readonly SandboxSign[]
    /** Set when an acceptance is an offer: what of the budget was spent before, over the life of the journal. `alpha` follows from it. */
    readonly spending?: { readonly tests: number; readonly offers: number; readonly rate: number }
  }
  'run-finished': {
    readonly run: RunId
    readonly winner: ProposalId | null
    /** Proven as well, and better as far as the search can tell; but a person is asked about it, and not about the winner. Absent where there is none. */
    readonly beside?: ProposalId
    readonly reason: 'budget' | 'time' | 'exhausted' | 'once' | 'repaired'
  }
  /** A person's answer to a verdict that asks for one; see weigh-consents.ts for what it is worth. */
  'consent-given': Consent
  /** Who had a hand in a change: told with every judgement of an edited one, and of what it was merged into. */
  'authors-named': Authors
  /** What a person told the whole target; see standing-orders.ts. */
  'order-given': Order
  /** A supervised run asks people about its winner, and waits until `deadline` (ISO 8601). */
  'approval-requested': { readonly run: RunId; readonly proposal: ProposalId; readonly deadline: string }
  /** A run that might have applied its winner by itself has left it to a person, and why. */
  'automation-ended': { readonly run: RunId; readonly proposal: ProposalId; readonly outcome: 'lapsed' | 'refused' | 'halted'; readonly reasons: readonly Reason[] }
  /** What became of telling somebody; never to whom beyond the host, nor what. */
  'notification-settled': {
    readonly notification: string
    /** Kind of what was told, and the event that it was about. */
    readonly about: string
    readonly sequence: number
    readonly host: string
    readonly outcome: 'delivered' | 'failed'
    readonly attempts: number
    /** Of the last answer; null where there was none. */
    readonly status: number | null
  }
  /** A key that signs checkpoints of the journal from here on. */
  'key-introduced': {
    /** Public, in the form of signed notes; its name is the origin of the log. */
    readonly key: string
    /** A note about it that the key before it signed; null for the first, and where the one before was lost. */
    readonly endorsement: string | null
  }
  /** Written before a model is asked. */
  'model-call-intended': IntendedCall
  /** What became of it; an intent without one counts as spent. */
  'model-call-settled': SettledCall
  /** Written before a launch has its token. */
  'capability-granted': GrantedCapability
  /** Its token is worth nothing any more; see verify-capabilities.ts. */
  'capability-ended': EndedCapability
  /** Written before anything is searched for outside of the repository. */
  'research-intended': IntendedSearch
  /** What was found, as it stands in prompts from then on. */
  'research-settled': SettledSearch
  'application-intended': {
    readonly application: string
    readonly proposal: ProposalId
    readonly ref: string
    readonly expected: ObjectId | null
    readonly commit: ObjectId
    /** Digests of the consents that it rests on; absent where it needed none. */
    readonly consents?: readonly string[]
    /** The merged change whose verdict it rests on, and the tree of the commit; absent where the branch had not moved, and in older journals. */
    readonly judged?: ProposalId
    readonly tree?: ObjectId
    /** Set where a run applied it, and no person asked for that; see verify-automation.ts. */
    readonly automatic?: Automatic
  }
  'application-settled': { readonly application: string; readonly proposal: ProposalId; readonly outcome: 'applied' | 'abandoned' }
  'reversion-intended': {
    readonly application: string
    readonly proposal: ProposalId
    readonly ref: string
    readonly expected: ObjectId
    readonly commit: ObjectId
    /** Why, in somebody's words; absent where nobody said. */
    readonly reason?: string
  }
  'reversion-settled': { readonly application: string; readonly proposal: ProposalId; readonly outcome: 'reverted' | 'abandoned' }
  /** From here on what these runs and single changes left in the repository is given up, but for what is protected (see RetentionFold): the journal keeps every fact about it. */
  'prune-intended': {
    readonly prune: string
    /** Only what nothing was recorded of since. ISO 8601. */
    readonly before: string
    /** Runs that were interrupted as well: they cannot be resumed any more. */
    readonly interrupted: boolean
    readonly runs: readonly RunId[]
    readonly proposals: readonly ProposalId[]
  }
  /** `interrupted`: killed half-way; the next prune removes what is left. */
  'prune-settled': { readonly prune: string; readonly outcome: 'done' | 'interrupted'; readonly refs: number; readonly files: number; readonly bytes: number }
  /** An attestation is about to be written. What it says follows from the journal, so that whoever is killed writes the same one again. */
  'attestation-intended': {
    /** Digest of the envelope; see `envelopeDigest`. */
    readonly attestation: string
    readonly proposal: ProposalId
    /** The event that it is about. */
    readonly about: number
    /** The commit that it is for. */
    readonly commit: ObjectId
    /** The key that signs it, as `key-introduced` names it. */
    readonly key: string
  }
  /** It lies where it belongs, as a file and as a note. */
  'attestation-settled': { readonly attestation: string; readonly proposal: ProposalId; readonly about: number }
}

export type EventKind = keyof EventBodies

/** An event before the journal gives it a place. */
export type NewEvent = { readonly [K in EventKind]: { readonly kind: K; readonly body: EventBodies[K] } }[EventKind]

export const schemaVersion = 1

/** `hash` = SHA-256 over everything else, `previous` (the hash before) included; see hash-chain.ts. */
export type JournalEvent = NewEvent & {
  readonly sequence: number
  readonly schemaVersion: number
  /** ISO 8601, from the injected clock. */
  readonly at: string
  readonly previous: string
  readonly hash: string
}
