import { createHash } from 'node:crypto'
import type { Attested, AttestedApplication, AttestedChange, AttestedEvent, AttestedJudgement } from '../attestation/attestation.ts'
import type { Consent } from '../consent/consent.ts'
import { joinAuthors, type Authors } from '../consent/edit-statement.ts'
import { mayPass } from '../decision/decision.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import { canonicalJson } from '../journal/canonical-json.ts'
import type { EventBodies, JournalEvent, Purpose } from '../journal/event.ts'
import { offers, offersByItself } from '../journal/journal-index.ts'
import type { Proposal, ProposalId } from '../proposal/proposal.ts'
import { countingPurposes, isSameContent } from './proposal-record.ts'

type Intent = EventBodies['application-intended']
type DecisionMade = Extract<JournalEvent, { readonly kind: 'decision-made' }>

/** Null: made, and nothing that a change may be applied on. */
type Judgements = ReadonlyMap<Purpose, AttestedJudgement | null>

/**
 * What there is to attest, folded from events: every accepted verdict that offers by itself, and every application. Of a proposal's own events, and of those of the merged change it may rest on, the same comes out as of the
 * whole journal: the one is how an attestation is made, the other how it is verified. Keeps of a proposal what a statement needs, and no raw figures.
 */
export class AttestedFacts {
  readonly #changes = new Map<ProposalId, AttestedChange>()
  readonly #evaluations = new Map<string, Evaluation>()
  readonly #judgements = new Map<ProposalId, Judgements>()
  readonly #consents = new Map<string, Consent>()
  readonly #intents = new Map<string, Intent>()

  /** What the event makes a fact; null for most. */
  add(event: JournalEvent): Attested | null {
    switch (event.kind) {
      case 'proposal-made':
        this.#make(event.body)
        return null
      case 'evaluation-recorded':
        this.#evaluations.set(trialKey(event.body), event.body.evaluation)
        return null
      case 'decision-made':
        return this.#decide(event)
      case 'authors-named':
        this.#authors(event.body)
        return null
      case 'consent-given':
        this.#consent(event.body)
        return null
      case 'application-intended':
        this.#intents.set(event.body.application, event.body)
        return null
      case 'application-settled': {
        const intent = this.#intents.get(event.body.application)
        this.#intents.delete(event.body.application)
        return intent === undefined || event.body.outcome !== 'applied' ? null : this.#applied(placeOf(event), intent)
      }
      case 'run-started':
      case 'opportunities-observed':
      case 'step-skipped':
      case 'proposal-screened':
      case 'run-finished':
      case 'key-introduced':
      case 'reversion-intended':
      case 'reversion-settled':
      case 'attestation-intended':
      case 'attestation-settled':
      case 'order-given':
      case 'approval-requested':
      case 'automation-ended':
      case 'notification-settled':
      case 'prune-intended':
      case 'prune-settled':
      case 'model-call-intended':
      case 'model-call-settled':
      case 'capability-granted':
      case 'capability-ended':
      case 'research-intended':
      case 'research-settled':
        return null
    }
  }

