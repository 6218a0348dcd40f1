import { createHash } from 'node:crypto'
import type { RunId } from '../journal/event.ts'
import { canonicalJson } from '../journal/canonical-json.ts'
import type { CountedUsage } from './count-tokens.ts'
import type { ModelErrorCode } from './model-error.ts'
import type { ModelPrice } from './model-price.ts'
import type { ModelReply, ModelRequest } from './model-request.ts'
import type { Allowance, Spending, SpendingLimits } from './spending-budget.ts'

/** First 16 hex digits of the SHA-256 over run and label: the same call has the same name, whether or not the run was interrupted before it. */
export type CallId = string

export const callPurposes = ['propose', 'repair', 'judge', 'agent', 'check'] as const
/** What a call is for: a proposal, another try at a reply that could not be read, the judgement of a rule, an agent's own traffic, a look whether the model answers. */
export type CallPurpose = (typeof callPurposes)[number]

/** Which model, as the journal names it. */
export interface NamedModel {
  /** Under `models.use` in the configuration. */
  readonly name: string
  readonly provider: string
  /** As the provider calls it. */
  readonly id: string
}

/** Before a call: what may be spent on it, whatever comes back. */
export interface IntendedCall {
  readonly run: RunId | null
  readonly call: CallId
  /** From 1. Each one that may have cost something has an intent and an outcome of its own. */
  readonly attempt: number
  readonly purpose: CallPurpose
  /** Unique within a run: what the call is, in words of who asks, for instance `step 12`. */
  readonly label: string
  /** What the limits of one proposal are counted by. */
  readonly about: string | null
  /** Where whoever asked may spend no more than this, over all of its calls. */
  readonly granted?: Allowance
  /** Id of the grant under which it was asked, where it came through a door; absent in older journals. */
  readonly capability?: string
  readonly model: NamedModel
  /** SHA-256 of the model and the request, redacted, as canonical JSON. */
  readonly requestDigest: string
  readonly reserved: Spending
  readonly price: ModelPrice
  /** Of the run, or of the command where there is none. */
  readonly limits: SpendingLimits
  /** Answered from a recording: nothing is sent, and nothing is spent. */
  readonly replayed?: true
}

/**
 * Why the charge is what it is: the usage that the reply states; all that was reserved, because nothing believable is known; nothing, because the provider refused or was never reached; or what the reply states, which is more than was
 * reserved: then the model is asked nothing more in that run.
 */
export type ChargeBasis = 'usage' | 'reserved' | 'nothing' | 'stated'

/** After a call. */
export interface SettledCall {
  readonly run: RunId | null
  readonly call: CallId
  readonly attempt: number
  /** `lost`: Ratchet ended before an outcome was written. */
  readonly outcome: 'answered' | 'failed' | 'lost'
  readonly code: ModelErrorCode | null
  /** How it failed, in one line without secrets; absent where it did not, and in older journals. */
  readonly detail?: string
  readonly usage: CountedUsage | null
  readonly charged: Spending
  readonly basis: ChargeBasis
  /** SHA-256 of the transcript, which is its name; null where there is no reply. */
  readonly transcript: string | null
  readonly wallMs: number
  /** It failed when part of the reply had been told to whoever asked, as it came: then there is no other try. */
  readonly shown?: true
}

export interface Transcript {
  readonly version: 1
  readonly call: CallId
  readonly label: string
  readonly model: NamedModel
  readonly request: ModelRequest
  readonly reply: ModelReply
  readonly usage: CountedUsage | null
}

export function callId(run: RunId | null, label: string): CallId {
  return createHash('sha256').update(JSON.stringify([run, label])).digest('hex').slice(0, 16)
}

export function requestDigest(model: NamedModel, request: ModelRequest): string {
  return createHash('sha256').update(canonicalJson({ model: { provider: model.provider, id: model.id }, request })).digest('hex')
}
