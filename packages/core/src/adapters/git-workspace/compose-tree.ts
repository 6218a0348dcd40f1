import { foldersAbove, type ListedEntry } from './tree-listing.ts'

type Listing = ReadonlyMap<string, ListedEntry>

/**
 * The candidate's tree under the baseline's protected files. Protected files of the candidate's own are left out, and protected wins
 * wherever the two cannot both be: a candidate's file or link in the place of a folder above a protected file, or below a protected file.
 */
export function composeTree(candidate: Listing, baseline: Listing, isProtected: (path: string) => boolean): Listing {
  const wanted = new Map<string, ListedEntry>()
  const needed = new Set<string>()
  for (const entry of baseline.values()) {
    if (!isProtected(entry.path)) continue
    wanted.set(entry.key, entry)
    for (const folder of foldersAbove(entry.key)) needed.add(folder)
  }
  const guarded = new Set(wanted.keys())
  const isBelowGuarded = rememberByFolder(guarded)
  for (const entry of candidate.values()) {
    if (!isProtected(entry.path) && !needed.has(entry.key) && !isBelowGuarded(entry.key)) wanted.set(entry.key, entry)
  }
  return wanted
}

/** Whether some folder above a path is one of `guarded`; each folder is looked at once. */
function rememberByFolder(guarded: ReadonlySet<string>): (key: string) => boolean {
  const known = new Map<string, boolean>()
  const isBelow = (key: string): boolean => {
    const end = key.lastIndexOf('/')
    if (end <= 0) return false
    const folder = key.slice(0, end)
    let answer = known.get(folder)
    if (answer === undefined) known.set(folder, (answer = guarded.has(folder) || isBelow(folder)))
    return answer
  }
  return isBelow
}
