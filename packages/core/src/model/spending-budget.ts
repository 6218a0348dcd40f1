import type { NanoUsd } from './money.ts'

/** Null: no limit. */
export interface SpendingLimits {
  readonly nanoUsd: NanoUsd | null
  readonly tokens: number | null
  readonly calls: number | null
}

export const unlimited: SpendingLimits = { nanoUsd: null, tokens: null, calls: null }

export interface Spending {
  readonly nanoUsd: NanoUsd
  readonly tokens: number
  readonly calls: number
}

export const noSpending: Spending = { nanoUsd: 0, tokens: 0, calls: 0 }

export function addSpending(a: Spending, b: Spending): Spending {
  return { nanoUsd: a.nanoUsd + b.nanoUsd, tokens: a.tokens + b.tokens, calls: a.calls + b.calls }
}

/** What one holder of a grant may spend in all, whichever calls it spends it on. */
export interface Allowance {
  /** Unique within the run. */
  readonly to: string
  readonly limits: SpendingLimits
}

/** Who a call is paid for, besides the run. */
export interface Payer {
  readonly about: string | null
  readonly granted?: Allowance | undefined
}

export type BudgetShortage = { readonly scope: 'run' | 'proposal' | 'grant'; readonly limit: keyof SpendingLimits; readonly left: number; readonly needed: number }

/** Room that is kept for one call until it is known what it cost. */
export interface Reservation {
  /** Once; `charged` is never more than what was kept. */
  settle(charged: Spending): void
}

/**
 * What may be spent, for a run, for each proposal in it, and for each grant. Room is taken before a call and given back after it, in one step that nothing comes between: however many ask at once, what was spent and what may still be
 * spent together never pass a limit.
 */
export class SpendingBudget {
  readonly #limits: { readonly run: SpendingLimits; readonly proposal: SpendingLimits }
  #run = noSpending
  readonly #proposals = new Map<string, Spending>()
  readonly #grants = new Map<string, Spending>()

  constructor(limits: { readonly run: SpendingLimits; readonly proposal: SpendingLimits }) {
    this.#limits = limits
  }

  /** What was spent before, or is kept. */
  get held(): Spending {
    return this.#run
  }

  /** Without asking whether there is room: it is spent already. */
  charge(payer: Payer, amount: Spending): void {
    this.#add(payer, amount)
  }

  reserve(payer: Payer, most: Spending): Reservation | BudgetShortage {
    const short = this.#shortage(payer, most)
    if (short !== null) return short
    this.#add(payer, most)
    let open = true
    return {
      settle: (charged) => {
        if (!open) throw new TypeError('settled twice')
        if (charged.nanoUsd > most.nanoUsd || charged.tokens > most.tokens || charged.calls > most.calls) throw new TypeError('more was charged than was kept')
        open = false
        this.#add(payer, { nanoUsd: charged.nanoUsd - most.nanoUsd, tokens: charged.tokens - most.tokens, calls: charged.calls - most.calls })
      },
    }
  }

  #shortage({ about, granted }: Payer, most: Spending): BudgetShortage | null {
    const ofRun = shortage('run', this.#limits.run, this.#run, most)
    const ofProposal = about === null ? null : shortage('proposal', this.#limits.proposal, this.#proposals.get(about) ?? noSpending, most)
    return ofRun ?? ofProposal ?? (granted === undefined ? null : shortage('grant', granted.limits, this.#grants.get(granted.to) ?? noSpending, most))
  }

  #add({ about, granted }: Payer, amount: Spending): void {
    this.#run = addSpending(this.#run, amount)
    if (about !== null) this.#proposals.set(about, addSpending(this.#proposals.get(about) ?? noSpending, amount))
    if (granted !== undefined) this.#grants.set(granted.to, addSpending(this.#grants.get(granted.to) ?? noSpending, amount))
  }
}

function shortage(scope: BudgetShortage['scope'], limits: SpendingLimits, held: Spending, most: Spending): BudgetShortage | null {
  for (const limit of ['nanoUsd', 'tokens', 'calls'] as const) {
    const cap = limits[limit]
    if (cap !== null && held[limit] + most[limit] > cap) return { scope, limit, left: Math.max(0, cap - held[limit]), needed: most[limit] }
  }
  return null
}
