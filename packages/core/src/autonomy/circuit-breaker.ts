/** How often things may go wrong before nothing is applied automatically, and for how long. All times in ms. */
export interface BreakerRules {
  /** Failures within `window` that open it. */
  readonly failures: number
  readonly window: number
  /** How long it stays open the first time; twice as long each time that it opens again before it was closed, at most `longest`. */
  readonly cooldown: number
  readonly longest: number
}

/** What the breaker sees of a journal. `grave`: opens it at once. Times never go back; see `AutonomyFold`. */
export interface BreakerSignal {
  readonly kind: 'failure' | 'grave' | 'automatic'
  readonly at: number
}

export type BreakerStanding =
  | { readonly state: 'closed'; readonly failures: number }
  /** Nothing is applied automatically until then. */
  | { readonly state: 'open'; readonly until: number }
  /** One change may be applied automatically, to see whether all is well again. */
  | { readonly state: 'half-open' }
  /** It was, and until then nothing else is. */
  | { readonly state: 'probing'; readonly until: number }

/**
 * Closed, open, half-open, probing (Nygard, Release It!, 2007). A probe has passed when nothing went wrong for as long as the breaker had been open; then all is forgotten. A failure opens it again, for twice as long.
 * Fed in the order of the journal.
 */
export class CircuitBreaker {
  readonly #rules: BreakerRules
  #failures: readonly number[] = []
  /** How often it opened since it was closed last. */
  #trips = 0
  #openedAt: number | null = null
  #probedAt: number | null = null

  constructor(rules: BreakerRules) {
    this.#rules = rules
  }

  /** Whether this signal opened it. */
  add({ kind, at }: BreakerSignal): boolean {
    this.#advance(at)
    if (kind === 'automatic') {
      if (this.at(at).state === 'half-open') this.#probedAt = at
      return false
    }
    const { failures, window } = this.#rules
    if (this.#openedAt === null) {
      this.#failures = [...this.#failures.filter((time) => time > at - window), at]
      if (kind === 'failure' && this.#failures.length < failures) return false
      this.#trips = 1
    } else if (this.at(at).state !== 'open') this.#trips += 1
    // While it is open it only begins to wait anew.
    else {
      this.#openedAt = at
      return false
    }
    this.#openedAt = at
    this.#probedAt = null
    return true
  }

  at(now: number): BreakerStanding {
    if (this.#openedAt === null) return { state: 'closed', failures: this.#failures.filter((time) => time > now - this.#rules.window).length }
    const until = this.#openedAt + this.#wait
    if (now < until) return { state: 'open', until }
    if (this.#probedAt === null) return { state: 'half-open' }
    const passed = this.#probedAt + this.#wait
    return now < passed ? { state: 'probing', until: passed } : { state: 'closed', failures: 0 }
  }

  get #wait(): number {
    const { cooldown, longest } = this.#rules
    return Math.min(Math.max(longest, cooldown), cooldown * 2 ** Math.min(this.#trips - 1, 40))
  }

  #advance(now: number): void {
    if (this.#probedAt === null || this.at(now).state !== 'closed') return
    this.#failures = []
    this.#trips = 0
    this.#openedAt = null
    this.#probedAt = null
  }
}

/** Where a breaker by these rules stands after some signals. Pure. */
export function breakerAt(signals: readonly BreakerSignal[], rules: BreakerRules, now: number): BreakerStanding {
  const breaker = new CircuitBreaker(rules)
  for (const signal of signals) breaker.add(signal)
  return breaker.at(now)
}
