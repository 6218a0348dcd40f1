import type { TextEdit } from '../../../proposal/proposal.ts'
import type { EditSite } from '../edit-operator.ts'

export interface ClassicChange {
  readonly path: string
  readonly offset: number
  readonly weight?: number
  readonly rationale: () => string
  readonly edits: () => readonly Omit<TextEdit, 'path' | 'part'>[]
}

/** Thousands are listed for every one that is tried: words and edits are made only then. */
export class ClassicSite implements EditSite {
  readonly #change: ClassicChange

  constructor(change: ClassicChange) {
    this.#change = change
  }

  get offset(): number {
    return this.#change.offset
  }

  get weight(): number {
    return this.#change.weight ?? 1
  }

  get key(): string {
    return `${this.offset}:${this.rationale}`
  }

  get rationale(): string {
    return this.#change.rationale()
  }

  edits(): readonly TextEdit[] {
    const { path, edits } = this.#change
    return edits().map((edit) => ({ ...edit, path, part: 0 }))
  }
}
