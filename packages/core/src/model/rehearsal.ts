import type { RecordedCall } from './call-records.ts'
import type { Recording, RecordedTry } from './recording.ts'
import { noSpending, SpendingBudget, unlimited, type BudgetShortage, type Payer, type Spending, type SpendingLimits } from './spending-budget.ts'

/**
 * A recorded run made again: beside its answers, what it had left to spend. A call that the recorded run had no room for was never made, and leaves nothing in its record; who proposed instead depends on that. So the money is spent once more, on paper.
 */
export class Rehearsal {
  readonly #recording: Recording
  readonly #budget: SpendingBudget
  readonly isLimitedInMoney: boolean

  /** `known`: calls that this replay has made already. */
  constructor(recording: Recording, proposal: SpendingLimits, known: readonly RecordedCall[]) {
    this.#recording = recording
    const run = recording.limits ?? unlimited
    this.isLimitedInMoney = run.nanoUsd !== null || proposal.nanoUsd !== null
    this.#budget = new SpendingBudget({ run, proposal })
    for (const { intended, settled } of known) if (settled.outcome !== 'lost') this.spend(intended, this.try(intended.label, intended.attempt))
  }

  try(label: string, attempt: number): RecordedTry | null {
    return this.#recording.tries(label)[attempt - 1] ?? null
  }

  answer(recorded: RecordedTry, requestDigest: string): ReturnType<Recording['answer']> {
    return this.#recording.answer(recorded, requestDigest)
  }

  /** Why the recorded run could not make a call that would have cost this much; null where it could. */
  shortage(payer: Payer, worst: Spending): BudgetShortage | null {
    const room = this.#budget.reserve(payer, worst)
    if ('limit' in room) return room
    room.settle(noSpending)
    return null
  }

  spend(payer: Payer, recorded: RecordedTry | null): void {
    if (recorded !== null) this.#budget.charge(payer, recorded.settled.charged)
  }
}
