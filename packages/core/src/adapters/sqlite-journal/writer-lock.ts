import process from 'node:process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { JournalError } from '../../journal/journal.ts'
import { isSqliteCode } from './sqlite-code.ts'

/** Held for as long as a writer lives; the kernel lets go of it when the process dies, however it dies. Releasing twice is fine. */
export interface WriterLock extends Disposable {}

/**
 * An exclusive transaction on a second, empty database. A lock file by name would outlive kill -9, and the journal's own lock would keep
 * readers out. The process id lies in a file of its own: opening and closing the lock file itself would, by POSIX rules, drop the lock of
 * the process that does it.
 */
export function acquireWriterLock(directory: string): WriterLock {
  const file = path.join(directory, 'writer.lock')
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    writeFileSync(`${file}.pid`, `${process.pid}\n`)
  } catch (error) {
    database.close()
    throw isSqliteCode(error, 'busy') ? lockedError(file, error) : error
  }
  return {
    [Symbol.dispose]: () => {
      // Closing rolls the transaction back.
      if (database.isOpen) database.close()
    },
  }
}

function lockedError(file: string, cause: unknown): JournalError {
  const holder = holderOf(file)
  return new JournalError('journal-locked', `another Ratchet process${holder === null ? '' : ` (pid ${holder})`} is writing to this journal`, {
    cause,
    remedy: 'Wait for it to end, or stop it; `ratchet status` and `ratchet log` work meanwhile.',
  })
}

/** For the message only: the lock itself never trusts it. */
function holderOf(file: string): string | null {
  try {
    const text = readFileSync(`${file}.pid`, 'utf8').trim()
    return /^\d{1,10}$/.test(text) ? text : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
