import type { Traits } from './archive.ts'
import type { Learner } from './learner.ts'
import { noticeableGain } from './relative-gain.ts'

/** What the proposals of one operator, or of all of them, have cost and brought. */
interface Account {
  cost: number
  gain: number
}

/** In evaluations: a change that fails its tests or before is done with long before the many launches that measuring takes. By what was reached, not by the clock: one seed must lead to one run. */
const costs = { measured: 1, failed: 0.3 } as const
/** A single discovery must not drown everything else, in natural logs. */
const largestGain = 1.5
/** Evaluations' worth of belief that an operator is like all the others, and how much all together bring at first. */
const belief = 3
const firstYield = { cost: 5, gain: 0.25 } as const
/** What an old proposal of an operator counts beside its next one: what pays changes as the search goes on. */
const fading = 0.9
/** Nobody starves, and nobody takes it all. */
const [least, most] = [0.25, 4]

/**
 * How many times likelier an operator should be drawn than by itself: its gain per cost, drawn towards that of all operators together, in proportion to theirs. Gain is what a proposal improved on its parent. Each
 * operator's chance stays above zero and the draw is by chance, so each is tried again. O(1) for a variant that enters and for an answer.
 */
export class OperatorCredit implements Learner {
  readonly #accounts = new Map<string, Account>()
  readonly #all: Account = { ...firstYield }

  enter(variant: Traits, improvement: number | null): void {
    // Merging is no operator that is drawn: what it brings was found before.
    if (variant.parent === null || variant.mate !== null) return
    const cost = improvement === null ? costs.failed : costs.measured
    const gain = improvement === null || improvement < noticeableGain ? 0 : Math.min(largestGain, improvement)
    const { operators } = variant
    for (const operator of operators) {
      let account = this.#accounts.get(operator)
      if (account === undefined) this.#accounts.set(operator, (account = { cost: 0, gain: 0 }))
      account.cost = fading * account.cost + cost / operators.length
      account.gain = fading * account.gain + gain / operators.length
    }
    this.#all.cost += cost
    this.#all.gain += gain
  }

  of(operator: string): number {
    const account = this.#accounts.get(operator)
    if (account === undefined) return 1
    const usual = this.#all.gain / this.#all.cost
    return Math.max(least, Math.min(most, (account.gain + belief * usual) / ((account.cost + belief) * usual)))
  }
}
