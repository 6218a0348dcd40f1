import { mkdirSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { schemaVersion, type EventKind, type JournalEvent, type NewEvent } from '../../journal/event.ts'
import { genesis, linkEvent, parseEvent, type StoredEvent } from '../../journal/hash-chain.ts'
import { JournalError, type Journal, type JournalHead } from '../../journal/journal.ts'
import type { JournalIndex } from '../../journal/journal-index.ts'
import { nodeSqliteDialect } from './node-sqlite-dialect.ts'
import { isSqliteCode } from './sqlite-code.ts'
import { acquireWriterLock, type WriterLock } from './writer-lock.ts'

export interface SqliteJournalOptions {
  /** `.ratchet` of the target; made when missing and `mode` is write. */
  readonly directory: string
  readonly mode: 'read' | 'write'
  readonly clock: () => Date
}

export type SqliteJournal = Journal & JournalIndex

interface EventRow {
  readonly sequence: number
  readonly schema_version: number
  readonly at: string
  readonly kind: string
  readonly run: string | null
  readonly proposal: string | null
  readonly body: string
  readonly previous: string
  readonly hash: string
}

interface Schema {
  readonly events: EventRow
}

const pageSize = 256

const tables = `
  CREATE TABLE IF NOT EXISTS events (
    sequence INTEGER PRIMARY KEY,
    schema_version INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    run TEXT,
    proposal TEXT,
    body TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_by_run ON events (run, sequence);
  CREATE INDEX IF NOT EXISTS events_by_proposal ON events (proposal, sequence);
  CREATE INDEX IF NOT EXISTS events_by_kind ON events (kind, sequence);
  CREATE TRIGGER IF NOT EXISTS events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS events_remain BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
`

/** Opens the journal of a target. Reading where there is none yet gives an empty journal and writes nothing. */
export async function openSqliteJournal(options: SqliteJournalOptions): Promise<SqliteJournal> {
  const file = path.join(options.directory, 'journal.sqlite')
  if (options.mode === 'read' && !existsSync(file)) return openDatabase(new DatabaseSync(':memory:'), { ...options, file: ':memory:', lock: null })
  const lock = options.mode === 'write' ? prepareDirectory(options.directory) : null
  try {
    return await openDatabase(new DatabaseSync(file, { readOnly: options.mode === 'read' }), { ...options, file, lock })
  } catch (error) {
    lock?.[Symbol.dispose]()
    throw described(error, file)
  }
}

function prepareDirectory(directory: string): WriterLock {
  try {
    mkdirSync(directory, { recursive: true })
    const ignore = path.join(directory, '.gitignore')
    // The folder ignores itself, so that the user's own files stay untouched.
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
    return acquireWriterLock(directory)
  } catch (error) {
    throw described(error, directory)
  }
}

async function openDatabase(
  database: DatabaseSync,
  context: SqliteJournalOptions & { readonly file: string; readonly lock: WriterLock | null },
): Promise<SqliteJournal> {
  try {
    database.exec('PRAGMA busy_timeout = 5000')
    if (context.mode === 'write') database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${tables}`)
    else if (context.file === ':memory:') database.exec(tables)
    const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(database) })
    const head = await readHead(db, context.file)
    return createJournal(db, { ...context, head })
  } catch (error) {
    database.close()
    throw error
  }
}

/** The last event must be what its hash says: a writer must not build on damage at the end. The rest is for `verify`. */
async function readHead(db: Kysely<Schema>, file: string): Promise<JournalHead> {
  const row = await db.selectFrom('events').selectAll().orderBy('sequence', 'desc').limit(1).executeTakeFirst()
  if (row === undefined) return genesis
  if (row.schema_version > schemaVersion) {
    throw new JournalError('journal-version', `${file} was written by a newer Ratchet (schema ${row.schema_version}, this one knows ${schemaVersion})`, { remedy: 'Update Ratchet.' })
  }
  return { sequence: row.sequence, hash: row.hash }
}

function createJournal(
  db: Kysely<Schema>,
  context: SqliteJournalOptions & { readonly file: string; readonly lock: WriterLock | null; readonly head: JournalHead },
): SqliteJournal {
  let head = context.head
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw described(error, context.file)
    }
  }
  const pages = (narrow: (query: ReturnType<typeof selectEvents>) => ReturnType<typeof selectEvents>): AsyncIterable<StoredEvent> => paged(db, narrow, guard)
  return {
    append: (events) =>
      guard(async () => {
        if (context.mode !== 'write') throw new JournalError('journal-failed', 'the journal was opened for reading')
        const { stored, next } = await linkAll(head, events, context)
        if (stored.length > 0) await db.insertInto('events').values(stored.map(toRow)).execute()
        head = next
        return stored.map(parseEvent)
      }),
    head: () => guard(async () => (context.mode === 'write' ? head : readHead(db, context.file))),
    read: (after) => parsed(pages((query) => query.where('sequence', '>', after)), context.file),
    ofRun: (run) => parsed(pages((query) => query.where('run', '=', run)), context.file),
    ofProposal: (proposal) => parsed(pages((query) => query.where('proposal', '=', proposal)), context.file),
    ofKinds: (kinds: readonly EventKind[]) => parsed(pages((query) => query.where('kind', 'in', [...kinds])), context.file),
    ids: (what, prefix, limit) =>
      guard(async () => {
        // A range, not LIKE: it uses the index and knows no wildcards.
        const rows = await db.selectFrom('events').select(what).distinct().where(what, '>=', prefix).where(what, '<', `${prefix}\u{10FFFF}`).orderBy(what).limit(limit).execute()
        return rows.flatMap((row) => row[what] ?? [])
      }),
    stored: () => pages((query) => query),
    [Symbol.asyncDispose]: async () => {
      await db.destroy()
      context.lock?.[Symbol.dispose]()
    },
  }
}

async function linkAll(
  head: JournalHead,
  events: readonly NewEvent[],
  { clock, file }: SqliteJournalOptions & { readonly file: string },
): Promise<{ readonly stored: readonly StoredEvent[]; readonly next: JournalHead }> {
  if (head.sequence > 0 && head.hash.length !== 64) throw new JournalError('journal-corrupt', `${file} ends in an event without a proper hash`)
  const stored: StoredEvent[] = []
  let next = head
  for (const event of events) {
    const linked = linkEvent(next, event, clock().toISOString())
    stored.push(linked)
    next = { sequence: linked.sequence, hash: linked.hash }
  }
  return { stored, next }
}

function toRow(event: StoredEvent): EventRow {
  const body = JSON.parse(event.body) as { readonly run?: string | null; readonly proposal?: string | { readonly id: string } }
  const proposal = typeof body.proposal === 'object' ? body.proposal.id : (body.proposal ?? null)
  return {
    sequence: event.sequence,
    schema_version: event.schemaVersion,
    at: event.at,
    kind: event.kind,
    run: body.run ?? null,
    proposal,
    body: event.body,
    previous: event.previous,
    hash: event.hash,
  }
}

function selectEvents(db: Kysely<Schema>) {
  return db.selectFrom('events').selectAll()
}

/** Pages by sequence number: memory stays flat, and a writer is never blocked by a slow reader. */
async function* paged(
  db: Kysely<Schema>,
  narrow: (query: ReturnType<typeof selectEvents>) => ReturnType<typeof selectEvents>,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<StoredEvent> {
  let last = Number.MIN_SAFE_INTEGER
  for (;;) {
    const rows = await guard(() => narrow(selectEvents(db)).where('sequence', '>', last).orderBy('sequence').limit(pageSize).execute())
    for (const row of rows) {
      last = row.sequence
      yield { sequence: row.sequence, schemaVersion: row.schema_version, at: row.at, kind: row.kind, body: row.body, previous: row.previous, hash: row.hash }
    }
    if (rows.length < pageSize) return
  }
}

async function* parsed(events: AsyncIterable<StoredEvent>, file: string): AsyncGenerator<JournalEvent> {
  for await (const stored of events) {
    try {
      yield parseEvent(stored)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw new JournalError('journal-corrupt', `the body of event ${stored.sequence} in ${file} is not JSON`, { cause: error, remedy: '`ratchet verify` says where the journal breaks.' })
    }
  }
}

/** Turns what SQLite and the file system say into this area's errors; anything else passes through. */
function described(error: unknown, file: string): unknown {
  if (error instanceof JournalError) return error
  if (isSqliteCode(error, 'corrupt', 'notADatabase')) {
    return new JournalError('journal-corrupt', `the journal ${file} is damaged or no journal`, { cause: error, remedy: 'It was left as it is. Restore it from a backup, or move it away to begin a new one.' })
  }
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (isSqliteCode(error, 'readOnly', 'cannotOpen', 'full') || ['EACCES', 'EROFS', 'ENOTDIR', 'EEXIST', 'EPERM', 'ENOSPC', 'EISDIR'].includes(code ?? '')) {
    return new JournalError('journal-unwritable', `the journal ${file} cannot be opened or written`, { cause: error, remedy: 'Check the permissions of that place and the free space on its disk.' })
  }
  return error
}

