import type { Consent } from '../consent/consent.ts'
import { joinAuthors, type Authors } from '../consent/edit-statement.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { EventBodies, JournalEvent } from '../journal/event.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { Screening } from '../screening/screening.ts'

export interface RecordedDecision extends Readonly<EventBodies['decision-made']> {
  /** Hash of the journal event: names this decision and, through the chain, everything before it. */
  readonly hash: string
  /** Of that event. */
  readonly sequence: number
  readonly at: string
  readonly evaluation: Evaluation | null
}

export type ApplicationStatus = 'intended' | 'applied' | 'abandoned' | 'revert-intended' | 'reverted'

export interface RecordedApplication extends Readonly<EventBodies['application-intended']> {
  readonly status: ApplicationStatus
  readonly revert: EventBodies['reversion-intended'] | null
}

export interface RecordedAttestation extends Readonly<EventBodies['attestation-settled']> {
  readonly commit: ObjectId
}

/** All that the journal knows about one proposal. */
export interface ProposalRecord {
  readonly id: ProposalId
  readonly made: EventBodies['proposal-made']
  readonly screening: Screening | null
  readonly decisions: readonly RecordedDecision[]
  /** Every answer, in order, whatever it is worth. */
  readonly consents: readonly Consent[]
  /** What it was made from and by whom, once for each judgement that was told. */
  readonly authors: readonly Authors[]
  /** That supervised runs have asked people about it. */
  readonly requests: readonly EventBodies['approval-requested'][]
  readonly applications: readonly RecordedApplication[]
  /** Those that were written, in order; see `attestationOf`. */
  readonly attestations: readonly RecordedAttestation[]
}

/** Folds events into records, in order of first appearance. */
export class ProposalRecords {
  readonly #records = new Map<ProposalId, ProposalRecord>()
  readonly #evaluations = new Map<string, Evaluation>()
  readonly #applications = new Map<string, ProposalId>()
  readonly #intended = new Map<string, ObjectId>()
  readonly #keep: (evaluation: Evaluation) => Evaluation

  /** `keep`: what of each evaluation is kept; all of it where left out. */
  constructor(keep: (evaluation: Evaluation) => Evaluation = (evaluation) => evaluation) {
    this.#keep = keep
  }

  apply(event: JournalEvent): void {
    switch (event.kind) {
      case 'proposal-made':
        return this.#make(event.body)
      case 'proposal-screened':
        this.#update(event.body.proposal, () => ({ screening: event.body.screening }))
        return
      case 'evaluation-recorded':
        this.#evaluations.set(trialKey(event.body), this.#keep(event.body.evaluation))
        return
      case 'decision-made':
        return this.#decide(event)
      case 'consent-given':
        this.#update(event.body.proposal, ({ consents }) => ({ consents: [...consents, event.body] }))
        return
      case 'authors-named':
        this.#update(event.body.proposal, ({ authors }) => ({ authors: [...authors, event.body] }))
        return
      case 'approval-requested':
        this.#update(event.body.proposal, ({ requests }) => ({ requests: [...requests, event.body] }))
        return
      case 'application-intended':
        this.#applications.set(event.body.application, event.body.proposal)
        this.#update(event.body.proposal, ({ applications }) => ({ applications: [...applications, { ...event.body, status: 'intended', revert: null }] }))
        return
      case 'application-settled':
        this.#settle(event.body.application, { status: event.body.outcome })
        return
      case 'reversion-intended':
        this.#settle(event.body.application, { status: 'revert-intended', revert: event.body })
        return
      case 'reversion-settled':
        this.#settle(event.body.application, { status: event.body.outcome === 'reverted' ? 'reverted' : 'applied' })
        return
      case 'attestation-intended':
        this.#intended.set(event.body.attestation, event.body.commit)
        return
      case 'attestation-settled':
        return this.#attest(event.body)
      case 'run-started':
      case 'opportunities-observed':
      case 'step-skipped':
      case 'run-finished':
      case 'order-given':
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
        return
    }
  }

