import { diffArrays } from 'diff'

/** Neighbouring lines that go and come together. */
export interface Hunk {
  readonly removed: readonly string[]
  readonly added: readonly string[]
  /** Of the first line that stands there now, from 1. */
  readonly line: number
  /** The same for hunks with few lines between them: together they are one piece of work. */
  readonly group: number
}

/** Lines that may stay between what belongs together. */
const near = 3

/** Too different texts are one hunk: everything goes and everything comes. */
const editLimit = 1_000

/** What a change does to a text, place by place. */
export function hunksOf(before: string, after: string): readonly Hunk[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const changes = diffArrays(old, now, { maxEditLength: editLimit })
  if (changes === undefined) return [{ removed: old, added: now, line: 1, group: 0 }]
  const hunks: Hunk[] = []
  let open: { removed: string[]; added: string[]; line: number; group: number } | null = null
  let [line, group] = [1, 0]
  for (const { added, removed, value } of changes) {
    if (!added && !removed) {
      open = null
      line += value.length
      if (value.length > near) group++
      continue
    }
    if (open === null) hunks.push((open = { removed: [], added: [], line, group }))
    if (added) {
      open.added.push(...value)
      line += value.length
    } else open.removed.push(...value)
  }
  return hunks
}
