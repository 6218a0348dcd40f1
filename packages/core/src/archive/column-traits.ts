import { stepSeparator } from '../proposal/proposal.ts'
import type { Traits } from './archive.ts'
import type { Column } from './column.ts'
import type { NameTable } from './name-table.ts'

export const verdicts = ['root', 'accepted', 'rejected', 'inconclusive', 'approval-required'] as const satisfies readonly Traits['verdict'][]
export const none = -1

/** What is kept of a variant besides its digests, by its index; `operators` and `scores` are lists of their own. */
export const traitKinds = {
  parents: Int32Array,
  mates: Int32Array,
  verdicts: Uint8Array,
  /** NaN where there is no gain. */
  estimates: Float64Array,
  lows: Float64Array,
  children: Int32Array,
  depths: Int32Array,
  sizes: Float64Array,
  paths: Int32Array,
  /** Where the operators of a variant begin: those of the steps that were proposed at once. Their names are few, those of what they can be joined to are not. */
  operatorsAt: Int32Array,
  operators: Int32Array,
  /** Where the scores of a variant begin. */
  scoresAt: Int32Array,
  scores: Float32Array,
} as const

export type TraitColumns = Readonly<Record<keyof typeof traitKinds, Column>>

/** A variant as a view of the columns: only what is asked for is read, so that looking at a million makes nothing. */
export class ColumnTraits implements Traits {
  readonly index: number
  readonly #columns: TraitColumns
  readonly #names: NameTable

  constructor(index: number, columns: TraitColumns, names: NameTable) {
    this.index = index
    this.#columns = columns
    this.#names = names
  }

  get parent(): number | null {
    return indexOrNull(this.#columns.parents.at(this.index))
  }

  get mate(): number | null {
    return indexOrNull(this.#columns.mates.at(this.index))
  }

  get verdict(): Traits['verdict'] {
    const verdict = verdicts[this.#columns.verdicts.at(this.index)]
    if (verdict === undefined) throw new TypeError(`variant ${this.index} has no verdict`)
    return verdict
  }

  get gain(): Traits['gain'] {
    const estimate = this.#columns.estimates.at(this.index)
    return Number.isNaN(estimate) ? null : { estimate, low: this.#columns.lows.at(this.index) }
  }

  get scores(): readonly number[] {
    const { scoresAt, scores } = this.#columns
    const from = scoresAt.at(this.index)
    return Array.from({ length: this.#end(scoresAt, scores) - from }, (_, k) => scores.at(from + k))
  }

  get children(): number {
    return this.#columns.children.at(this.index)
  }

  get depth(): number {
    return this.#columns.depths.at(this.index)
  }

  get size(): number {
    return this.#columns.sizes.at(this.index)
  }

  get operator(): string {
    const { operatorsAt, operators } = this.#columns
    const from = operatorsAt.at(this.index)
    const to = this.#end(operatorsAt, operators)
    let joined = this.#names.at(operators.at(from))
    for (let at = from + 1; at < to; at++) joined += stepSeparator + this.#names.at(operators.at(at))
    return joined
  }

  get path(): string {
    return this.#names.at(this.#columns.paths.at(this.index))
  }

  #end(beginnings: Column, entries: Column): number {
    return this.index + 1 < beginnings.length ? beginnings.at(this.index + 1) : entries.length
  }
}

export function indexOrNull(index: number): number | null {
  return index === none ? null : index
}
