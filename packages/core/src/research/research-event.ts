import { createHash } from 'node:crypto'
import type { RunId } from '../journal/event.ts'
import type { Finding } from './finding.ts'
import type { ResearchErrorCode } from './research-error.ts'

/** Before a search: it may cost something, and tells somebody what is asked. */
export interface IntendedSearch {
  readonly run: RunId
  /** See `searchId`. */
  readonly search: string
  readonly source: string
  /** Whom the query is sent to; null where it does not leave the machine. */
  readonly host: string | null
  readonly query: string
  /** How many searches the run may make. */
  readonly most: number
  /** Answered from a recording: nothing is sent. */
  readonly replayed?: true
}

export interface SettledSearch {
  readonly run: RunId
  readonly search: string
  /** `lost`: Ratchet ended before the answer was written down; it is not asked for again. */
  readonly outcome: 'found' | 'failed' | 'lost'
  readonly code: ResearchErrorCode | 'recording-missing' | null
  /** Bounded, see finding.ts; redacted. */
  readonly findings: readonly Finding[]
}

/** First 16 hex digits of the SHA-256 over source and query: the same question has the same name in every run. */
export function searchId(source: string, query: string): string {
  return createHash('sha256').update(JSON.stringify([source, query])).digest('hex').slice(0, 16)
}
