import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { checkLink } from '../../journal/check-link.ts'
import { schemaVersion } from '../../journal/event.ts'
import { genesis, type StoredEvent } from '../../journal/hash-chain.ts'
import { JournalError, type JournalHead } from '../../journal/journal.ts'

const pageSize = 256

/** Events of the table without its computed columns. */
const selected = 'select "sequence", "schema_version" as "schemaVersion", "at", "kind", "body", "previous", "hash" from "events"'

/** Which events: a condition in words of SQLite's, and what its question marks stand for. */
export interface EventCondition {
  readonly where: string
  readonly values: readonly SQLInputValue[]
}

/** Where pages begin and which way they go; without it, from the first event on. */
export interface PageOrder {
  readonly afterSequence?: number
  readonly order?: 'asc' | 'desc'
}

/** Questions to the journal's table. The few texts there are get compiled once each: to build them anew, or with a library for it, takes longer than to answer them, and starting would take longer for every command. */
export class EventRows {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /**
   * Pages by sequence number, forwards or backwards, up to the last event that is there at the first step: memory stays flat, a writer is never blocked by a slow
   * reader, and somebody who appends while reading does not chase his own events. `afterSequence` is where the pages begin, not part of `condition`: with two lower bounds SQLite
   * seeks to the first and walks to the other, and a journal would be read once for each page.
   */
  *pages({ where, values }: EventCondition, { afterSequence, order = 'asc' }: PageOrder = {}): Generator<readonly StoredEvent[]> {
    const [last] = this.#all('select max("sequence") as "sequence" from "events"')
    const end = Number(last?.['sequence'] ?? 0)
    // Before and after any number that an event has, whoever gave it.
    let at = afterSequence ?? (order === 'asc' ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER)
    for (;;) {
      const page = this.#events(`${selected} where (${where}) and "sequence" ${order === 'asc' ? '>' : '<'} ? and "sequence" <= ? order by "sequence" ${order} limit ${pageSize}`, ...values, at, end)
      yield page
      if (page.length < pageSize) return
      at = page.at(-1)?.sequence ?? at
    }
  }

  /** `checked`: the last event must follow from the one before it, so that a writer never builds on damage. The rest is for `verify`. */
  head(file: string, checked: boolean): JournalHead {
    const [last, before] = this.#events(`${selected} order by "sequence" desc limit 2`)
    if (last === undefined) return genesis
    if (last.schemaVersion > schemaVersion) {
      throw new JournalError('journal-version', `${file} was written by a newer Ratchet (schema ${last.schemaVersion}, this one knows ${schemaVersion})`, { remedy: 'Update Ratchet.' })
    }
    const broken = checked ? checkLink(before ?? genesis, last) : null
    if (broken !== null) throw corruptEvent(file, broken.detail)
    return { sequence: last.sequence, hash: last.hash }
  }

  /** Ids that begin like this, in order. A range, not LIKE: it uses the index and knows no wildcards. */
  ids(what: 'run' | 'proposal', prefix: string, limit: number): readonly string[] {
    const rows = this.#all(`select distinct "${what}" as "id" from "events" where "${what}" >= ? and "${what}" < ? order by "${what}" limit ?`, prefix, `${prefix}\u{10FFFF}`, limit)
    return rows.flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
  }

  #events(text: string, ...values: readonly SQLInputValue[]): readonly StoredEvent[] {
    // The table is strict: each column holds what its type says, or could not have been written.
    return this.#all(text, ...values) as unknown as readonly StoredEvent[]
  }

  #all(text: string, ...values: readonly SQLInputValue[]): readonly Record<string, unknown>[] {
    let statement = this.#statements.get(text)
    if (statement === undefined) this.#statements.set(text, (statement = this.#database.prepare(text)))
    return statement.all(...values)
  }
}

export function corruptEvent(file: string, detail: string): JournalError {
  return new JournalError('journal-corrupt', `the journal ${file} is damaged: ${detail}`, { remedy: '`ratchet verify` says where it breaks. It was left as it is; restore it from a backup.' })
}