  #decide({ body, hash, sequence, at }: Extract<JournalEvent, { readonly kind: 'decision-made' }>): void {
    const evaluation = this.#evaluations.get(trialKey(body)) ?? null
    this.#evaluations.delete(trialKey(body))
    this.#update(body.proposal, ({ decisions }) => ({ decisions: [...decisions, { ...body, hash, sequence, at, evaluation }] }))
  }

  get(id: ProposalId): ProposalRecord | undefined {
    return this.#records.get(id)
  }

  all(): readonly ProposalRecord[] {
    return [...this.#records.values()]
  }

  /** The same content in another commit is the same change, still of whoever proposed it first; other content under its id is another change, and nothing that was said of the one holds for it. */
  #make(made: EventBodies['proposal-made']): void {
    const { id } = made.proposal
    const held = this.#records.get(id)
    if (held !== undefined && isSameContent(held.made, made)) this.#records.set(id, { ...held, made: { ...held.made, commit: made.commit } })
    else this.#records.set(id, { id, made, screening: null, decisions: [], consents: [], authors: [], requests: [], applications: [], attestations: [] })
  }

  #update(id: ProposalId, change: (record: ProposalRecord) => Partial<ProposalRecord>): void {
    const record = this.#records.get(id)
    if (record !== undefined) this.#records.set(id, { ...record, ...change(record) })
  }

  /** Written again, as where its file was lost, it is the same. */
  #attest(body: EventBodies['attestation-settled']): void {
    this.#update(body.proposal, ({ attestations }) => ({ attestations: attestations.some(({ attestation }) => attestation === body.attestation) ? attestations : [...attestations, { ...body, commit: this.#intended.get(body.attestation) ?? '' }] }))
    this.#intended.delete(body.attestation)
  }

  #settle(application: string, change: Partial<RecordedApplication>): void {
    const id = this.#applications.get(application)
    if (id === undefined) return
    this.#update(id, ({ applications }) => ({
      applications: applications.map((held) => (held.application === application ? { ...held, ...change } : held)),
    }))
  }
}

/** Whether a second record of a change is of the same one: its commit was amended, its patch made from elsewhere. */
export function isSameContent(one: Content, other: Content): boolean {
  return one.run === other.run && one.tree === other.tree && one.baseline === other.baseline
}

type Content = Pick<EventBodies['proposal-made'], 'run' | 'tree' | 'baseline'>

/** An evaluation as lists show it: without the raw samples of every launch and the name of every test, which are most of it, and which only verdicts are made of. */
function outlineOf(evaluation: Evaluation): Evaluation {
  return {
    ...evaluation,
    metrics: evaluation.metrics.map(({ nullPairs: _, ...metric }) => ({ ...metric, pairs: [] })),
    testRuns: evaluation.testRuns.map((run) => ({ ...run, cases: [] })),
  }
}

/** `outline`: for lists of many proposals, without what makes them large; see `outlineOf`. */
export async function foldProposals(events: AsyncIterable<JournalEvent>, { outline = false }: { readonly outline?: boolean } = {}): Promise<ProposalRecords> {
  const records = outline ? new ProposalRecords(outlineOf) : new ProposalRecords()
  for await (const event of events) records.apply(event)
  return records
}

/** Everybody whose hand is in the change, besides the proposer: one who is their own judge is none. */
export function coAuthorsOf({ authors }: Pick<ProposalRecord, 'authors'>): readonly string[] {
  return joinAuthors(...authors.map(({ coAuthors }) => coAuthors))
}

/** Whose decision counts before whose. */
export const countingPurposes = ['revalidate', 'single', 'confirm', 'search', 'minimise'] as const

/** The decision that counts: a fresh confirmation or a whole single judgement before the search's own; the latest of its kind. */
export function standingDecision(record: ProposalRecord): RecordedDecision | null {
  for (const purpose of countingPurposes) {
    const found = record.decisions.findLast((decision) => decision.purpose === purpose)
    if (found !== undefined) return found
  }
  return null
}

/** The attestation of the verdict that stands; null where it has none, or none yet. */
export function attestationOf(record: ProposalRecord): RecordedAttestation | null {
  const standing = standingDecision(record)
  return record.attestations.findLast(({ about }) => about === standing?.sequence) ?? null
}

/** May be applied: accepted on evidence that no selection has touched. */
export function isOffered(record: ProposalRecord, requireConfirmation: boolean): boolean {
  const standing = standingDecision(record)
  return standing !== null && standing.decision.verdict === 'accepted' && isUntouched(standing, requireConfirmation)
}

/** May be applied once people have said yes. */
export function awaitsConsent(record: ProposalRecord, requireConfirmation: boolean): boolean {
  const standing = standingDecision(record)
  return standing !== null && standing.decision.verdict === 'approval-required' && isUntouched(standing, requireConfirmation)
}

/** People may have a say: it waits for them, a supervised run has asked them, or they have spoken and it was judged again since. */
export function isAnswerable(record: ProposalRecord, requireConfirmation: boolean): boolean {
  return awaitsConsent(record, requireConfirmation) || ((record.consents.length > 0 || record.requests.length > 0) && isOffered(record, requireConfirmation))
}

function isUntouched(standing: RecordedDecision, requireConfirmation: boolean): boolean {
  return standing.purpose === 'confirm' || standing.purpose === 'single' || standing.purpose === 'revalidate' || (!requireConfirmation && standing.purpose === 'search')
}

function trialKey(body: { readonly proposal: ProposalId; readonly purpose: string; readonly trial: number }): string {
  return `${body.proposal} ${body.purpose} ${body.trial}`
}
