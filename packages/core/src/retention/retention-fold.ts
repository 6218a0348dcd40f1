import type { EventBodies, JournalEvent, RunId } from '../journal/event.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'

/** What a prune gives up; both lists sorted. */
export type PruneScope = Pick<EventBodies['prune-intended'], 'runs' | 'proposals'>

export interface PruneLimits {
  /** Only what nothing was recorded of since. ISO 8601, as the journal writes it. */
  readonly before: string
  /** Runs that have not finished as well. */
  readonly interrupted: boolean
}

interface RunTrack {
  readonly baseline: ObjectId
  lastAt: string
  finished: boolean
  /** Candidates that were stored. */
  stored: number
  readonly kept: Set<ProposalId>
  pruned: boolean
}

interface ChangeTrack {
  readonly baseline: ObjectId
  readonly commit: ObjectId
  lastAt: string
  pruned: boolean
}

/**
 * The proposal that an event protects from every prune, or null: one that was accepted or put before people, whatever for, that somebody answered, or that was ever to be applied.
 */
export function protects(event: JournalEvent): ProposalId | null {
  switch (event.kind) {
    case 'decision-made':
      return event.body.decision.verdict === 'accepted' || event.body.decision.verdict === 'approval-required' ? event.body.proposal : null
    case 'consent-given':
    case 'application-intended':
    case 'reversion-intended':
      return event.body.proposal
    default:
      return null
  }
}

/** It came to its end, and whatever it would have removed was locked or somewhere else: then it has given up nothing. Of one that was killed nobody knows. */
export function hasRemovedNothing({ outcome, refs, files }: EventBodies['prune-settled']): boolean {
  return outcome === 'done' && refs === 0 && files === 0
}

/**
 * What may be given up, from the journal alone, so that `verify` can say of every prune whether it kept to that. Given up are old runs, but for their protected proposals, and old single changes that are not protected.
 * Memory grows with runs, single changes and protected proposals; not with candidates.
 */
export class RetentionFold {
  readonly #runs = new Map<RunId, RunTrack>()
  readonly #changes = new Map<ProposalId, ChangeTrack>()
  readonly #protected = new Set<ProposalId>()
  #newest: EventBodies['prune-intended'] | null = null

  apply(event: JournalEvent): void {
    const held = protects(event)
    if (held !== null) this.#protected.add(held)
    const run = 'run' in event.body && event.body.run !== null ? this.#runs.get(event.body.run) : undefined
    if (run !== undefined) run.lastAt = event.at
    switch (event.kind) {
      case 'run-started':
        this.#runs.set(event.body.run, { baseline: event.body.baseline, lastAt: event.at, finished: false, stored: 0, kept: new Set(), pruned: false })
        return
      case 'run-finished':
        if (run !== undefined) run.finished = true
        return
      case 'step-skipped':
        if (run !== undefined && event.body.reason === 'duplicate') run.stored++
        return
      case 'proposal-made':
        if (run !== undefined) run.stored++
        else if (event.body.run === null) this.#changes.set(event.body.proposal.id, { baseline: event.body.baseline, commit: event.body.commit, lastAt: event.at, pruned: false })
        return
      case 'proposal-screened':
        this.#judgeAgain(event.body.proposal, event.at)
        return
      case 'decision-made': {
        if (held !== null) run?.kept.add(held)
        const change = this.#changes.get(event.body.proposal)
        if (change !== undefined) change.lastAt = event.at
        return
      }
      case 'prune-intended':
        this.giveUp(event.body)
        this.#newest = event.body
        return
      case 'prune-settled':
        if (hasRemovedNothing(event.body) && this.#newest?.prune === event.body.prune) this.#takeBack(this.#newest)
        return
      default:
        // Neither makes nor protects anything that is not protected already.
    }
  }

  plan({ before, interrupted }: PruneLimits): PruneScope {
    const runs = [...this.#runs].filter(([, run]) => !run.pruned && run.lastAt < before && (run.finished || interrupted) && run.stored > run.kept.size)
    const proposals = [...this.#changes].filter(([id, change]) => !change.pruned && change.lastAt < before && !this.#protected.has(id))
    return { runs: runs.map(([id]) => id).toSorted(), proposals: proposals.map(([id]) => id).toSorted() }
  }

  /** As if it were recorded already. */
  giveUp({ runs, proposals }: PruneScope): void {
    for (const track of [...runs.map((id) => this.#runs.get(id)), ...proposals.map((id) => this.#changes.get(id))]) if (track !== undefined) track.pruned = true
  }

  #takeBack({ runs, proposals }: PruneScope): void {
    for (const track of [...runs.map((id) => this.#runs.get(id)), ...proposals.map((id) => this.#changes.get(id))]) if (track !== undefined) track.pruned = false
  }

  /** Everything that was given up until now. */
  pruned(): PruneScope {
    return { runs: [...this.#runs].flatMap(([id, { pruned }]) => (pruned ? [id] : [])).toSorted(), proposals: [...this.#changes].flatMap(([id, { pruned }]) => (pruned ? [id] : [])).toSorted() }
  }

  isProtected(id: ProposalId): boolean {
    return this.#protected.has(id)
  }

  /** Runs that may still be resumed. */
  unfinished(): readonly RunId[] {
    return [...this.#runs].flatMap(([id, run]) => (run.finished || run.pruned ? [] : [id]))
  }

  /** Baselines that what is kept was judged on: other things' candidates may be all that holds them in the repository. */
  baselines(): ReadonlySet<ObjectId> {
    const runs = [...this.#runs.values()].filter((run) => !run.pruned || run.kept.size > 0)
    const changes = [...this.#changes].filter(([, change]) => !change.pruned).map(([, change]) => change)
    return new Set([...runs, ...changes].map(({ baseline }) => baseline))
  }

  /** Commits of single changes that are kept; the same commit may have been judged on several baselines. */
  commits(): ReadonlySet<ObjectId> {
    return new Set([...this.#changes].flatMap(([id, { commit, pruned }]) => (pruned && !this.#protected.has(id) ? [] : [commit])))
  }

  /** Whoever judges a change again has stored it again. */
  #judgeAgain(id: ProposalId, at: string): void {
    const change = this.#changes.get(id)
    if (change === undefined) return
    change.pruned = false
    change.lastAt = at
  }
}
