import { isViable } from '../archive/archive.ts'
import { DigestIndex } from '../archive/digest-index.ts'
import { objectiveGain } from '../archive/objective-gain.ts'
import { asksOfContent, isAskedAbout, isProven, mayPass, type Decision } from '../decision/decision.ts'
import type { EventBodies, JournalEvent, RunId } from '../journal/event.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import { AuthorTrack } from './author-track.ts'

/** Of a run that goes on. Digests are known by 8 bytes each, as in the run itself. */
interface Track {
  readonly viable: DigestIndex
  /** Made, and not decided by the search yet. */
  readonly open: Map<ProposalId, ObjectId>
  readonly goal: 'improve' | 'repair'
  /** What a run may end with: proven by a confirmation, or by a search that is not confirmed. */
  readonly free: Set<ProposalId>
  /** The same, but a person is asked about what it holds. */
  readonly asking: Set<ProposalId>
}

const width = 8

/**
 * Holds against the recorded verdicts who had children, and what was offered in the end: a change that was denied, or that nothing speaks for, has none. Only of runs that follow what people are asked about; which variants others
 * took for parents was for older rules to say. And, of runs that say they do, that screening was told whose steps a change consists of.
 */
export class LineageCheck {
  readonly #runs = new Map<RunId, Track>()
  readonly #authors = new Map<RunId, AuthorTrack>()

  /** What is wrong with the event, or null. */
  add(event: JournalEvent): string | null {
    switch (event.kind) {
      case 'run-started':
        this.#begin(event.body)
        return null
      case 'proposal-made':
        this.#authorsOf(event.body)?.made(event.body)
        return this.#made(event.body)
      case 'proposal-screened':
        this.#authorsOf(event.body)?.screened(event.body)
        return null
      case 'decision-made':
        this.#decide(event.body)
        return this.#authorsOf(event.body)?.decided(event.body) ?? null
      case 'run-finished':
        return this.#finish(event.body)
      // Says nothing of who comes from whom.
      default:
        return null
    }
  }

  #authorsOf({ run }: { readonly run: RunId | null }): AuthorTrack | undefined {
    return run === null ? undefined : this.#authors.get(run)
  }

  #begin({ run, baseline, goal = 'improve', followsAsked, tellsAuthors }: EventBodies['run-started']): void {
    if (tellsAuthors === true) this.#authors.set(run, new AuthorTrack())
    if (followsAsked !== true) return
    const viable = new DigestIndex({ width })
    viable.add(baseline)
    this.#runs.set(run, { viable, open: new Map(), goal, free: new Set(), asking: new Set() })
  }

  #made({ run, step, proposal: { id, parent, mate }, commit, baseline }: EventBodies['proposal-made']): string | null {
    const track = run === null ? undefined : this.#runs.get(run)
    if (track === undefined) return null
    // Settling goes on from the baseline, and enters no archive.
    if (step < 1) return parent === baseline ? null : `proposal ${id} was made to be offered, and does not go on from the baseline`
    track.open.set(id, commit)
    const barren = [parent, mate].find((commitOf) => commitOf !== undefined && !track.viable.has(commitOf))
    return barren === undefined ? null : `proposal ${id} goes on from ${barren}, which no verdict lets have children`
  }

  #decide({ run, proposal, purpose, decision, spending }: EventBodies['decision-made']): void {
    const track = run === null ? undefined : this.#runs.get(run)
    if (track === undefined) return
    // Every repair waits for a person; an improvement has to be shown, as when the run was settled.
    const isOffer = track.goal === 'repair' ? mayPass(decision) : isProven(decision, { followsAsked: true })
    if (isOffer && (purpose === 'confirm' || (purpose === 'search' && spending !== undefined))) {
      // Whatever the search asks about waits for a person, where nothing is confirmed.
      const isFree = purpose === 'search' ? decision.verdict === 'accepted' : !asksOfContent(decision)
      track[isFree ? 'free' : 'asking'].add(proposal)
    }
    if (purpose !== 'search') return
    const commit = track.open.get(proposal)
    track.open.delete(proposal)
    if (commit !== undefined && mayHaveChildren(decision)) track.viable.add(commit)
  }

  #finish({ run, winner, beside }: EventBodies['run-finished']): string | null {
    const track = this.#runs.get(run)
    this.#runs.delete(run)
    this.#authors.delete(run)
    const unproven = track === undefined ? undefined : [winner, beside ?? null].find((id) => id !== null && !track.free.has(id) && !track.asking.has(id))
    if (unproven !== undefined) return `run ${run} offers ${String(unproven)}, which was not proven in it`
    if (track === undefined || beside === undefined) return null
    if (winner === null || !track.free.has(winner)) return `run ${run} offers ${beside} beside ${String(winner)}, which a person is asked about as well`
    return track.asking.has(beside) ? null : `run ${run} offers ${beside} beside ${winner}, and nobody is asked about what it holds`
  }
}

/** As in the archive of a run that follows what people are asked about. */
function mayHaveChildren(decision: Decision): boolean {
  return isViable({ verdict: isAskedAbout(decision) ? 'asked' : decision.verdict, gain: objectiveGain(decision) })
}
