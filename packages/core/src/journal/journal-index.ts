import type { EventBodies, EventKind, JournalEvent, RunId } from './event.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import type { StoredEvent } from './hash-chain.ts'

/** Look-ups that do not read the whole journal. Needs no lock; sees a consistent past while somebody writes. */
export interface JournalIndex {
  /** Events after `sequence` (default 0: all). */
  ofRun(run: RunId, afterSequence?: number): AsyncIterable<JournalEvent>
  ofProposal(proposal: ProposalId): AsyncIterable<JournalEvent>
  ofKinds(kinds: readonly EventKind[]): AsyncIterable<JournalEvent>
  /** Decisions that spend of the error budget (see `spends`), the newest first. */
  spending(): AsyncIterable<JournalEvent>
  /** Accepted verdicts that offer by themselves (see `offers`) after `afterSequence` (default 0: all), the oldest first. */
  offers(afterSequence?: number): AsyncIterable<JournalEvent>
  /** Distinct proposal or run ids that start with `prefix`, at most `limit` of them. */
  ids(what: 'run' | 'proposal', prefix: string, limit: number): Promise<readonly string[]>
  /** Rows as they are stored, in storage order, after `afterSequence` (default: all, whatever their numbers), for verification. */
  stored(afterSequence?: number): AsyncIterable<StoredEvent>
}

/** Confirmations, and whatever else says that it spends of the error budget. `evaluate` keeps a promise of its own for each change. */
export function spends(body: EventBodies['decision-made']): boolean {
  return body.purpose === 'confirm' || body.spending !== undefined
}

/** Judgements after which a change may be applied, whatever the configuration; a search may be one as well. */
export function offersByItself({ purpose }: Pick<EventBodies['decision-made'], 'purpose'>): boolean {
  return purpose === 'single' || purpose === 'confirm' || purpose === 'revalidate'
}

/** What may be applied by its facts alone: what an attestation is made of. */
export function offers(body: EventBodies['decision-made']): boolean {
  return offersByItself(body) && body.decision.verdict === 'accepted'
}
