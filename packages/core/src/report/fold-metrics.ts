import type { EventBodies, JournalEvent } from '../journal/event.ts'
import type { ProposalId } from '../proposal/proposal.ts'

export const metricsVersion = 1

/** Figures over the life of a journal, or from a moment on. Times in ms; ratios from 0 to 1, null where there is nothing to divide by. */
export interface Metrics {
  readonly version: typeof metricsVersion
  /** ISO 8601; null: from the first event on. */
  readonly since: string | null
  readonly events: number
  readonly eventsByKind: Readonly<Record<string, number>>
  /** `withQuestion`: offered something that a person was asked about, as the winner or beside it. */
  readonly runs: { readonly started: number; readonly finished: number; readonly withWinner: number; readonly withQuestion: number }
  readonly proposals: {
    readonly made: number
    /** By the verdict that stands; made and not judged yet: undecided. */
    readonly accepted: number
    readonly approvalRequired: number
    readonly rejected: number
    readonly inconclusive: number
    readonly undecided: number
    readonly byProposer: Readonly<Record<string, number>>
  }
  readonly consents: { readonly approved: number; readonly rejected: number; readonly deferred: number }
  readonly applications: {
    readonly applied: number
    /** A run applied it by itself. */
    readonly automatic: number
    /** A person asked for it. */
    readonly manual: number
    /** Of all: it rests on approvals; the others on the facts alone. */
    readonly approved: number
    readonly abandoned: number
  }
  readonly reverts: {
    readonly reverted: number
    readonly abandoned: number
    /** Of the applications counted here, the share that was reverted. */
    readonly regressionRate: number | null
    /** How often each reason was given; what nobody gave one for is under the empty text. */
    readonly reasons: Readonly<Record<string, number>>
    /** From the moment a change stood on its branch to the moment it was undone. */
    readonly meanTimeToRevertMs: number | null
    readonly medianTimeToRevertMs: number | null
    readonly longestTimeToRevertMs: number | null
  }
}

interface Proposal {
  readonly isCounted: boolean
  rank: number
  verdict: EventBodies['decision-made']['decision']['verdict'] | null
}

interface Application {
  readonly isAutomatic: boolean
  readonly isApproved: boolean
  appliedAt: string | null
  isCounted: boolean
  reverted: boolean
  reason: string
}

/** As `standingDecision` ranks them: a later one of the same rank replaces the earlier. */
const ranks: Readonly<Record<EventBodies['decision-made']['purpose'], number>> = { minimise: 1, search: 2, confirm: 3, single: 4, revalidate: 5 }

/** Pure: the same events give the same figures. Memory grows with proposals and applications, not with evidence. */
export async function foldMetrics(events: AsyncIterable<JournalEvent> | Iterable<JournalEvent>, since: string | null = null): Promise<Metrics> {
  const fold = new MetricsFold(since)
  for await (const event of events) fold.apply(event)
  return fold.metrics()
}

class MetricsFold {
  readonly #since: string | null
  #events = 0
  readonly #kinds = new Map<string, number>()
  readonly #runs = { started: 0, finished: 0, withWinner: 0, withQuestion: 0 }
  readonly #proposals = new Map<ProposalId, Proposal>()
  readonly #proposers = new Map<string, number>()
  readonly #consents = { approved: 0, rejected: 0, deferred: 0 }
  readonly #applications = new Map<string, Application>()
  #abandoned = 0
  #abandonedReverts = 0
  readonly #times: number[] = []
  readonly #reasons = new Map<string, number>()

  constructor(since: string | null) {
    this.#since = since
  }

