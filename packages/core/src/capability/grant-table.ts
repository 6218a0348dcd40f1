import { createHash, timingSafeEqual } from 'node:crypto'
import { CapabilityError } from './capability-error.ts'
import type { UsedCapability } from './capability-event.ts'
import { isScope, type Admission, type Budget, type Denial, type Grant, type Scope, type Terms } from './grant.ts'

export interface GrantTableParts {
  readonly clock: () => Date
  /** In ms; never goes back, whatever is done to the clock. */
  readonly monotonic: () => number
  /** Cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array
}

interface Entry {
  readonly grant: Grant
  /** SHA-256 of the token. The token itself is nowhere. */
  readonly digest: Buffer
  readonly endsAt: number
  readonly left: { requests: number; bytesIn: number; bytesOut: number }
  isRevoked: boolean
}

/** Whatever runs longer asks again. */
const longestLifetimeMs = 3_600_000
/** Ended grants are known for a while, so that whoever watches learns why one did not count. */
const endedKept = 200
const longestToken = 200

/**
 * Who may reach what. A token is 256 random bits; only its digest is kept. Everything is looked at with every use: what was revoked a moment ago opens nothing.
 */
export class GrantTable {
  readonly #parts: GrantTableParts
  readonly #entries: Entry[] = []

  constructor(parts: GrantTableParts) {
    this.#parts = parts
  }

  /** `token` is for whoever may use it, and for nothing else: it must not be recorded, printed, or put into a command line. Fails with `bad-terms`. */
  issue(terms: Terms, door: string): { readonly token: string; readonly grant: Grant } {
    checkTerms(terms)
    const { clock, monotonic, random } = this.#parts
    const token = `ratchet_${Buffer.from(random(32)).toString('base64url')}`
    const now = clock()
    const digest = digestOf(token)
    const grant: Grant = { ...terms, token: digest.toString('hex'), id: Buffer.from(random(8)).toString('hex'), door, grantedAt: now.toISOString(), expiresAt: new Date(now.getTime() + terms.lifetimeMs).toISOString() }
    const { requests, bytesIn, bytesOut } = terms.budget
    this.#entries.push({ grant, digest, endsAt: monotonic() + terms.lifetimeMs, left: { requests, bytesIn, bytesOut }, isRevoked: false })
    this.#forget()
    return { token, grant }
  }

  /** Lets one request through, which counts at once. `token` is what somebody presented, whatever that is. */
  admit(token: string | null, { door, scope }: { readonly door: string; readonly scope: Scope }): Admission {
    if (token === null || token.length > longestToken) return { kind: 'denied', why: token === null ? 'no-token' : 'unknown-token', grant: null }
    const entry = this.#find(digestOf(token))
    if (entry === null) return { kind: 'denied', why: 'unknown-token', grant: null }
    const why = this.#denial(entry, { door, scope })
    if (why !== null) return { kind: 'denied', why, grant: entry.grant }
    entry.left.requests--
    return { kind: 'admitted', grant: entry.grant }
  }

  /** Takes bytes off a budget; false: there was less, or the grant has ended meanwhile. */
  spend(id: string, what: 'bytesIn' | 'bytesOut', bytes: number): boolean {
    const entry = this.#entries.find(({ grant }) => grant.id === id)
    if (entry === undefined || this.#hasEnded(entry) || entry.left[what] < bytes) return false
    entry.left[what] -= bytes
    return true
  }

  /** What was let through so far. */
  used(id: string): UsedCapability {
    const entry = this.#entries.find(({ grant }) => grant.id === id)
    if (entry === undefined) return { requests: 0, bytesIn: 0, bytesOut: 0 }
    const { left, grant: { budget } } = entry
    return { requests: budget.requests - left.requests, bytesIn: budget.bytesIn - left.bytesIn, bytesOut: budget.bytesOut - left.bytesOut }
  }

  revoke(id: string): void {
    const entry = this.#entries.find(({ grant }) => grant.id === id)
    if (entry !== undefined) entry.isRevoked = true
  }

  /** All of them are compared, and each in constant time: how long it takes says nothing about any. */
  #find(digest: Buffer): Entry | null {
    let found: Entry | null = null
    for (const entry of this.#entries) if (timingSafeEqual(entry.digest, digest)) found = entry
    return found
  }

  #denial(entry: Entry, { door, scope }: { readonly door: string; readonly scope: Scope }): Denial | null {
    if (entry.grant.door !== door) return 'other-door'
    if (entry.isRevoked) return 'revoked'
    if (this.#hasEnded(entry)) return 'expired'
    if (!entry.grant.scopes.includes(scope)) return 'wrong-scope'
    return entry.left.requests < 1 ? 'budget-spent' : null
  }

  /** By whichever clock comes first: one stands still while the machine sleeps, the other can be set. */
  #hasEnded({ grant, endsAt, isRevoked }: Entry): boolean {
    const { clock, monotonic } = this.#parts
    const now = clock().getTime()
    return isRevoked || monotonic() >= endsAt || now >= Date.parse(grant.expiresAt)
  }

  #forget(): void {
    for (let at = 0; this.#entries.length > endedKept && at < this.#entries.length; ) {
      const entry = this.#entries[at]
      if (entry !== undefined && this.#hasEnded(entry)) this.#entries.splice(at, 1)
      else at++
    }
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function checkTerms({ scopes, budget, lifetimeMs }: Terms): void {
  const problem = scopes.length === 0 || !scopes.every(isScope) ? 'the scopes are not model or tool:NAME' : amountProblem(budget, lifetimeMs)
  if (problem !== null) throw new CapabilityError('bad-terms', `nothing can be granted like this: ${problem}`)
}

function amountProblem({ requests, bytesIn, bytesOut, usd = 0 }: Budget, lifetimeMs: number): string | null {
  if (![requests, bytesIn, bytesOut].every((amount) => Number.isSafeInteger(amount) && amount >= 0) || !(usd >= 0)) return 'a budget is a number of 0 or more'
  return lifetimeMs > 0 && lifetimeMs <= longestLifetimeMs ? null : `a lifetime is more than 0 and at most ${longestLifetimeMs} ms`
}
