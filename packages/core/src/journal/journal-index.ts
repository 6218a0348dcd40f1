import type { EventKind, JournalEvent, RunId } from './event.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import type { StoredEvent } from './hash-chain.ts'

/** Look-ups that do not read the whole journal. Needs no lock; sees a consistent past while somebody writes. */
export interface JournalIndex {
  /** Events after `sequence` (default 0: all). */
  ofRun(run: RunId, afterSequence?: number): AsyncIterable<JournalEvent>
  ofProposal(proposal: ProposalId): AsyncIterable<JournalEvent>
  ofKinds(kinds: readonly EventKind[]): AsyncIterable<JournalEvent>
  /** Distinct proposal or run ids that start with `prefix`, at most `limit` of them. */
  ids(what: 'run' | 'proposal', prefix: string, limit: number): Promise<readonly string[]>
  /** Rows as they are stored, in storage order, after `afterSequence` (default: all, whatever their numbers), for verification. */
  stored(afterSequence?: number): AsyncIterable<StoredEvent>
}
