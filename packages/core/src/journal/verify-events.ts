import { schemaVersion } from './event.ts'
import { genesis, hashEvent, parseEvent, type StoredEvent } from './hash-chain.ts'
import type { JournalHead } from './journal.ts'

export type ChainProblem = 'order' | 'gap' | 'link' | 'hash' | 'malformed' | 'version'

export type Verification =
  | { readonly ok: true; readonly events: number; readonly head: JournalHead }
  | { readonly ok: false; readonly brokenAt: number; readonly problem: ChainProblem; readonly detail: string }

/**
 * Recomputes every link, in storage order, and says where the first one breaks. Limit: events cut off at the end leave an intact, shorter
 * chain; only somebody who kept a later head can tell.
 */
export async function verifyEvents(rows: AsyncIterable<StoredEvent> | Iterable<StoredEvent>): Promise<Verification> {
  let head = genesis
  for await (const row of rows) {
    const found = problemOf(row, head)
    if (found !== null) return { ok: false, brokenAt: found.problem === 'gap' ? head.sequence + 1 : row.sequence, ...found }
    head = { sequence: row.sequence, hash: row.hash }
  }
  return { ok: true, events: head.sequence, head }
}

function problemOf(row: StoredEvent, head: JournalHead): { readonly problem: ChainProblem; readonly detail: string } | null {
  if (row.sequence <= head.sequence) return { problem: 'order', detail: `event ${row.sequence} comes after event ${head.sequence}` }
  if (row.sequence !== head.sequence + 1) return { problem: 'gap', detail: `event ${head.sequence + 1} is missing` }
  if (row.schemaVersion > schemaVersion) return { problem: 'version', detail: `event ${row.sequence} has schema version ${row.schemaVersion}; this Ratchet knows ${schemaVersion}` }
  if (row.previous !== head.hash) return { problem: 'link', detail: `event ${row.sequence} does not follow from the one before it` }
  if (row.hash !== hashEvent(row)) return { problem: 'hash', detail: `event ${row.sequence} is not what its hash was made of` }
  try {
    parseEvent(row)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { problem: 'malformed', detail: `the body of event ${row.sequence} is not JSON` }
  }
  return null
}
