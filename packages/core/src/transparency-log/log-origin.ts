import type { StoredEvent } from '../journal/hash-chain.ts'

/** Name of a journal's log, and of the keys that sign for it: its first event, which commits to when and what was begun, so that no two journals share one. */
export function logOrigin({ hash }: Pick<StoredEvent, 'hash'>): string {
  return `ratchet/${hash.slice(0, 16)}`
}
