import { canonicalJson } from '../journal/canonical-json.ts'
import type { JournalEvent } from '../journal/event.ts'
import { offersByItself } from '../journal/journal-index.ts'
import { answersProblem } from '../constitution/answer-again.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import { mayPass } from '../decision/decision.ts'
import { sandboxSigns } from '../evaluation/sandbox-signs.ts'
import { editsDigest } from '../proposal/edits-digest.ts'
import type { Screening } from '../screening/screening.ts'
import { AwaitedScreenings } from './awaited-screenings.ts'
import { concludeFacts, decisionRevision } from './judge-change.ts'
import { afterDecision, emptyLedger, spendingProblem, type Ledger } from './spending-ledger.ts'
import { TrialCount } from './trial-count.ts'
import { LineageCheck } from './verify-lineage.ts'

/** How many verdicts were computed again from their facts, and how many hold too little for it: made by another revision of the rules, or before rules were recorded. */
export interface DecisionCount {
  readonly recomputed: number
  readonly unrecorded: number
}

export type WrongDecision = { readonly ok: false; readonly brokenAt: number; readonly problem: 'decision' | 'spending'; readonly detail: string }
export type DecisionVerification = { readonly ok: true; readonly decisions: DecisionCount } | WrongDecision

/**
 * Decides everything again that the journal has facts for, spends the error budget again, and holds parents and offers against the verdicts. A journal whose links hold may still hold a verdict that nobody's facts
 * support, or a level that nobody was entitled to.
 */
export async function verifyDecisions(events: AsyncIterable<JournalEvent>): Promise<DecisionVerification> {
  const check = new DecisionCheck()
  for await (const event of events) {
    const wrong = check.add(event)
    if (wrong !== null) return wrong
  }
  return { ok: true, decisions: check.count }
}

/** What a proposal of a run does is named by its content, whole files included: another content under the same name is another proposal. */
function digestProblem({ body: { run, proposal, editsDigest: recorded }, sequence }: Extract<JournalEvent, { readonly kind: 'proposal-made' }>): WrongDecision | null {
  if (run === null || proposal.files === undefined || recorded === editsDigest(proposal.parent, proposal.edits, proposal.files)) return null
  return { ok: false, brokenAt: sequence, problem: 'decision', detail: `proposal ${proposal.id}: what it changes is not what its digest names` }
}

type DecisionMade = Extract<JournalEvent, { readonly kind: 'decision-made' }>

/** `verifyDecisions`, event by event. */
export class DecisionCheck {
  readonly #evaluations = new Map<string, Evaluation>()
  readonly #screenings = new AwaitedScreenings()
  readonly #trials = new TrialCount()
  readonly #lineage = new LineageCheck()
  #ledger: Ledger = emptyLedger
  /** From the first decision on that names signs of its sandbox, all must that have some. */
  #namesSigns = false
  /** The newest rules that anything was decided by so far. */
  #revision = 0
  #count: DecisionCount = { recomputed: 0, unrecorded: 0 }

  get count(): DecisionCount {
    return this.#count
  }

  /** What is wrong with the event, or null. After the first wrong one the ledger follows what was recorded, so only the first counts. */
  add(event: JournalEvent): WrongDecision | null {
    const wrong = this.#decides(event)
    const detail = this.#lineage.add(event)
    return wrong ?? (detail === null ? null : { ok: false, brokenAt: event.sequence, problem: 'decision', detail })
  }

