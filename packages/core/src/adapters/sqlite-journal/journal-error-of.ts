import { JournalError } from '../../journal/journal.ts'
import { isSqliteCode } from './sqlite-code.ts'

const fileSystemCodes = new Set(['EACCES', 'ENOENT', 'EROFS', 'ENOTDIR', 'EEXIST', 'EPERM', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'])

/** Turns what SQLite and the file system say into this area's errors. What neither of them said passes through: it is a bug. */
export function journalErrorOf(error: unknown, file: string): unknown {
  if (error instanceof JournalError) return error
  const code = (error as NodeJS.ErrnoException | null)?.code
  // A sequence number beyond what JavaScript can count was never written by us.
  if (isSqliteCode(error, 'corrupt', 'notADatabase') || code === 'ERR_OUT_OF_RANGE') {
    return new JournalError('journal-corrupt', `the journal ${file} is damaged or no journal`, { cause: error, remedy: 'It was left as it is. Restore it from a backup, or move it away to begin a new one.' })
  }
  if (isSqliteCode(error, 'full') || code === 'ENOSPC' || code === 'EDQUOT') {
    return new JournalError('journal-unwritable', `no space left for the journal ${file}`, { cause: error, remedy: 'Free some space on its disk, then run the command again; what was recorded before is intact.' })
  }
  if (isSqliteCode(error, 'readOnly', 'cannotOpen', 'permission') || fileSystemCodes.has(code ?? '')) {
    return new JournalError('journal-unwritable', `the journal ${file} cannot be opened or written`, { cause: error, remedy: 'Check the permissions of that place.' })
  }
  if (isSqliteCode(error, 'busy', 'locked')) {
    return new JournalError('journal-locked', `the journal ${file} is held by another program`, { cause: error, remedy: 'Close whatever has the file open, then try again.' })
  }
  if (code === 'ERR_SQLITE_ERROR') return new JournalError('journal-failed', `the journal ${file} failed`, { cause: error, remedy: '`ratchet verify` says whether it is intact.' })
  return error
}
