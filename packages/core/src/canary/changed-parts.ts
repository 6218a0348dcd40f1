import { applyEdits } from '../proposal/apply-edits.ts'
import { lineEdits } from '../proposal/line-edits.ts'
import type { TextEdit } from '../proposal/proposal.ts'
import type { ChangedText } from './canary-source.ts'

/** A change in its parts, each of which somebody has to look at; what is beyond the last of so many is taken together. */
const mostParts = 10

/** One part of a change: where it is, and the texts whose difference is that part alone. */
export interface ChangedPart {
  readonly place: string
  readonly texts: readonly ChangedText[]
}

/** Every place of every changed file by itself: the text after the change, against the same with what was done in that place taken back. */
export function changedParts(changes: readonly ChangedText[]): readonly ChangedPart[] {
  const parts = changes.flatMap(placesOf)
  if (parts.length <= mostParts) return parts
  const rest = parts.slice(mostParts - 1)
  return [...parts.slice(0, mostParts - 1), { place: `${rest[0]?.place ?? ''} and ${rest.length - 1} more places`, texts: rest.flatMap(({ texts }) => texts) }]
}

function placesOf(change: ChangedText): readonly ChangedPart[] {
  const { path, before, after } = change
  if (before === null || after === null) return [{ place: path, texts: [change] }]
  const places: TextEdit[][] = []
  for (const edit of lineEdits(path, { before: after, after: before }, 0)) {
    const last = places.at(-1)
    const end = last?.at(-1)?.end
    if (last === undefined || end === undefined || isBoundary(after.slice(end, edit.start))) places.push([edit])
    else last.push(edit)
  }
  return places.map((edits) => ({ place: `${path}:${after.slice(0, edits[0]?.start).split('\n').length}`, texts: [{ path, before: applyEdits(after, edits), after }] }))
}

/** Hunks with nothing but indented lines between them are in one function, and one step: a set that is made here and asked there. Whatever else lies between them, they are judged apart. */
function isBoundary(between: string): boolean {
  return between.split('\n').slice(0, -1).some((line) => line.trim() === '' || /^\S/.test(line))
}
