import { diffArrays } from 'diff'

/** Differences searched for before giving up on the shortest script: a whole new file must not cost seconds. */
const editLimit = 1_000

/**
 * Numbers (from 1) of the lines of `after` that `before` does not have at that place, by a shortest edit script. Lines end at a line feed only, as
 * parsers count them. Too different texts: every line between the common start and the common end counts as added, which errs to the careful side.
 */
export function addedLines(before: string | null, after: string): ReadonlySet<number> {
  const now = after.split('\n')
  const old = before === null ? [] : before.split('\n')
  const start = commonStart(old, now)
  const end = commonEnd(old, now, start)
  const [changed, removed] = [now.slice(start, now.length - end), old.slice(start, old.length - end)]
  const all = (): ReadonlySet<number> => new Set(changed.map((_, index) => start + index + 1))
  if (removed.length === 0 || changed.length === 0) return all()
  const changes = diffArrays(removed, changed, { maxEditLength: editLimit })
  if (changes === undefined) return all()
  const added = new Set<number>()
  let line = start + 1
  for (const change of changes) {
    if (change.removed) continue
    for (let index = 0; index < change.value.length; index++, line++) if (change.added) added.add(line)
  }
  return added
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let count = 0
  while (count < a.length && count < b.length && a[count] === b[count]) count++
  return count
}

function commonEnd(a: readonly string[], b: readonly string[], start: number): number {
  let count = 0
  while (count < a.length - start && count < b.length - start && a[a.length - 1 - count] === b[b.length - 1 - count]) count++
  return count
}
