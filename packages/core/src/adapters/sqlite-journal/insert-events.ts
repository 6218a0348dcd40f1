import type { DatabaseSync } from 'node:sqlite'
import type { StoredEvent } from '../../journal/hash-chain.ts'

/** Stores events in the order given: all of them, durably, or none. */
export type InsertEvents = (events: readonly StoredEvent[]) => void

/** One prepared statement for the life of the journal: a step appends twice, and building the same query again would take longer than running it. */
export function insertEvents(database: DatabaseSync): InsertEvents {
  const one = database.prepare('insert into "events" ("sequence", "schema_version", "at", "kind", "body", "previous", "hash") values (?, ?, ?, ?, ?, ?, ?)')
  const insert = ({ sequence, schemaVersion, at, kind, body, previous, hash }: StoredEvent): void => void one.run(sequence, schemaVersion, at, kind, body, previous, hash)
  return (events) => {
    // A single statement is a transaction of its own.
    if (events.length === 1) return events.forEach(insert)
    database.exec('begin immediate')
    try {
      events.forEach(insert)
      database.exec('commit')
    } catch (error) {
      const left = database.isTransaction ? rollBack(database) : null
      // What went wrong first is what counts; were the transaction really still open, the next append would not get one.
      if (left !== null && error instanceof Error) error.cause ??= left
      throw error
    }
  }
}

/** On a full disk SQLite has rolled back already, and refuses to do it again. */
function rollBack(database: DatabaseSync): unknown {
  try {
    database.exec('rollback')
    return null
  } catch (error) {
    return error
  }
}
