import type { RunId } from '../journal/event.ts'
import type { ProposalId } from '../proposal/proposal.ts'

/** One thing that may be reached: the model gateway, or a tool by its name (lower case words with hyphens). */
export type Scope = 'model' | `tool:${string}`

/** What may be used up before a token is worth nothing. */
export interface Budget {
  readonly requests: number
  /** Of all requests' bodies together. */
  readonly bytesIn: number
  /** Of all answers' bodies together. */
  readonly bytesOut: number
  /** What may be spent on models. The door hands it on; who holds the key counts it. */
  readonly usd?: number
}

/** What somebody may reach, for how long and how much of it. */
export interface Terms {
  readonly run: RunId | null
  readonly proposal: ProposalId | null
  readonly scopes: readonly Scope[]
  readonly budget: Budget
  readonly lifetimeMs: number
  /** What for, in words of who grants it, for the record. */
  readonly to?: string
}

/** Terms that a token stands for. Holds nothing that opens anything, and may be recorded. */
export interface Grant extends Terms {
  readonly id: string
  /** SHA-256 of its token, in hexadecimal digits. */
  readonly token: string
  /** The only door that its token opens. */
  readonly door: string
  /** ISO 8601. */
  readonly grantedAt: string
  readonly expiresAt: string
}

/** Why a request was not let through. Outside it is known exactly; inside it only looks like one of three. */
export type Denial = 'no-token' | 'unknown-token' | 'other-door' | 'expired' | 'revoked' | 'wrong-scope' | 'budget-spent'

export type Admission = { readonly kind: 'admitted'; readonly grant: Grant } | { readonly kind: 'denied'; readonly why: Denial; readonly grant: Grant | null }

const scopePattern = /^(?:model|tool:[a-z0-9]+(?:-[a-z0-9]+)*)$/

export function isScope(text: string): text is Scope {
  return text.length <= 100 && scopePattern.test(text)
}
