import type { Kysely } from 'kysely'
import { checkLink } from '../../journal/check-link.ts'
import { schemaVersion } from '../../journal/event.ts'
import { genesis, type StoredEvent } from '../../journal/hash-chain.ts'
import { JournalError, type JournalHead } from '../../journal/journal.ts'
import type { JournalSchema } from './journal-schema.ts'

const pageSize = 256

/** Events of the table without its computed columns. */
export function selectEvents(db: Kysely<JournalSchema>) {
  return db.selectFrom('events').select(['sequence', 'schema_version as schemaVersion', 'at', 'kind', 'body', 'previous', 'hash'])
}

export type EventQuery = ReturnType<typeof selectEvents>

/** Where pages begin and which way they go; without it, from the first event on. */
export interface PageOrder {
  readonly afterSequence?: number
  readonly order?: 'asc' | 'desc'
}

/**
 * Pages by sequence number, forwards or backwards, up to the last event that is there at the first step: memory stays flat, a writer is never blocked by a slow
 * reader, and somebody who appends while reading does not chase his own events. `afterSequence` is where the pages begin, not part of `narrow`: with two lower bounds SQLite
 * seeks to the first and walks to the other, and a journal would be read once for each page.
 */
export async function* pagedEvents(db: Kysely<JournalSchema>, narrow: (query: EventQuery) => EventQuery, { afterSequence, order = 'asc' }: PageOrder = {}): AsyncGenerator<StoredEvent> {
  const last = await db.selectFrom('events').select((of) => of.fn.max('sequence').as('sequence')).executeTakeFirst()
  const end = last?.sequence ?? 0
  // Before and after any number that an event has, whoever gave it.
  let at = afterSequence ?? (order === 'asc' ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER)
  for (;;) {
    const rows = await narrow(selectEvents(db)).where('sequence', order === 'asc' ? '>' : '<', at).where('sequence', '<=', end).orderBy('sequence', order).limit(pageSize).execute()
    for (const row of rows) {
      at = row.sequence
      yield row
    }
    if (rows.length < pageSize) return
  }
}

/** `checked`: the last event must follow from the one before it, so that a writer never builds on damage. The rest is for `verify`. */
export async function readHead(db: Kysely<JournalSchema>, file: string, checked: boolean): Promise<JournalHead> {
  const [last, before] = await selectEvents(db).orderBy('sequence', 'desc').limit(2).execute()
  if (last === undefined) return genesis
  if (last.schemaVersion > schemaVersion) {
    throw new JournalError('journal-version', `${file} was written by a newer Ratchet (schema ${last.schemaVersion}, this one knows ${schemaVersion})`, { remedy: 'Update Ratchet.' })
  }
  const broken = checked ? checkLink(before ?? genesis, last) : null
  if (broken !== null) throw corruptEvent(file, broken.detail)
  return { sequence: last.sequence, hash: last.hash }
}

export function corruptEvent(file: string, detail: string): JournalError {
  return new JournalError('journal-corrupt', `the journal ${file} is damaged: ${detail}`, { remedy: '`ratchet verify` says where it breaks. It was left as it is; restore it from a backup.' })
}
