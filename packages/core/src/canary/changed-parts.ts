import { applyEdits } from '../proposal/apply-edits.ts'
import { lineEdits } from '../proposal/line-edits.ts'
import type { TextEdit } from '../proposal/proposal.ts'
import type { ChangedText } from './canary-source.ts'

/** A change in its parts, each of which somebody has to look at; nobody looks at what is beyond the last of so many. */
const mostParts = 20

/** One part of a change: where it is, and the texts whose difference is that part alone. */
export interface ChangedPart {
  readonly place: string
  /** Empty for what is too much to be looked at. */
  readonly texts: readonly ChangedText[]
}

/** Every place of every changed file by itself: the text after the change, against the same with what was done in that place taken back. */
export function changedParts(changes: readonly ChangedText[]): readonly ChangedPart[] {
  const parts = changes.flatMap(placesOf)
  if (parts.length <= mostParts) return parts
  const rest = parts.slice(mostParts - 1)
  return [...parts.slice(0, mostParts - 1), { place: `${rest[0]?.place ?? ''} and ${rest.length - 1} more places, which are too many to be tried one by one`, texts: [] }]
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

/** Hunks with nothing but indented lines between them are in one function, and one step: a set that is made here and asked there. Whatever else lies between them, another method for instance, they are judged apart. */
function isBoundary(between: string): boolean {
  return between.split('\n').slice(0, -1).some((line) => line.trim() === '' || /^\S/.test(line) || beginsMethod(line))
}

/** `  async next(x) {`, `    def next(self):`, `  int next() const {`; no `if (x) {`, and no call that is handed a function. */
function beginsMethod(line: string): boolean {
  if (/^\s+(?:async\s+)?def\s/.test(line)) return true
  return /^\s+[\w$#*&:<>~\s]*[\w$#]+\([^()=]*\)[\w\s:<>|[\]]*\{\s*$/.test(line) && !/^\s*(?:\}\s*)?(?:if|else|for|while|switch|catch|do|try|return|with|function|new|await)\b/.test(line)
}