  #decides(event: JournalEvent): WrongDecision | null {
    switch (event.kind) {
      case 'proposal-screened':
        this.#screenings.add(event.body)
        this.#trials.screened(event.body)
        return null
      case 'proposal-made':
        this.#trials.made(event.body)
        return digestProblem(event)
      case 'run-finished':
        this.#screenings.finished(event.body.run)
        return null
      case 'evaluation-recorded':
        this.#evaluations.set(trialKey(event.body), event.body.evaluation)
        return null
      case 'decision-made':
        return this.#decision(event)
      case 'run-started':
      case 'opportunities-observed':
      case 'step-skipped':
      case 'consent-given':
      case 'authors-named':
      case 'order-given':
      case 'approval-requested':
      case 'automation-ended':
      case 'notification-settled':
      case 'key-introduced':
      case 'model-call-intended':
      case 'model-call-settled':
      case 'capability-granted':
      case 'capability-ended':
      case 'research-intended':
      case 'research-settled':
      case 'prune-intended':
      case 'prune-settled':
      case 'attestation-intended':
      case 'attestation-settled':
      case 'application-intended':
      case 'application-settled':
      case 'reversion-intended':
      case 'reversion-settled':
        return null
    }
  }

  #decision(event: Extract<JournalEvent, { readonly kind: 'decision-made' }>): WrongDecision | null {
    const { body, sequence } = event
    const wrong = (problem: WrongDecision['problem'], detail: string): WrongDecision => ({ ok: false, brokenAt: sequence, problem, detail: `proposal ${body.proposal}: ${detail}` })
    const screening = this.#screenings.of(body)
    this.#screenings.decided(body)
    const overspent = spendingProblem(this.#ledger, event) ?? this.#trials.problem(body, screening)
    if (overspent !== null) return wrong('spending', overspent)
    this.#ledger = afterDecision(this.#ledger, body)
    const evaluation = this.#evaluations.get(trialKey(body))
    this.#evaluations.delete(trialKey(body))
    const evaded = unmeasured(body, { evaluation, screening }) ?? this.#evaded(event, evaluation, screening) ?? this.#unsaid(body, evaluation)
    if (evaded !== null) return wrong('decision', evaded)
    const detail = recompute(event, evaluation, screening)
    const { recomputed, unrecorded } = this.#count
    this.#count = detail === null ? { recomputed, unrecorded: unrecorded + 1 } : { recomputed: recomputed + 1, unrecorded }
    return detail === null || detail === '' ? null : wrong('decision', detail)
  }

  /** What alerts are made of must be neither made up nor kept quiet. */
  #unsaid({ signs }: DecisionMade['body'], evaluation: Evaluation | undefined): string | null {
    this.#namesSigns ||= signs !== undefined
    if (!this.#namesSigns) return null
    const shown = evaluation === undefined ? [] : sandboxSigns(evaluation)
    return canonicalJson(shown) === canonicalJson(signs ?? []) ? null : `its facts show ${shown.join(', ') || 'nothing'} of its sandbox, and it says ${(signs ?? []).join(', ') || 'nothing'}`
  }

  /** Whoever takes out what a verdict could be made again from must not be believed for it. */
  #evaded({ body }: DecisionMade, evaluation: Evaluation | undefined, screening: Screening | undefined): string | null {
    const { basis } = body
    if (evaluation !== undefined && (basis?.revision ?? 0) < this.#revision) return 'it says that it was made by older rules than a decision before it'
    this.#revision = Math.max(this.#revision, basis?.revision ?? 0)
    if (basis === undefined || screening === undefined) return null
    if (basis.policy === undefined) return screening.policy !== undefined && (offersByItself(body) || body.spending !== undefined) ? 'it was made without the constitution by which the change was screened' : null
    return basis.revision === decisionRevision ? answersProblem(basis.policy, screening) : null
  }
}

/** What is denied was never run, and what was never run, or never screened, passes nowhere. */
function unmeasured({ decision }: DecisionMade['body'], { evaluation, screening }: { readonly evaluation: Evaluation | undefined; readonly screening: Screening | undefined }): string | null {
  if (evaluation === undefined) return mayPass(decision) ? `${decision.verdict}, and nothing was measured of it` : null
  if (screening === undefined) return 'measured, and not screened, or only for what had been decided of it before'
  return screening.decision === 'deny' && mayPass(decision) ? `${decision.verdict}, and its screening denied it` : null
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
