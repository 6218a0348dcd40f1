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

/** No honest event is: kind and time are short. Somebody else's may be, with links that hold. */
export function isTooLong(event: Parameters<typeof logEntry>[0]): boolean {
  return logEntry(event).length > longestEntry
}
