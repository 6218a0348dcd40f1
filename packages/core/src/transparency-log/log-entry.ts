import { canonicalJson } from '../journal/canonical-json.ts'
import type { StoredEvent } from '../journal/hash-chain.ts'
import { longestEntry } from './tile.ts'

/**
 * What the log holds of an event: its place, its kind, when, and its hash, which commits to everything in it. Not the event itself: evaluations are longer than a bundle may hold, and bodies can be
 * withheld, or pruned, without any proof becoming invalid.
 */
export function logEntry({ sequence, at, kind, hash }: Pick<StoredEvent, 'sequence' | 'at' | 'kind' | 'hash'>): Uint8Array {
  return Buffer.from(canonicalJson({ sequence, at, kind, hash }))
}

/** Why the log cannot hold the event; null: it can. Kind and time of an honest one are short; somebody else's may be long, with links that hold. */
export function entryProblem(event: Parameters<typeof logEntry>[0]): string | null {
  const { sequence, at, kind, hash } = event
  // JSON takes at most six bytes for a UTF-16 unit: what is short for certain is not written out to be measured.
  const most = (at.length + kind.length + hash.length) * 6 + 200
  return most > longestEntry && logEntry(event).length > longestEntry ? `event ${sequence} is malformed: its kind and time are too long for the log` : null
}