  /** Everything is read, so that what was applied before `since` and reverted after it has its time; only what happened since is counted. */
  apply(event: JournalEvent): void {
    const isCounted = this.#since === null || event.at >= this.#since
    if (isCounted) {
      this.#events++
      increment(this.#kinds, event.kind)
    }
    switch (event.kind) {
      case 'run-started':
        if (isCounted) this.#runs.started++
        return
      case 'run-finished':
        if (isCounted) this.#finish(event.body)
        return
      case 'proposal-made':
        this.#make(event.body, isCounted)
        return
      case 'decision-made':
        this.#decide(event.body)
        return
      case 'consent-given':
        if (isCounted) this.#consents[event.body.answer]++
        return
      case 'application-intended':
        this.#applications.set(event.body.application, { isAutomatic: event.body.automatic !== undefined, isApproved: (event.body.consents ?? []).length > 0, appliedAt: null, isCounted: false, reverted: false, reason: '' })
        return
      case 'application-settled':
        this.#settle(event.body, { at: event.at, isCounted })
        return
      case 'reversion-intended': {
        const held = this.#applications.get(event.body.application)
        if (held !== undefined) held.reason = event.body.reason ?? ''
        return
      }
      case 'reversion-settled':
        this.#revert(event.body, { at: event.at, isCounted })
        return
      // Counted by kind above, and nothing else.
      default:
    }
  }

  metrics(): Metrics {
    const counted = [...this.#proposals.values()].filter((proposal) => proposal.isCounted)
    const having = (verdict: Proposal['verdict']): number => counted.filter((proposal) => proposal.verdict === verdict).length
    const applied = [...this.#applications.values()].filter((held) => held.isCounted)
    const automatic = applied.filter((held) => held.isAutomatic).length
    const times = this.#times.toSorted((a, b) => a - b)
    return {
      version: metricsVersion,
      since: this.#since,
      events: this.#events,
      eventsByKind: sorted(this.#kinds),
      runs: { ...this.#runs },
      proposals: { made: counted.length, accepted: having('accepted'), approvalRequired: having('approval-required'), rejected: having('rejected'), inconclusive: having('inconclusive'), undecided: having(null), byProposer: sorted(this.#proposers) },
      consents: { ...this.#consents },
      applications: { applied: applied.length, automatic, manual: applied.length - automatic, approved: applied.filter((held) => held.isApproved).length, abandoned: this.#abandoned },
      reverts: {
        reverted: times.length,
        abandoned: this.#abandonedReverts,
        regressionRate: applied.length === 0 ? null : applied.filter((held) => held.reverted).length / applied.length,
        reasons: sorted(this.#reasons),
        meanTimeToRevertMs: times.length === 0 ? null : times.reduce((sum, time) => sum + time, 0) / times.length,
        medianTimeToRevertMs: median(times),
        longestTimeToRevertMs: times.at(-1) ?? null,
      },
    }
  }

  #finish({ winner, beside }: EventBodies['run-finished']): void {
    this.#runs.finished++
    if (winner !== null) this.#runs.withWinner++
    if ([winner, beside].some((id) => typeof id === 'string' && this.#proposals.get(id)?.verdict === 'approval-required')) this.#runs.withQuestion++
  }

  #make({ proposal }: EventBodies['proposal-made'], isCounted: boolean): void {
    if (this.#proposals.has(proposal.id)) return
    this.#proposals.set(proposal.id, { isCounted, rank: 0, verdict: null })
    if (isCounted) increment(this.#proposers, proposal.proposer)
  }

  #decide({ proposal, purpose, decision }: EventBodies['decision-made']): void {
    const known = this.#proposals.get(proposal)
    const rank = ranks[purpose]
    if (known === undefined || rank < known.rank) return
    known.rank = rank
    known.verdict = decision.verdict
  }

  #settle({ application, outcome }: EventBodies['application-settled'], { at, isCounted }: { readonly at: string; readonly isCounted: boolean }): void {
    const held = this.#applications.get(application)
    if (outcome === 'abandoned') {
      if (isCounted) this.#abandoned++
      return
    }
    if (held === undefined) return
    held.appliedAt = at
    held.isCounted = isCounted
  }

  #revert({ application, outcome }: EventBodies['reversion-settled'], { at, isCounted }: { readonly at: string; readonly isCounted: boolean }): void {
    const held = this.#applications.get(application)
    if (outcome === 'abandoned') {
      if (isCounted) this.#abandonedReverts++
      return
    }
    if (held === undefined || held.appliedAt === null) return
    held.reverted = true
    if (!isCounted) return
    increment(this.#reasons, held.reason)
    // A clock that was set back must not give a negative time.
    this.#times.push(Math.max(0, Date.parse(at) - Date.parse(held.appliedAt)))
  }
}

function median(ordered: readonly number[]): number | null {
  const [low, high] = [ordered[Math.ceil(ordered.length / 2) - 1], ordered[Math.floor(ordered.length / 2)]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function sorted(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
