import { lstatSync, readdirSync, renameSync, rmSync, type Stats } from 'node:fs'
import path from 'node:path'
import type { CacheFiles } from '../../retention/prune-target.ts'
import { removeTree } from '../../workspace/remove-tree.ts'

const goneSuffix = '.gone'

/**
 * The caches below `.ratchet/cache`. Only real files and folders with the names that Ratchet gives them, reached through real folders: a link, or what somebody else put there, is left as it is.
 */
export function createCacheFiles(stateDirectory: string): CacheFiles {
  const folder = (name: string): string | null => {
    const cache = path.join(stateDirectory, 'cache')
    const place = path.join(cache, name)
    return [stateDirectory, cache, place].every(isFolder) ? place : null
  }
  return {
    list: async ({ unfinished, before }) => {
      const kept = new Set(unfinished)
      const states = entriesOf(folder('runs')).filter(({ file, stats }) => {
        const run = /^([0-9a-f]+)\.state(?:\.new)?$/.exec(path.basename(file))?.[1]
        return run !== undefined && stats.isFile() && !kept.has(run)
      })
      // A run that may go on would have to be set up again, for which there may be no network any more.
      const setups = unfinished.length > 0 ? [] : entriesOf(folder('setup')).filter(({ file, stats }) => stats.isDirectory() && (file.endsWith(goneSuffix) || (/^[0-9a-f]{32}$/.test(path.basename(file)) && stats.mtime.toISOString() < before)))
      return [...states.map(({ file, stats }) => ({ path: file, bytes: stats.size })), ...setups.map(({ file }) => ({ path: file, bytes: treeBytes(file) }))]
    },
    remove: async (files) => {
      for (const { path: file } of files) await removeOne(file, folder)
    },
  }
}

/** Looked at again: somebody may have put a link in its place meanwhile. */
async function removeOne(file: string, folder: (name: string) => string | null): Promise<void> {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (stats === undefined || folder(path.basename(path.dirname(file))) === null) return
  if (stats.isFile()) rmSync(file, { force: true })
  else if (stats.isDirectory()) {
    // Killed half-way, what is left must not look like a whole one.
    const gone = file.endsWith(goneSuffix) ? file : `${file}${goneSuffix}`
    if (gone !== file) renameSync(file, gone)
    await removeTree(gone)
  }
}

function isFolder(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true
}

function entriesOf(folder: string | null): readonly { readonly file: string; readonly stats: Stats }[] {
  if (folder === null) return []
  return namesIn(folder).flatMap((name) => {
    const file = path.join(folder, name)
    const stats = lstatSync(file, { throwIfNoEntry: false })
    return stats === undefined ? [] : [{ file, stats }]
  })
}

/** None where there is no folder: a run beside this one may take away what was there a moment ago. */
export function namesIn(folder: string, read: (folder: string) => readonly string[] = (place) => readdirSync(place)): readonly string[] {
  try {
    return read(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

/** Of what lies below a folder, or of a file; links count as themselves. */
export function treeBytes(place: string): number {
  const stats = lstatSync(place, { throwIfNoEntry: false })
  if (stats === undefined) return 0
  if (!stats.isDirectory()) return stats.size
  return namesIn(place).reduce((sum, name) => sum + treeBytes(path.join(place, name)), 0)
}
