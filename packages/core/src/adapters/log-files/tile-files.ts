import { randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { JournalError } from '../../journal/journal.ts'
import { checkpointPath, type TileStore } from '../../transparency-log/tile-store.ts'
import { syncFile } from '../durable-files/sync-file.ts'

/** Partial tiles hold at most 255 entries; nothing that a log has is longer than a bundle of 256 entries of two bytes' length each. */
const longestFile = 256 * (2 ** 16 + 2)

/** Longer than any note that is read. */
const longestCheckpoint = 1_000_000

/** A log as files below a directory, as public tools fetch it. Written beside and renamed into place: a file is a whole one or it is none. No link is followed: a repository may come with some. */
export function createTileFiles(directory: string): TileStore {
  const place = (name: string): string => path.join(directory, name)
  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw error instanceof JournalError ? error : new JournalError('journal-unwritable', `the log ${directory} cannot be read or written`, { cause: error, remedy: 'Check the permissions and the free space of that place; the journal itself is intact.' })
    }
  }
  return {
    read: (name) => guarded(() => {
      const isCheckpoint = name === checkpointPath
      const file = place(name)
      const isLinked = throughLinks(directory, name)
      const about = isLinked ? undefined : lstatSync(file, { throwIfNoEntry: false })
      if (about?.isFile() === true && about.size <= (isCheckpoint ? longestCheckpoint : longestFile)) return readFileSync(file)
      // A tile is made anew. Without the checkpoint the log would pass for one that nobody ever signed.
      if (isCheckpoint && (isLinked || about !== undefined)) throw new JournalError('journal-forked', `${file} is a link, no file, or too long: it is no checkpoint`, { remedy: 'Nothing was written. Put the real file back; without one the next command that writes makes it anew.' })
      return null
    }),
    write: (name, bytes, options) => guarded(() => {
      if (throughLinks(directory, name)) throw new JournalError('journal-unwritable', `${directory} holds a link where the log goes`, { remedy: 'Remove it: the log follows no links.' })
      const folder = path.dirname(place(name))
      mkdirSync(folder, { recursive: true })
      // Beside the log's own folders, so that a kill leaves nothing in them that a public tool could take for a tile.
      const draft = path.join(directory, `.draft-${randomUUID()}`)
      try {
        writeFileSync(draft, bytes, { flag: 'wx' })
        if (options?.durable === true) syncFile(draft)
        renameSync(draft, place(name))
        if (options?.durable === true) syncFile(folder)
      } finally {
        rmSync(draft, { force: true })
      }
    }),
    remove: (name) => guarded(() => {
      if (!throughLinks(directory, name)) rmSync(place(name), { recursive: true, force: true })
    }),
  }
}

function throughLinks(directory: string, name: string): boolean {
  const parts = name.split('/').slice(0, -1)
  return ['', ...parts].some((_, depth) => lstatSync(path.join(directory, ...parts.slice(0, depth)), { throwIfNoEntry: false })?.isSymbolicLink() === true)
}
