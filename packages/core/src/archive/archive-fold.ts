import { z } from 'zod'
import type { Decision } from '../decision/decision.ts'
import type { EventBodies } from '../journal/event.ts'
import { stepSeparator, type ObjectId, type Proposal, type ProposalId } from '../proposal/proposal.ts'
import { isViable, type Archive, type Traits, type Variant } from './archive.ts'
import { Column, type Numbers, type NumbersKind } from './column.ts'
import { ColumnTraits, indexOrNull, none, traitKinds, verdicts } from './column-traits.ts'
import { DigestIndex } from './digest-index.ts'
import { NameTable } from './name-table.ts'
import { objectiveGain } from './objective-gain.ts'
import { piecesOf, type PackedState } from './packed-state.ts'
import type { TaskTally } from './task-tally.ts'

const kinds = {
  ...traitKinds,
  /** 12 hexadecimal digits: exact in a number. */
  proposals: Float64Array,
  viable: Int32Array,
} as const

/** What a column of sizes can hold; nobody changes as much. */
const largestSize = 2 ** 31 - 1

const packedFacts = z.object({ names: z.array(z.string()).readonly(), best: z.int(), bestLow: z.number(), bestAsked: z.int().default(0), bestAskedLow: z.number().default(0) })

/**
 * The archive of one run, built by adding decided proposals in journal order. Evaluations stay in the journal; a variant keeps only what
 * parent selection needs, in columns of numbers: about 100 bytes each, and a step costs O(1) however many variants there are.
 */
export class ArchiveFold implements Archive {
  readonly #commits: DigestIndex
  readonly #columns: Readonly<Record<keyof typeof kinds, Column>>
  readonly #names: NameTable
  #best = 0
  #bestLow = 0
  /** 0: none. */
  #bestAsked = 0
  #bestAskedLow = 0

  constructor(from: { readonly root: ObjectId } | PackedState) {
    if ('root' in from) {
      this.#commits = new DigestIndex()
      this.#columns = columnsOf(() => [])
      this.#names = new NameTable()
      this.#push({ commit: from.root, parent: null, mate: null, proposal: null, verdict: 'root', gain: { estimate: 0, low: 0 }, scores: [], tasks: null, depth: 0, size: 0, operators: [], path: '' })
      return
    }
    const { names, best, bestLow, bestAsked, bestAskedLow } = packedFacts.parse(from.facts)
    this.#commits = DigestIndex.unpack(from, 'commits')
    this.#columns = columnsOf((name, kind) => piecesOf(from, name, kind))
    this.#names = new NameTable(names)
    this.#best = best
    this.#bestLow = bestLow
    this.#bestAsked = bestAsked
    this.#bestAskedLow = bestAskedLow
  }

