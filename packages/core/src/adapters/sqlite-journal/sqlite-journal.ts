import { existsSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { checkEvent } from '../../journal/check-link.ts'
import { schemaVersion, type EventKind, type JournalEvent, type NewEvent, type RunId } from '../../journal/event.ts'
import { linkEvent, parseEvent, type StoredEvent } from '../../journal/hash-chain.ts'
import { JournalError, type Journal, type JournalHead } from '../../journal/journal.ts'
import type { JournalIndex } from '../../journal/journal-index.ts'
import type { ProposalId } from '../../proposal/proposal.ts'
import { corruptEvent, EventRows, type EventCondition, type PageOrder } from './event-rows.ts'
import { insertEvents, type InsertEvents } from './insert-events.ts'
import { prepareDirectory, refuseLinkedDirectory } from './journal-directory.ts'
import { rememberFiles, type RememberedFiles } from './remembered-files.ts'
import { journalErrorOf } from './journal-error-of.ts'
import { hasSchema, offeringCondition, prepareSchema, spendingCondition } from './journal-schema.ts'
import { acquireWriterLock } from './writer-lock.ts'

export interface SqliteJournalOptions {
  /** `.ratchet` of the target; made when missing and `mode` is write. */
  readonly directory: string
  readonly mode: 'read' | 'write'
  readonly clock: () => Date
}

export type SqliteJournal = Journal & JournalIndex

/**
 * Opens the journal of a target, in `<directory>/journal.sqlite`. Reading where there is none yet gives an empty journal and writes nothing.
 * A writer is alone until it is disposed of or dies; readers come and go.
 *
 * @throws JournalError `journal-locked`, `journal-unwritable`, `journal-corrupt` (the file is left as it is) or `journal-version`
 */
export async function openSqliteJournal(options: SqliteJournalOptions): Promise<SqliteJournal> {
  const file = path.join(options.directory, 'journal.sqlite')
  refuseLinkedDirectory(options.directory)
  await using opened = new AsyncDisposableStack()
  try {
    const database = options.mode === 'write' ? openForWriting(options.directory, file, opened) : openForReading(file)
    const rows = new EventRows(opened.adopt(database, closeDatabase))
    const head = rows.head(file, options.mode === 'write')
    // After the first read: by then SQLite has made its log, which stays for as long as this connection.
    const files = options.mode === 'write' ? rememberFiles(options.directory) : null
    const insert = options.mode === 'write' ? insertEvents(database) : null
    return new TableJournal(rows, { ...options, file, files, insert, head, resources: opened.move() })
  } catch (error) {
    throw journalErrorOf(error, file)
  }
}

function openForWriting(directory: string, file: string, opened: AsyncDisposableStack): DatabaseSync {
  prepareDirectory(directory)
  opened.use(acquireWriterLock(directory))
  const database = new DatabaseSync(file, { defensive: true })
  try {
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF')
    prepareSchema(database, file)
    const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']
    if (mode !== 'wal') throw new JournalError('journal-unwritable', `the place of ${file} allows no write-ahead log`, { remedy: 'Use a local disk: network file systems cannot share its memory map.' })
    // FULL: a commit is on the disk, not only in the cache of the kernel, when it returns.
    database.exec('PRAGMA synchronous = FULL')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function openForReading(file: string): DatabaseSync {
  if (!existsSync(file)) return emptyDatabase(file)
  const database = new DatabaseSync(file, { readOnly: true, defensive: true })
  try {
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF')
    if (hasSchema(database, file)) return database
  } catch (error) {
    database.close()
    throw error
  }
  database.close()
  return emptyDatabase(file)
}

function emptyDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  prepareSchema(database, file)
  return database
}

function closeDatabase(database: DatabaseSync): void {
  if (database.isOpen) database.close()
}

interface OpenedJournal extends SqliteJournalOptions {
  readonly file: string
  /** Null for readers. */
  readonly files: RememberedFiles | null
  /** Null for readers. */
  readonly insert: InsertEvents | null
}

const every: EventCondition = { where: 'true', values: [] }

class TableJournal implements SqliteJournal {
  readonly #table: EventRows
  readonly #options: OpenedJournal
  readonly #resources: AsyncDisposableStack
  /** Null when the last append failed in an unknown state: then the table says where it stands. */
  #head: JournalHead | null
  /** Appends wait for each other: each builds on the head that the one before it left. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(table: EventRows, { head, resources, ...options }: OpenedJournal & { readonly head: JournalHead; readonly resources: AsyncDisposableStack }) {
    this.#table = table
    this.#options = options
    this.#resources = resources
    this.#head = head
  }

  append(events: readonly NewEvent[]): Promise<readonly JournalEvent[]> {
    const result = this.#turn.then(() => this.#guarded(() => this.#append(events)))
    // The caller hears of a failure; the next in line only has to wait.
    this.#turn = Promise.allSettled([result])
    return result
  }

  head(): Promise<JournalHead> {
    return this.#guarded(async () => (this.#options.mode === 'write' && this.#head !== null ? this.#head : this.#table.head(this.#options.file, false)))
  }

  read(afterSequence: number): AsyncIterable<JournalEvent> {
    return this.#events(every, { afterSequence })
  }

  ofRun(run: RunId, afterSequence = 0): AsyncIterable<JournalEvent> {
    return this.#events({ where: '"run" = ?', values: [run] }, { afterSequence })
  }

  ofProposal(proposal: ProposalId): AsyncIterable<JournalEvent> {
    return this.#events({ where: '"proposal" = ?', values: [proposal] })
  }

  ofKinds(kinds: readonly EventKind[]): AsyncIterable<JournalEvent> {
    return this.#events({ where: `"kind" in (${kinds.map(() => '?').join(', ')})`, values: kinds })
  }

  async *spending(): AsyncGenerator<JournalEvent> {
    let before = Number.MAX_SAFE_INTEGER
    for await (const event of this.#events({ where: spendingCondition, values: [] }, { order: 'desc' })) {
      await this.#checkDecisions(event.sequence, before)
      before = event.sequence
      yield event
    }
    await this.#checkDecisions(0, before)
  }

  /**
   * One whose body was changed may have stopped to say that it spends: it would be passed over, and spent again. Read are the decisions since the last one that spent, about 3 s for a hundred thousand: a confirmation pays
   * for those of the search before it.
   */
  async #checkDecisions(after: number, before: number): Promise<void> {
    for await (const stored of this.#rows({ where: '"kind" = ?', values: ['decision-made'] }, { afterSequence: after })) {
      // Not part of the query: with two upper bounds SQLite may walk to the other one.
      if (stored.sequence >= before) return
      const broken = checkEvent(stored)
      if (broken !== null) throw corruptEvent(this.#options.file, broken.detail)
    }
  }

  offers(afterSequence = 0): AsyncIterable<JournalEvent> {
    return this.#events({ where: offeringCondition, values: [] }, { afterSequence })
  }

  ids(what: 'run' | 'proposal', prefix: string, limit: number): Promise<readonly string[]> {
    return this.#guarded(async () => this.#table.ids(what, prefix, limit))
  }

  async *stored(afterSequence?: number): AsyncGenerator<StoredEvent> {
    yield* this.#rows(every, afterSequence === undefined ? {} : { afterSequence })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn
    await this.#resources.disposeAsync()
  }

  async #append(events: readonly NewEvent[]): Promise<readonly JournalEvent[]> {
    const { files, insert } = this.#options
    if (files === null || insert === null) throw new JournalError('journal-failed', 'the journal was opened for reading')
    files.check()
    let head = this.#head ?? this.#table.head(this.#options.file, true)
    const linked: StoredEvent[] = []
    for (const event of events) {
      const stored = linkEvent(head, event, this.#options.clock().toISOString())
      linked.push(stored)
      head = stored
    }
    this.#head = null
    if (linked.length > 0) insert(linked)
    this.#head = { sequence: head.sequence, hash: head.hash }
    return linked.map(parseEvent)
  }

  /** Every event that is read is held against its own hash: nothing may be decided on a changed one. */
  async *#events(condition: EventCondition, order?: PageOrder): AsyncGenerator<JournalEvent> {
    const { file } = this.#options
    for await (const stored of this.#rows(condition, order)) {
      const broken = checkEvent(stored)
      if (broken?.problem === 'version') throw new JournalError('journal-version', `${file}: ${broken.detail}`, { remedy: `Update Ratchet; this one reads schema ${schemaVersion}.` })
      if (broken !== null) throw corruptEvent(file, broken.detail)
      yield parseEvent(stored)
    }
  }

  async *#rows(condition: EventCondition, order?: PageOrder): AsyncGenerator<StoredEvent> {
    const pages = this.#table.pages(condition, order)
    for (;;) {
      const step = await this.#guarded(async () => pages.next())
      if (step.done === true) return
      for (const row of step.value) {
        // Between two events the journal may be closed.
        if (this.#resources.disposed) throw new JournalError('journal-failed', 'the journal was closed')
        yield row
      }
    }
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#resources.disposed) throw new JournalError('journal-failed', 'the journal was closed')
    try {
      return await work()
    } catch (error) {
      throw journalErrorOf(error, this.#options.file)
    }
  }
}
