import { checkLink, type BrokenLink } from './check-link.ts'
import { genesis, type StoredEvent } from './hash-chain.ts'
import type { JournalHead } from './journal.ts'

export type { ChainProblem } from './check-link.ts'

export type Verification = { readonly ok: true; readonly events: number; readonly head: JournalHead } | ({ readonly ok: false } & BrokenLink)

/**
 * Recomputes every link, in storage order, and says where the first one breaks. Limits: events cut off at the end leave an intact, shorter
 * chain, and whoever can write the file can make a whole new chain; only somebody who kept an earlier or later head can tell.
 */
export async function verifyEvents(rows: AsyncIterable<StoredEvent> | Iterable<StoredEvent>): Promise<Verification> {
  let head = genesis
  for await (const row of rows) {
    const broken = checkLink(head, row)
    if (broken !== null) return { ok: false, ...broken }
    head = { sequence: row.sequence, hash: row.hash }
  }
  return { ok: true, events: head.sequence, head }
}
