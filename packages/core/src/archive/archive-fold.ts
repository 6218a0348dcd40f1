import type { Decision } from '../decision/decision.ts'
import type { EventBodies } from '../journal/event.ts'
import type { ObjectId, Proposal, ProposalId } from '../proposal/proposal.ts'
import { isViable, type Archive, type Variant } from './archive.ts'
import { Column } from './column.ts'
import { DigestIndex } from './digest-index.ts'
import { NameTable } from './name-table.ts'
import { objectiveGain } from './objective-gain.ts'

const verdicts = ['root', 'accepted', 'rejected', 'inconclusive', 'approval-required'] as const satisfies readonly Variant['verdict'][]
const none = -1

/**
 * The archive of one run, built by adding decided proposals in journal order. Evaluations stay in the journal; a variant keeps only what
 * parent selection needs, in columns of numbers: about 100 bytes each, and a step costs O(1) however many variants there are.
 */
export class ArchiveFold implements Archive {
  readonly #commits = new DigestIndex()
  /** 12 hexadecimal digits: exact in a number. */
  readonly #proposals = new Column(Float64Array)
  readonly #parents = new Column(Int32Array)
  readonly #verdicts = new Column(Uint8Array)
  readonly #estimates = new Column(Float64Array)
  readonly #lows = new Column(Float64Array)
  readonly #children = new Column(Int32Array)
  readonly #depths = new Column(Int32Array)
  readonly #sizes = new Column(Float64Array)
  readonly #operators = new Column(Int32Array)
  readonly #paths = new Column(Int32Array)
  readonly #names = new NameTable()
  /** Where the scores of a variant begin, and all of them one after the other. */
  readonly #scoresAt = new Column(Int32Array)
  readonly #scores = new Column(Float32Array)
  readonly #viable = new Column(Int32Array)
  #best = 0
  #bestLow = 0

  constructor(root: ObjectId) {
    this.#push({ commit: root, parent: null, proposal: null, verdict: 'root', gain: { estimate: 0, low: 0 }, scores: [], depth: 0, size: 0, operator: '', path: '' })
  }

  /**
   * @throws TypeError when the parent is not in the archive, or the commit already is: then these are not the events of this run
   */
  add({ proposal, commit }: Pick<EventBodies['proposal-made'], 'proposal' | 'commit'>, decision: Decision): Variant {
    const parent = this.#commits.indexOf(proposal.parent)
    if (parent === undefined) throw new TypeError(`proposal ${proposal.id} builds on ${proposal.parent}, which is not in the archive`)
    const gain = gainOf(decision)
    const index = this.#push({
      commit, parent, proposal: proposal.id, verdict: decision.verdict, gain, scores: scoresOf(decision),
      depth: this.#depths.at(parent) + 1, size: this.#sizes.at(parent) + changedCharacters(proposal), operator: proposal.operator, path: proposal.edits[0]?.path ?? '',
    })
    this.#children.set(parent, this.#children.at(parent) + 1)
    if (decision.verdict === 'accepted' && gain !== null && gain.low > this.#bestLow) {
      this.#best = index
      this.#bestLow = gain.low
    }
    return this.at(index)
  }

  get size(): number {
    return this.#parents.length
  }

  get viableSize(): number {
    return this.#viable.length
  }

  at(index: number): Variant {
    const parent = this.#parents.at(index)
    const estimate = this.#estimates.at(index)
    const verdict = verdicts[this.#verdicts.at(index)]
    if (verdict === undefined) throw new TypeError(`variant ${index} has no verdict`)
    return {
      commit: this.#commits.at(index),
      index,
      parent: parent === none ? null : parent,
      proposal: index === 0 ? null : this.#proposals.at(index).toString(16).padStart(12, '0'),
      verdict,
      gain: Number.isNaN(estimate) ? null : { estimate, low: this.#lows.at(index) },
      scores: this.#scoresOf(index),
      children: this.#children.at(index),
      depth: this.#depths.at(index),
      size: this.#sizes.at(index),
      operator: this.#names.at(this.#operators.at(index)),
      path: this.#names.at(this.#paths.at(index)),
    }
  }

  viable(k: number): Variant {
    return this.at(this.#viable.at(k))
  }

  best(): Variant {
    return this.at(this.#best)
  }

  /** Accepted variants, best proven gain first, ties in order of entry; at most `limit` of them. O(n log limit) and only numbers are looked at. */
  accepted(limit: number): readonly Variant[] {
    const found: number[] = []
    const rank = (a: number, b: number): number => this.#lowOf(b) - this.#lowOf(a) || a - b
    for (let index = 1; index < this.size; index++) {
      if (verdicts[this.#verdicts.at(index)] !== 'accepted') continue
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

  #lowOf(index: number): number {
    const low = this.#lows.at(index)
    return Number.isNaN(low) ? 0 : low
  }

  #scoresOf(index: number): readonly number[] {
    const from = this.#scoresAt.at(index)
    const to = index + 1 < this.size ? this.#scoresAt.at(index + 1) : this.#scores.length
    return Array.from({ length: to - from }, (_, offset) => this.#scores.at(from + offset))
  }

  #push(variant: Omit<Variant, 'index' | 'children'>): number {
    const { place: index, isNew } = this.#commits.add(variant.commit)
    if (!isNew) throw new TypeError(`commit ${variant.commit} is in the archive already`)
    this.#proposals.push(variant.proposal === null ? 0 : numberOf(variant.proposal))
    this.#parents.push(variant.parent ?? none)
    this.#verdicts.push(verdicts.indexOf(variant.verdict))
    this.#estimates.push(variant.gain?.estimate ?? Number.NaN)
    this.#lows.push(variant.gain?.low ?? Number.NaN)
    this.#children.push(0)
    this.#depths.push(variant.depth)
    this.#sizes.push(variant.size)
    this.#operators.push(this.#names.add(variant.operator))
    this.#paths.push(this.#names.add(variant.path))
    this.#scoresAt.push(this.#scores.length)
    for (const score of variant.scores) this.#scores.push(score)
    if (isViable(variant)) this.#viable.push(index)
    return index
  }
}

export function createArchive(root: ObjectId): ArchiveFold {
  return new ArchiveFold(root)
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

function changedCharacters({ edits }: Proposal): number {
  return edits.reduce((sum, { start, end, replacement }) => sum + (end - start) + replacement.length, 0)
}
