import { onlineLevel } from '../decision/alpha-spending.ts'
import type { EventBodies, JournalEvent } from '../journal/event.ts'
import { spends, type JournalIndex } from '../journal/journal-index.ts'
import type { ProposerName } from '../proposal/proposal.ts'

/** What the error budget of a target has been spent on: judgements whose acceptance is an offer, and how many of them were accepted. */
export interface Ledger {
  readonly tests: number
  readonly offers: number
}

export const emptyLedger: Ledger = { tests: 0, offers: 0 }

export function afterDecision(ledger: Ledger, body: EventBodies['decision-made']): Ledger {
  if (!spends(body)) return ledger
  return { tests: ledger.tests + 1, offers: ledger.offers + (body.decision.verdict === 'accepted' ? 1 : 0) }
}

/**
 * Over the whole life of the journal, whatever run, baseline or configuration: who starts a new run does not get a new budget. The newest decision that spent says what was spent before it (`verify` holds that against
 * the whole journal); only older journals, in which none says so, are read to their beginning.
 */
export async function readLedger(index: Pick<JournalIndex, 'spending'>): Promise<Ledger> {
  let since = emptyLedger
  for await (const event of index.spending()) {
    if (event.kind !== 'decision-made') continue
    since = afterDecision(since, event.body)
    const { spending } = event.body
    if (spending !== undefined) return { tests: spending.tests + since.tests, offers: spending.offers + since.offers }
  }
  return since
}

/** The level of the next judgement that may offer something, and what the journal must hold so that anybody can compute it again. */
export function nextSpending(ledger: Ledger, rate: number): { readonly alpha: number; readonly spending: NonNullable<EventBodies['decision-made']['spending']> } {
  return { alpha: onlineLevel(rate, ledger), spending: { ...ledger, rate } }
}

/** Whose changes share the one budget when they are judged by themselves: whatever makes as many as it likes. A person's has a promise of its own. */
export function sharesBudget(proposer: ProposerName): boolean {
  return proposer !== 'human'
}

/** Whether a recorded judgement spent what it was entitled to by everything before it; null when it did, or need not say. Confirmations by figures say so ever since rules are recorded. */
export function spendingProblem(ledger: Ledger, event: Extract<JournalEvent, { kind: 'decision-made' }>): string | null {
  const { spending, alpha, purpose, basis } = event.body
  if (spending === undefined) return purpose === 'confirm' && basis !== undefined && Object.keys(basis.rules).length > 0 ? 'it is a confirmation, and did not spend of the error budget' : null
  if (spending.tests !== ledger.tests || spending.offers !== ledger.offers) return `it counts ${spending.tests} earlier judgements and ${spending.offers} offers, the journal ${ledger.tests} and ${ledger.offers}`
  return alpha === onlineLevel(spending.rate, ledger) ? null : `it spends ${alpha} of an entitlement of ${onlineLevel(spending.rate, ledger)}`
}
