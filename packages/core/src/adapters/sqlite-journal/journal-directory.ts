import { randomUUID } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { JournalError } from '../../journal/journal.ts'

const ownFiles = ['journal.sqlite', 'journal.sqlite-wal', 'journal.sqlite-shm', 'writer.lock', 'writer.lock.pid', '.gitignore']

/** Makes the directory, which ignores itself so that the user's own ignore file stays untouched. */
export function prepareDirectory(directory: string): void {
  // Never recursive below a directory that exists: where the kernel then says ENOENT (as in /proc), Node's mkdir would try for ever.
  unlessThere(() => mkdirSync(directory, { recursive: !existsSync(path.dirname(directory)) }))
  // Before anything is written: a repository may come with links under these names that lead to the user's own files.
  for (const name of ownFiles) refuseLink(path.join(directory, name))
  ignoreItself(path.join(directory, '.gitignore'))
}

/**
 * Appears whole, by rename: a full disk or a kill between making and writing it would leave an empty file, and `git add` would take the journal.
 * An empty one, as older versions could leave, is written again; whatever else somebody wrote there stays.
 */
function ignoreItself(file: string): void {
  if ((lstatSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0) return
  const draft = `${file}-${randomUUID()}`
  try {
    writeFileSync(draft, '*\n', { flag: 'wx' })
    renameSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
}

function unlessThere(make: () => void): void {
  try {
    make()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Threat: a link to the state of another repository, whose journal would be taken for this one's, and written to. */
export function refuseLinkedDirectory(directory: string): void {
  if (lstatSync(directory, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return
  throw new JournalError('journal-unwritable', `${directory} is a symbolic link`, { remedy: 'Put the folder itself in its place: the journal follows no links.' })
}

export function refuseLink(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (found === undefined || found.isFile()) return
  throw new JournalError('journal-unwritable', `${file} is not a regular file`, { remedy: 'Remove it: the journal follows no links.' })
}
