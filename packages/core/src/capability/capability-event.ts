import type { RunId } from '../journal/event.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import type { Budget, Grant, Scope } from './grant.ts'

/** Somebody may reach something from here on. Names the token by its digest: nothing that is written down opens anything. */
export interface GrantedCapability {
  /** Id of the grant, never used again. */
  readonly capability: string
  /** SHA-256 of the token. */
  readonly token: string
  readonly run: RunId | null
  readonly proposal: ProposalId | null
  /** What for, in words of who granted it: what it makes of calls and the like begins with it. Null where nobody said. */
  readonly to: string | null
  readonly scopes: readonly Scope[]
  readonly budget: Budget
  /** ISO 8601, by the clock of who granted it. */
  readonly expiresAt: string
}

/** What was let through under a grant. Bytes are those of bodies. */
export interface UsedCapability {
  readonly requests: number
  readonly bytesIn: number
  readonly bytesOut: number
}

/** From here on it is worth nothing. */
export interface EndedCapability {
  readonly capability: string
  readonly run: RunId | null
  /** `lost`: Ratchet ended before it took the token back, and with it the door to which the token belonged. */
  readonly outcome: 'revoked' | 'lost'
  /** Null where nobody knows any more. */
  readonly used: UsedCapability | null
}

export function grantedCapability({ id, token, run, proposal, to, scopes, budget, expiresAt }: Grant): GrantedCapability {
  return { capability: id, token, run, proposal, to: to ?? null, scopes, budget, expiresAt }
}
