import process from 'node:process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { JournalError } from '../../journal/journal.ts'
import { isSqliteCode } from './sqlite-code.ts'

/** Held for as long as a writer lives; the kernel lets go of it when the process dies, however it dies. */
export interface WriterLock extends Disposable {}

/**
 * An exclusive transaction on a second, empty database. A lock file by name would outlive kill -9, and the journal's own lock would keep
 * readers out.
 */
export function acquireWriterLock(directory: string): WriterLock {
  const file = path.join(directory, 'writer.lock')
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!isSqliteCode(error, 'busy')) throw error
    const holder = holderOf(file)
    throw new JournalError('journal-locked', `another Ratchet process${holder === null ? '' : ` (pid ${holder})`} is writing to this journal`, {
      cause: error,
      remedy: 'Wait for it to end, or stop it; `ratchet status` and `ratchet log` work meanwhile.',
    })
  }
  writeFileSync(`${file}.pid`, `${process.pid}\n`)
  return {
    [Symbol.dispose]: () => {
      database.exec('ROLLBACK')
      database.close()
    },
  }
}

/** For the message only: the lock itself never trusts it. */
function holderOf(file: string): string | null {
  try {
    const text = readFileSync(`${file}.pid`, 'utf8').trim()
    return /^\d+$/.test(text) ? text : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
