import { hash as digest } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { schemaVersion, type JournalEvent, type NewEvent } from './event.ts'
import type { JournalHead } from './journal.ts'

/** Head of an empty journal. */
export const genesis: JournalHead = { sequence: 0, hash: '0'.repeat(64) }

/** An event as it is stored: `body` is its canonical JSON. */
export interface StoredEvent {
  readonly sequence: number
  readonly schemaVersion: number
  readonly at: string
  readonly kind: string
  readonly body: string
  readonly previous: string
  readonly hash: string
}

/** Gives an event its place behind `head`. */
export function linkEvent(head: JournalHead, event: NewEvent, at: string): StoredEvent {
  const unhashed = { sequence: head.sequence + 1, schemaVersion, at, kind: event.kind, body: canonicalJson(event.body), previous: head.hash }
  return { ...unhashed, hash: hashEvent(unhashed) }
}

/** SHA-256 over the canonical JSON of every field but the hash. The body goes in as its stored text: byte for byte what verify reads. */
export function hashEvent(event: Omit<StoredEvent, 'hash'>): string {
  const { sequence, schemaVersion: version, at, kind, body, previous } = event
  return digest('sha256', JSON.stringify([sequence, version, at, kind, previous, body]), 'hex')
}

/** A stored event as a value; throws a SyntaxError when its body is no JSON. */
export function parseEvent(stored: StoredEvent): JournalEvent {
  return { ...stored, body: JSON.parse(stored.body) as unknown } as JournalEvent
}
