import type { Numbers, NumbersKind } from './column.ts'

/** A state as it is written down: a few facts as JSON, and many numbers. Whoever packs it knows what the columns mean; each comes in pieces, see `Column`. */
export interface PackedState {
  readonly facts: unknown
  readonly columns: Readonly<Record<string, readonly Numbers[]>>
}

/** None for a column without entries. @throws TypeError for one of another kind */
export function piecesOf({ columns }: PackedState, name: string, kind: NumbersKind): readonly Numbers[] {
  const pieces = columns[name] ?? []
  if (!pieces.every((piece) => piece instanceof kind)) throw new TypeError(`column ${name} is no ${kind.name}`)
  return pieces
}
