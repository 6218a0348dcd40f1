import { foldersAbove } from './tree-listing.ts'

/** Each guarded path costs every launch some system calls; more than this are guarded by the folder. */
const filesAtMost = 256

/**
 * What must be guarded so that no protected file can be changed: the files themselves, so that a test may still make new ones beside them; where these are too
 * many, whole folders in which nothing is unprotected, outermost first, and single files elsewhere.
 */
export function guardedPaths(paths: readonly string[], isProtected: (path: string) => boolean): readonly string[] {
  const files = paths.filter(isProtected)
  if (files.length <= filesAtMost) return files
  const mixed = new Set<string>()
  for (const path of paths) if (!isProtected(path)) for (const folder of foldersAbove(path)) mixed.add(folder)
  return [...new Set(files.map((file) => foldersAbove(file).findLast((folder) => !mixed.has(folder)) ?? file))]
}