  /** In another commit it is the same change, of the same people. */
  #make(body: EventBodies['proposal-made']): void {
    const held = this.#changes.get(body.proposal.id)
    this.#changes.set(body.proposal.id, held !== undefined && isSameContent(held, body) ? { ...held, commit: body.commit } : changeOf(body))
  }

  #authors({ proposal, coAuthors }: Authors): void {
    const change = this.#changes.get(proposal)
    if (change !== undefined) this.#changes.set(proposal, { ...change, coAuthors: joinAuthors(change.coAuthors ?? [], coAuthors) })
  }

  /** A copy of an answer counts where it stood first. */
  #consent(consent: Consent): void {
    const key = consentKey(consent)
    if (!this.#consents.has(key)) this.#consents.set(key, consent)
  }

  #decide(event: DecisionMade): Attested | null {
    const { body } = event
    const evaluation = this.#evaluations.get(trialKey(body))
    this.#evaluations.delete(trialKey(body))
    const judgement = evaluation === undefined || !mayPass(body.decision) ? null : judgementOf(event, evaluation)
    const earlier = this.#judgements.get(body.proposal)
    // Most of a search is refused once and for all: a long journal must not be kept in memory for that.
    if (judgement !== null || earlier !== undefined || offersByItself(body)) this.#judgements.set(body.proposal, new Map([...(earlier ?? []), [body.purpose, judgement]]))
    const change = this.#changes.get(body.proposal)
    return change === undefined || judgement === null || !offers(body) ? null : { kind: 'verdict', event: judgement.event, change, judgement }
  }

  /** Null where older journals do not say on which verdict it rests. */
  #applied(event: AttestedEvent, intent: Intent): AttestedApplication | null {
    const { application: id, proposal, ref, expected, commit, judged = proposal, consents = [], automatic } = intent
    const [change, judgement] = [this.#changes.get(judged), this.#standing(judged)]
    if (change === undefined || judgement === null || (expected ?? change.baseline) !== change.baseline) return null
    // People are asked about what they were shown: a merged change that waits for them is applied under its own id, or not at all.
    if (judged !== proposal && judgement.decision.verdict !== 'accepted') return null
    const approvals = consents.flatMap((digest) => this.#consents.get(consentKey({ proposal, digest })) ?? [])
    return { kind: 'application', event, change, judgement, application: { id, proposal, ref, parent: change.baseline, commit, tree: intent.tree ?? change.tree, ...(automatic === undefined ? {} : { automatic: { run: automatic.run, mode: automatic.mode } }) }, approvals }
  }

  #standing(proposal: ProposalId): AttestedJudgement | null {
    const judgements = this.#judgements.get(proposal)
    const purpose = countingPurposes.find((one) => judgements?.has(one))
    return purpose === undefined ? null : (judgements?.get(purpose) ?? null)
  }
}

/** The events that tell all of one thing to attest, in order: those of its proposal, and of the merged change that an application of it rests on. */
export async function eventsOf(ofProposal: (proposal: ProposalId) => AsyncIterable<JournalEvent>, proposal: ProposalId): Promise<readonly JournalEvent[]> {
  const events = await listed(ofProposal(proposal))
  const others = new Set(events.flatMap((event) => (event.kind === 'application-intended' && event.body.judged !== undefined && event.body.judged !== proposal ? [event.body.judged] : [])))
  const more = await Promise.all([...others].map((other) => listed(ofProposal(other))))
  return [...events, ...more.flat()].toSorted((a, b) => a.sequence - b.sequence)
}

async function listed(events: AsyncIterable<JournalEvent>): Promise<readonly JournalEvent[]> {
  const list: JournalEvent[] = []
  for await (const event of events) list.push(event)
  return list
}

function changeOf({ run, proposal, commit, tree, baseline }: EventBodies['proposal-made']): AttestedChange {
  const { id, proposer, operator, model }: ModelProposal = proposal
  return { proposal: id, proposer, operator, run, baseline, commit, tree, ...(model === undefined ? {} : { model: { provider: model.provider, id: model.id, promptDigest: model.promptDigest } }) }
}

/** Of proposals that a model made: which, and what it was asked. */
type ModelProposal = Proposal & { readonly model?: NonNullable<AttestedChange['model']> }

function judgementOf(event: DecisionMade, evaluation: Evaluation): AttestedJudgement {
  const { purpose, trial, alpha, decision } = event.body
  const { tier, selfTest = null, evaluatorVersion = null, testRuns, metrics } = evaluation
  return {
    event: placeOf(event),
    purpose,
    trial,
    alpha,
    decision,
    tier,
    selfTest,
    evaluatorVersion,
    tests: digestOf(testRuns.map(({ command, cases }) => ({ command, cases: cases.map(({ name }) => name) }))),
    samples: digestOf(metrics),
    facts: digestOf(evaluation),
  }
}

function placeOf({ sequence, kind, at, hash }: JournalEvent): AttestedEvent {
  return { sequence, kind, at, hash }
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

function consentKey({ proposal, digest }: Pick<Consent, 'proposal' | 'digest'>): string {
  return `${proposal} ${digest}`
}

function trialKey(body: { readonly proposal: string; readonly purpose: string; readonly trial: number }): string {
  return `${body.proposal} ${body.purpose} ${body.trial}`
}