  pack(): PackedState {
    const facts: z.infer<typeof packedFacts> = { names: this.#names.names, best: this.#best, bestLow: this.#bestLow, bestAsked: this.#bestAsked, bestAskedLow: this.#bestAskedLow }
    return { facts, columns: { ...this.#commits.pack('commits'), ...Object.fromEntries(Object.entries(this.#columns).map(([name, column]) => [name, column.pieces])) } }
  }

  /**
   * `tasks`: what it did with those of its evaluation. `asked`: it is followed although a person has to say yes to it.
   *
   * @throws TypeError when a parent is not in the archive, or the commit already is: then these are not the events of this run
   */
  add({ proposal, commit }: Pick<EventBodies['proposal-made'], 'proposal' | 'commit'>, decision: Decision, { tasks = null, asked = false }: { readonly tasks?: TaskTally | null | undefined; readonly asked?: boolean } = {}): Variant {
    const parent = this.#commits.indexOf(proposal.parent)
    if (parent === undefined) throw new TypeError(`proposal ${proposal.id} builds on ${proposal.parent}, which is not in the archive`)
    const mate = proposal.mate === undefined ? null : this.#commits.indexOf(proposal.mate)
    if (mate === undefined) throw new TypeError(`proposal ${proposal.id} takes from ${proposal.mate}, which is not in the archive`)
    const gain = gainOf(decision)
    const verdict = asked ? 'asked' : decision.verdict
    const index = this.#push({
      commit, parent, mate, proposal: proposal.id, verdict, gain, scores: scoresOf(decision), tasks,
      depth: this.#columns.depths.at(parent) + 1, size: this.#columns.sizes.at(parent) + changedCharacters(proposal), operators: proposal.operator.split(stepSeparator), path: proposal.edits[0]?.path ?? proposal.files?.[0]?.path ?? '',
    })
    this.#columns.children.set(parent, this.#columns.children.at(parent) + 1)
    this.#rank(index, verdict, gain?.low ?? 0)
    return this.at(index)
  }

  get size(): number {
    return this.#columns.parents.length
  }

  get viableSize(): number {
    return this.#columns.viable.length
  }

  at(index: number): Variant {
    const { parent, mate, verdict, gain, estimate, scores, tasks, children, depth, size, operators, path } = this.traits(index)
    const proposal = index === 0 ? null : this.#columns.proposals.at(index).toString(16).padStart(12, '0')
    return { index, parent, mate, verdict, gain, estimate, scores, tasks, children, depth, size, operators, path, commit: this.#commits.at(index), proposal }
  }

  traits(index: number): Traits {
    return new ColumnTraits(index, this.#columns, this.#names)
  }

  parentOf(index: number): number | null {
    return indexOrNull(this.#columns.parents.at(index))
  }

  viable(k: number): Variant {
    return this.at(this.#columns.viable.at(k))
  }

  best(): Variant {
    return this.at(this.#best)
  }

  bestAsked(): Variant | null {
    return this.#bestAskedLow > this.#bestLow ? this.at(this.#bestAsked) : null
  }

  /** Variants with this verdict, best proven gain first, ties in order of entry; at most `limit` of them. O(n log limit) and only numbers are looked at. */
  proven(verdict: 'accepted' | 'asked', limit: number): readonly Variant[] {
    const found: number[] = []
    const rank = (a: number, b: number): number => this.#lowOf(b) - this.#lowOf(a) || a - b
    for (let index = 1; index < this.size; index++) {
      if (verdicts[this.#columns.verdicts.at(index)] !== verdict) continue
      const last = found.at(-1)
      if (found.length >= limit && last !== undefined && rank(index, last) > 0) continue
      found.push(index)
      found.sort(rank)
      if (found.length > limit) found.pop()
    }
    return found.map((index) => this.at(index))
  }

  indexOf(commit: ObjectId): number | undefined {
    return this.#commits.indexOf(commit)
  }

  #rank(index: number, verdict: Variant['verdict'], low: number): void {
    if (verdict === 'accepted' && low > this.#bestLow) [this.#best, this.#bestLow] = [index, low]
    else if (verdict === 'asked' && low > this.#bestAskedLow) [this.#bestAsked, this.#bestAskedLow] = [index, low]
  }

  #lowOf(index: number): number {
    const low = this.#columns.lows.at(index)
    return Number.isNaN(low) ? 0 : low
  }

  #push(variant: Omit<Variant, 'index' | 'children' | 'estimate'>): number {
    const { place: index, isNew } = this.#commits.add(variant.commit)
    if (!isNew) throw new TypeError(`commit ${variant.commit} is in the archive already`)
    this.#columns.proposals.push(variant.proposal === null ? 0 : numberOf(variant.proposal))
    this.#columns.parents.push(variant.parent ?? none)
    this.#columns.mates.push(variant.mate ?? none)
    this.#columns.verdicts.push(verdicts.indexOf(variant.verdict))
    this.#columns.estimates.push(variant.gain?.estimate ?? Number.NaN)
    this.#columns.lows.push(variant.gain?.low ?? Number.NaN)
    this.#columns.children.push(0)
    this.#columns.depths.push(variant.depth)
    this.#columns.sizes.push(Math.min(largestSize, variant.size))
    this.#columns.operatorsAt.push(this.#columns.operators.length)
    for (const operator of variant.operators) this.#columns.operators.push(this.#names.add(operator))
    this.#columns.paths.push(this.#names.add(variant.path))
    this.#columns.scoresAt.push(this.#columns.scores.length)
    for (const score of variant.scores) this.#columns.scores.push(score)
    this.#columns.solvedAt.push(this.#columns.solvedTasks.length)
    for (const task of variant.tasks?.solvedTasks ?? []) this.#columns.solvedTasks.push(task)
    this.#columns.asked.push(variant.tasks?.asked ?? 0)
    this.#columns.solved.push(variant.tasks?.solved ?? 0)
    this.#columns.leads.push(variant.tasks?.lead ?? 0)
    if (isViable(variant)) this.#columns.viable.push(index)
    return index
  }
}

function columnsOf(pieces: (name: keyof typeof kinds, kind: NumbersKind) => readonly Numbers[]): Readonly<Record<keyof typeof kinds, Column>> {
  const names = Object.keys(kinds) as (keyof typeof kinds)[]
  return Object.fromEntries(names.map((name) => [name, new Column(kinds[name], pieces(name, kinds[name]))])) as Record<keyof typeof kinds, Column>
}

export function createArchive(root: ObjectId): ArchiveFold {
  return new ArchiveFold({ root })
}

/** Evidence without a single sample has no gain. An unknown bound becomes a very small gain: it must stay a number that sorts and prints. */
function gainOf(decision: Decision): Variant['gain'] {
  const gain = objectiveGain(decision)
  return gain === null ? null : { estimate: finite(gain.estimate), low: finite(gain.low) }
}

function scoresOf({ metrics }: Decision): readonly number[] {
  const objectives = Object.entries(metrics).filter(([, { role }]) => role === 'objective')
  return objectives.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { effect }]) => (effect === null ? 0 : finite(Math.log(effect.estimate))))
}

function numberOf(id: ProposalId): number {
  if (!/^[0-9a-f]{1,12}$/.test(id)) throw new TypeError(`${JSON.stringify(id)} is no id of a proposal`)
  return Number.parseInt(id, 16)
}

function finite(log: number): number {
  return Math.max(-700, Math.min(700, log))
}

/** Of a whole file its bytes stand for its characters. */
function changedCharacters({ edits, files = [] }: Proposal): number {
  return edits.reduce((sum, { start, end, replacement }) => sum + (end - start) + replacement.length, 0) + files.reduce((sum, { bytes }) => sum + bytes, 0)
}
