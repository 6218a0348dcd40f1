import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { EventBodies, RunId } from '../journal/event.ts'
import { offersByItself } from '../journal/journal-index.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import type { Screening } from '../screening/screening.ts'

/**
 * The screenings that a decision may still rest on, and no others: with a constitution each is some kilobytes, and a journal holds a million of them. A change judged by itself is screened anew each time; what a search has
 * rejected is nobody's parent and never looked at again; whatever else a run decides about may be minimised and confirmed until the run has finished, and waits packed.
 */
export class AwaitedScreenings {
  readonly #fresh = new Map<ProposalId, Screening>()
  readonly #packed = new Map<RunId, Map<ProposalId, Uint8Array>>()

  add({ proposal, screening }: EventBodies['proposal-screened']): void {
    this.#fresh.set(proposal, screening)
  }

  /** Undefined: there was none, or nothing could be decided by it any more. */
  of({ run, proposal }: Pick<EventBodies['decision-made'], 'run' | 'proposal'>): Screening | undefined {
    const fresh = this.#fresh.get(proposal)
    const packed = fresh !== undefined || run === null ? undefined : this.#packed.get(run)?.get(proposal)
    return packed === undefined ? fresh : (JSON.parse(inflateRawSync(packed).toString()) as Screening)
  }

  decided({ run, proposal, purpose, decision }: Pick<EventBodies['decision-made'], 'run' | 'proposal' | 'purpose' | 'decision'>): void {
    const screening = this.#fresh.get(proposal)
    if (screening === undefined) return
    this.#fresh.delete(proposal)
    // A run confirms more than once, if what two finalists come down to is the same.
    if (run === null || (purpose === 'search' ? decision.verdict === 'rejected' : offersByItself({ purpose }) && purpose !== 'confirm')) return
    const ofRun = this.#packed.get(run) ?? new Map<ProposalId, Uint8Array>()
    this.#packed.set(run, ofRun.set(proposal, deflateRawSync(JSON.stringify(screening), { level: 1 })))
  }

  /** Nothing of it is decided any more; it cannot be resumed. */
  finished(run: RunId): void {
    this.#packed.delete(run)
  }
}
