import { diffLines } from 'diff'

/** Above this many lines a comparison could take long; every line counts as changed then. */
const lineLimit = 20_000

/**
 * The lines of `after` (from 0) that are new, and where lines are gone and none came in their stead the ones around the gap, so that a change which only deletes has a place too.
 */
export function changedLines(before: string | null, after: string): ReadonlySet<number> {
  const lines = new Set<number>()
  const total = after.split('\n').length
  if (before === null || total > lineLimit) return new Set(Array.from({ length: total }, (_, line) => line))
  let line = 0
  const parts = diffLines(before, after)
  for (const [index, part] of parts.entries()) {
    if (part.removed) {
      if (parts[index - 1]?.added === true || parts[index + 1]?.added === true) continue
      for (const near of [line - 1, line]) if (near >= 0 && near < total) lines.add(near)
      continue
    }
    if (part.added) for (let at = line; at < line + part.count; at++) lines.add(at)
    line += part.count
  }
  return lines
}
