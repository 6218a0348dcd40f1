import { applyEdits } from '../proposal/apply-edits.ts'
import { lineEdits } from '../proposal/line-edits.ts'
import type { ChangedText } from './canary-source.ts'

/** A change in its parts, each of which somebody has to look at; what is beyond the last of so many is taken together. */
const mostParts = 10

/** One part of a change: where it is, and the texts whose difference is that part alone. */
export interface ChangedPart {
  readonly place: string
  readonly texts: readonly ChangedText[]
}

/** Every hunk of every changed file by itself: the text after the change, against the same with that hunk taken back. */
export function changedParts(changes: readonly ChangedText[]): readonly ChangedPart[] {
  const parts = changes.flatMap(hunksOf)
  if (parts.length <= mostParts) return parts
  const rest = parts.slice(mostParts - 1)
  return [...parts.slice(0, mostParts - 1), { place: `${rest[0]?.place ?? ''} and ${rest.length - 1} more places`, texts: rest.flatMap(({ texts }) => texts) }]
}

function hunksOf(change: ChangedText): readonly ChangedPart[] {
  const { path, before, after } = change
  if (before === null || after === null) return [{ place: path, texts: [change] }]
  const back = lineEdits(path, { before: after, after: before }, 0)
  return back.map((edit) => ({ place: `${path}:${after.slice(0, edit.start).split('\n').length}`, texts: [{ path, before: applyEdits(after, [edit]), after }] }))
}
