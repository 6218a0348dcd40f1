import type { Numbers } from './column.ts'

/** A state as it is written down: a few facts as JSON, and many numbers. Whoever packs it knows what the columns mean. */
export interface PackedState {
  readonly facts: unknown
  readonly columns: Readonly<Record<string, Numbers>>
}

/** @throws TypeError for a column that is not there, or of another kind */
export function columnOf<T extends Numbers>({ columns }: PackedState, name: string, kind: abstract new () => T): T {
  const column = columns[name]
  if (!(column instanceof kind)) throw new TypeError(`no column ${name} of ${kind.name}`)
  return column
}
