import type { EventBodies } from '../journal/event.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import type { Screening } from '../screening/screening.ts'
import { sharesBudget } from './spending-ledger.ts'

type Made = EventBodies['proposal-made']
type DecisionBody = EventBodies['decision-made']

interface Change {
  /** What it is, whatever id somebody gave it. */
  readonly content: string
  trials: number
  /** Whoever has a hand in it, a program has. */
  isProgram: boolean
  isAgent: boolean
}

/**
 * Holds what single judgements may spend against what was recorded before them: trial n of one change is the n-th, under whatever id it is brought, and a change that a program made spends of the one budget, whoever has it
 * judged. Otherwise a journal could give luck a fresh start, or a program a person's promise.
 */
export class TrialCount {
  readonly #contents = new Map<string, Change>()
  readonly #changes = new Map<ProposalId, Change>()
  /** From the first of them on, all changes of programs spend: in older journals only those of agents did. */
  #programsSpend = false

  made({ run, proposal: { id, proposer }, baseline, tree }: Made): void {
    if (run !== null) return
    const content = `${baseline} ${tree}`
    const change = this.#contents.get(content) ?? { content, trials: 0, isProgram: false, isAgent: false }
    change.isProgram ||= sharesBudget(proposer)
    change.isAgent ||= proposer === 'agent'
    this.#contents.set(content, change)
    this.#changes.set(id, change)
  }

  screened({ run, proposal }: EventBodies['proposal-screened']): void {
    const change = this.#changes.get(proposal)
    if (run === null && change !== undefined) change.trials++
  }

  /** What a judgement of one change by itself takes that it is not entitled to; null where nothing. */
  problem({ purpose, proposal, trial, spending, basis }: DecisionBody, screening: Screening | undefined): string | null {
    if (purpose !== 'single') return null
    const change = this.#changes.get(proposal)
    if (change === undefined) return basis === undefined ? null : 'it was judged by itself, and nobody had brought it as a change of its own'
    if (trial !== change.trials && (basis !== undefined || change.isAgent)) return `it counts as trial ${trial} of its change, and is the ${change.trials}.`
    if (spending !== undefined) {
      this.#programsSpend ||= change.isProgram && !change.isAgent
      return null
    }
    const owes = screening?.decision !== 'deny' && (change.isAgent || (change.isProgram && this.#programsSpend && basis !== undefined))
    return owes ? 'a program made it, and it did not spend of the one error budget' : null
  }
}
