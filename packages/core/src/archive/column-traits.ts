import type { Traits } from './archive.ts'
import type { Column } from './column.ts'
import type { NameTable } from './name-table.ts'
import { taskLead, type TaskTally } from './task-tally.ts'

export const verdicts = ['root', 'accepted', 'rejected', 'inconclusive', 'approval-required', 'asked'] as const satisfies readonly Traits['verdict'][]
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
  sizes: Int32Array,
  paths: Int32Array,
  /** Where the operators of a variant begin: those of the steps that were proposed at once. Their names are few, those of what they can be joined to are not. */
  operatorsAt: Int32Array,
  operators: Int32Array,
  /** Where the scores of a variant begin. */
  scoresAt: Int32Array,
  scores: Float32Array,
  /** Tasks: asked (0 where there are none), solved, lead. */
  asked: Int32Array,
  solved: Int32Array,
  leads: Int32Array,
  /** Where the numbers of the tasks that a variant solved begin. */
  solvedAt: Int32Array,
  solvedTasks: Int32Array,
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

  get estimate(): number {
    const asked = this.#columns.asked.at(this.index)
    if (asked !== 0) return taskLead({ asked, solved: 0, lead: this.#columns.leads.at(this.index) })
    const estimate = this.#columns.estimates.at(this.index)
    return Number.isNaN(estimate) ? 0 : estimate
  }

  get tasks(): TaskTally | null {
    const asked = this.#columns.asked.at(this.index)
    return asked === 0 ? null : { asked, solved: this.#columns.solved.at(this.index), lead: this.#columns.leads.at(this.index), solvedTasks: this.#list('solvedAt', 'solvedTasks') }
  }

  get scores(): readonly number[] {
    return this.#list('scoresAt', 'scores')
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

  get operators(): readonly string[] {
    return this.#list('operatorsAt', 'operators').map((name) => this.#names.at(name))
  }

  get path(): string {
    return this.#names.at(this.#columns.paths.at(this.index))
  }

  #list(beginnings: 'operatorsAt' | 'scoresAt' | 'solvedAt', entries: 'operators' | 'scores' | 'solvedTasks'): readonly number[] {
    const [from, values] = [this.#columns[beginnings], this.#columns[entries]]
    const end = this.index + 1 < from.length ? from.at(this.index + 1) : values.length
    const list: number[] = []
    for (let at = from.at(this.index); at < end; at++) list.push(values.at(at))
    return list
  }
}

export function indexOrNull(index: number): number | null {
  return index === none ? null : index
}
