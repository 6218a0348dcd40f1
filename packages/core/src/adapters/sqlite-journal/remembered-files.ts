import { lstatSync } from 'node:fs'
import path from 'node:path'
import { JournalError } from '../../journal/journal.ts'

/** The files of an open journal, as they were when it was opened. */
export interface RememberedFiles {
  /** @throws JournalError `journal-unwritable` when one of them is not the same file any more */
  check(): void
}

/** The lock counts as well: with another one in its place a second writer may already be at work. */
const names = ['journal.sqlite', 'journal.sqlite-wal', 'journal.sqlite-shm', 'writer.lock']

/**
 * SQLite goes on writing to a file that was deleted or replaced under it, and says nothing: whatever it acknowledges is gone with the process.
 * So device and inode of every name are held against those of the files that were opened; four look-ups, some 10 µs together.
 */
export function rememberFiles(directory: string): RememberedFiles {
  const opened = names.map((name) => path.join(directory, name)).map((file) => ({ file, identity: identityOf(file) }))
  return {
    check: () => {
      const lost = opened.find(({ file, identity }) => identity === null || identityOf(file) !== identity)
      if (lost === undefined) return
      throw new JournalError('journal-unwritable', `${lost.file} was removed or replaced while the journal was in use`, {
        remedy: 'Put the directory back, or start again with a new journal; nothing was recorded since it went.',
      })
    },
  }
}

function identityOf(file: string): string | null {
  const found = lstatSync(file, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? null : `${found.dev}:${found.ino}`
}
