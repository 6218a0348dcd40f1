import { canonicalJson } from '../journal/canonical-json.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { Screening } from '../screening/screening.ts'
import { concludeFacts, decisionRevision } from './judge-change.ts'
import { afterDecision, emptyLedger, spendingProblem, type Ledger } from './spending-ledger.ts'

/** How many verdicts were computed again from their facts, and how many hold too little for it: made by another revision of the rules, or before rules were recorded. */
export interface DecisionCount {
  readonly recomputed: number
  readonly unrecorded: number
}

export type DecisionVerification = { readonly ok: true; readonly decisions: DecisionCount } | { readonly ok: false; readonly brokenAt: number; readonly problem: 'decision' | 'spending'; readonly detail: string }

/**
 * Decides everything again that the journal has facts for, and spends the error budget again. A journal whose links hold may still hold a verdict that nobody's facts
 * support, or a level that nobody was entitled to.
 */
export async function verifyDecisions(events: AsyncIterable<JournalEvent>): Promise<DecisionVerification> {
  const evaluations = new Map<string, Evaluation>()
  const screenings = new Map<string, Screening>()
  let ledger: Ledger = emptyLedger
  let [recomputed, unrecorded] = [0, 0]
  for await (const event of events) {
    switch (event.kind) {
      case 'proposal-screened':
        screenings.set(event.body.proposal, event.body.screening)
        break
      case 'evaluation-recorded':
        evaluations.set(trialKey(event.body), event.body.evaluation)
        break
      case 'decision-made': {
        const problem = spendingProblem(ledger, event)
        if (problem !== null) return { ok: false, brokenAt: event.sequence, problem: 'spending', detail: `proposal ${event.body.proposal}: ${problem}` }
        ledger = afterDecision(ledger, event.body)
        const evaluation = evaluations.get(trialKey(event.body))
        evaluations.delete(trialKey(event.body))
        const detail = recompute(event, evaluation, screenings.get(event.body.proposal))
        if (detail === null) unrecorded++
        else if (detail === '') recomputed++
        else return { ok: false, brokenAt: event.sequence, problem: 'decision', detail: `proposal ${event.body.proposal}: ${detail}` }
        break
      }
      case 'run-started':
      case 'opportunities-observed':
      case 'proposal-made':
      case 'step-skipped':
      case 'run-finished':
      case 'consent-given':
      case 'application-intended':
      case 'application-settled':
      case 'reversion-intended':
      case 'reversion-settled':
        break
    }
  }
  return { ok: true, decisions: { recomputed, unrecorded } }
}

/** Empty: the same verdict came out. Null: nothing to compute it from. Otherwise what differs. */
function recompute({ body }: Extract<JournalEvent, { kind: 'decision-made' }>, evaluation: Evaluation | undefined, screening: Screening | undefined): string | null {
  const { basis, alpha, decision } = body
  if (basis === undefined || basis.revision !== decisionRevision || evaluation === undefined || screening === undefined) return null
  const odd = Object.entries(basis.rules).find(([, rule]) => rule.alpha !== alpha)
  if (odd !== undefined) return `metric ${odd[0]} was judged at ${odd[1].alpha}, not at ${alpha}`
  const again = concludeFacts(evaluation, basis, screening)
  if (canonicalJson(again) === canonicalJson(decision)) return ''
  return again.verdict === decision.verdict ? `${decision.verdict} for other reasons or figures than its facts give` : `${decision.verdict}, but its facts give ${again.verdict}`
}

function trialKey(body: { readonly proposal: string; readonly purpose: string; readonly trial: number }): string {
  return `${body.proposal} ${body.purpose} ${body.trial}`
}
