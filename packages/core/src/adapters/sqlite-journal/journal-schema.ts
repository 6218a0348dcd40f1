import { DatabaseSync } from 'node:sqlite'
import { JournalError } from '../../journal/journal.ts'

/** Layout of the file, as opposed to the events' own schema version. */
const layoutVersion = 3

const textAt = (path: string): string => `CASE json_type(body, '${path}') WHEN 'text' THEN json_extract(body, '${path}') END`

/** What `spends` says, in words of SQLite's. Word for word the condition of the index: otherwise SQLite would not see that it fits. */
export const spendingCondition = `kind = 'decision-made' AND CASE WHEN json_valid(body) THEN json_extract(body, '$.purpose') = 'confirm' OR json_type(body, '$.spending') IS NOT NULL END`

/** What `offers` says, in words of SQLite's. */
export const offeringCondition = `kind = 'decision-made' AND CASE WHEN json_valid(body) THEN json_extract(body, '$.purpose') IN ('single', 'confirm', 'revalidate') AND json_extract(body, '$.decision.verdict') = 'accepted' END`

/** `run` and `proposal` are computed from the body by SQLite, so a look-up can never contradict what the hash covers. */
const tables = `
  CREATE TABLE IF NOT EXISTS events (
    sequence INTEGER PRIMARY KEY,
    schema_version INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    run TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(body) THEN ${textAt('$.run')} END) VIRTUAL,
    proposal TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(body) THEN coalesce(${textAt('$.proposal')}, ${textAt('$.proposal.id')}) END) VIRTUAL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_by_run ON events (run, sequence);
  CREATE INDEX IF NOT EXISTS events_by_proposal ON events (proposal, sequence);
  CREATE INDEX IF NOT EXISTS events_by_kind ON events (kind, sequence);
  CREATE INDEX IF NOT EXISTS events_spending ON events (kind, sequence) WHERE ${spendingCondition};
  CREATE INDEX IF NOT EXISTS events_offering ON events (kind, sequence) WHERE ${offeringCondition};
  CREATE TRIGGER IF NOT EXISTS events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS events_remain BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
`

/** Makes the tables in an empty database; refuses one that is somebody else's, newer, or has triggers or views that are not ours. */
export function prepareSchema(database: DatabaseSync, file: string): void {
  refuseNewerLayout(database, file)
  const found = schemaOf(database)
  const expected = expectedSchema()
  if (found.some((entry) => !expected.includes(entry))) throw foreign(file)
  if (found.length === expected.length) return
  // One transaction: a crash leaves all of it or nothing.
  database.exec(`BEGIN IMMEDIATE; ${tables} PRAGMA user_version = ${layoutVersion}; COMMIT`)
}

/** For readers, who change nothing: false when the database is still empty, as just before its writer made the tables. */
export function hasSchema(database: DatabaseSync, file: string): boolean {
  refuseNewerLayout(database, file)
  const entries = schemaOf(database)
  if (entries.length === 0) return false
  // Lost triggers or indexes are no reason to refuse a reader: `verify` must be able to look at a damaged journal.
  const [table] = expectedSchema()
  if (table === undefined || !entries.includes(table)) throw foreign(file)
  return true
}

function refuseNewerLayout(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
  if (version <= layoutVersion) return
  throw new JournalError('journal-version', `${file} was written by a newer Ratchet (layout ${version}, this one knows ${layoutVersion})`, { remedy: 'Update Ratchet.' })
}

function foreign(file: string): JournalError {
  return new JournalError('journal-corrupt', `${file} is a database, but not a journal that this Ratchet made`, { remedy: 'It was left as it is. Move it away to begin a new journal.' })
}

function expectedSchema(): readonly string[] {
  const model = new DatabaseSync(':memory:')
  try {
    model.exec(tables)
    return schemaOf(model)
  } finally {
    model.close()
  }
}

/** Everything the database defines, the table first; statistics and automatic indexes of SQLite's own left out. */
function schemaOf(database: DatabaseSync): readonly string[] {
  return database
    .prepare(`SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'table' DESC, name`)
    .all()
    .map((row) => JSON.stringify([row['type'], row['name'], row['sql']]))
}
