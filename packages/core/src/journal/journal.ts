import { Failure } from '../failure/failure.ts'
import type { JournalEvent, NewEvent } from './event.ts'

export interface JournalHead {
  /** Sequence number of the last event; 0 when empty. */
  readonly sequence: number
  /** Hash of the last event; 64 zeros when empty. */
  readonly hash: string
}

/**
 * The append-only, hash-linked record. One writer at a time; readers need no lock.
 * `append` is durable when it resolves, and atomic over the events of one call.
 */
export interface Journal extends AsyncDisposable {
  append(events: readonly NewEvent[]): Promise<readonly JournalEvent[]>
  /** Events after `sequence` (0: all), in order, in pages: memory stays flat. */
  read(afterSequence: number): AsyncIterable<JournalEvent>
  head(): Promise<JournalHead>
}

export type JournalErrorCode = 'journal-locked' | 'journal-corrupt' | 'journal-unwritable' | 'journal-version' | 'journal-forked' | 'journal-failed'

export class JournalError extends Failure<JournalErrorCode> {}
