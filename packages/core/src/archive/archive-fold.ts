import type { Decision } from '../decision/decision.ts'
import type { EventBodies } from '../journal/event.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { Archive, Variant } from './archive.ts'
import { objectiveGain } from './objective-gain.ts'

/**
 * The archive of one run, built by adding decided proposals in journal order. Evaluations stay in the journal; a variant keeps only what
 * parent selection needs, so that a step costs O(1) however many variants there are.
 */
export class ArchiveFold implements Archive {
  readonly #variants: Variant[]
  readonly #viable: number[] = [0]
  readonly #byCommit = new Map<ObjectId, number>()
  #best = 0

  constructor(root: ObjectId) {
    this.#variants = [{ commit: root, index: 0, parent: null, proposal: null, verdict: 'root', gain: { estimate: 0, low: 0 }, children: 0 }]
    this.#byCommit.set(root, 0)
  }

  /**
   * Rejected variants, and those that only a person may approve, stay for the record; they are never parents.
   *
   * @throws TypeError when the parent is not in the archive: then these are not the events of this run
   */
  add(made: EventBodies['proposal-made'], decision: Decision): Variant {
    const index = this.#variants.length
    const parent = this.#byCommit.get(made.proposal.parent)
    if (parent === undefined) throw new TypeError(`proposal ${made.proposal.id} builds on ${made.proposal.parent}, which is not in the archive`)
    const variant: Variant = { commit: made.commit, index, parent, proposal: made.proposal.id, verdict: decision.verdict, gain: gainOf(decision), children: 0 }
    this.#variants.push(variant)
    if (!this.#byCommit.has(made.commit)) this.#byCommit.set(made.commit, index)
    const parentVariant = this.at(parent)
    this.#variants[parent] = { ...parentVariant, children: parentVariant.children + 1 }
    if (passedGates(decision.verdict, variant.gain)) this.#viable.push(index)
    if (decision.verdict === 'accepted' && (variant.gain?.low ?? 0) > (this.at(this.#best).gain?.low ?? 0)) this.#best = index
    return variant
  }

  get size(): number {
    return this.#variants.length
  }

  get viableSize(): number {
    return this.#viable.length
  }

  at(index: number): Variant {
    const variant = this.#variants[index]
    if (variant === undefined) throw new RangeError(`no variant ${index} in an archive of ${this.#variants.length}`)
    return variant
  }

  viable(k: number): Variant {
    const index = this.#viable[k]
    if (index === undefined) throw new RangeError(`no viable variant ${k} of ${this.#viable.length}`)
    return this.at(index)
  }

  best(): Variant {
    return this.at(this.#best)
  }

  indexOf(commit: ObjectId): number | undefined {
    return this.#byCommit.get(commit)
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

function finite(log: number): number {
  return Math.max(-700, Math.min(700, log))
}

/**
 * Whether every correctness gate was passed. An inconclusive verdict without any figure comes from trouble of the baseline, which leaves
 * the gates open.
 */
function passedGates(verdict: Decision['verdict'], gain: Variant['gain']): boolean {
  switch (verdict) {
    case 'accepted':
      return true
    case 'inconclusive':
      return gain !== null
    case 'rejected':
    case 'approval-required':
      return false
  }
}
