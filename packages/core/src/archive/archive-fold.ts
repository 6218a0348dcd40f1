import type { Decision } from '../decision/decision.ts'
import type { EventBodies } from '../journal/event.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { Archive, Variant } from './archive.ts'

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

  /** Rejected variants stay for the record and for the report; they are never parents. */
  add(made: EventBodies['proposal-made'], decision: Decision): Variant {
    const index = this.#variants.length
    const parent = this.#byCommit.get(made.proposal.parent) ?? 0
    const variant: Variant = { commit: made.commit, index, parent, proposal: made.proposal.id, verdict: decision.verdict, gain: gainOf(decision), children: 0 }
    this.#variants.push(variant)
    this.#byCommit.set(made.commit, index)
    const parentVariant = this.at(parent)
    this.#variants[parent] = { ...parentVariant, children: parentVariant.children + 1 }
    if (decision.verdict === 'accepted' || decision.verdict === 'inconclusive') this.#viable.push(index)
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

/** Mean log gain over the objectives that were measured; null when none was. */
function gainOf(decision: Decision): Variant['gain'] {
  const effects = Object.values(decision.metrics).flatMap((metric) => (metric.role === 'objective' && metric.effect !== null ? [metric.effect] : []))
  if (effects.length === 0) return null
  const mean = (logs: readonly number[]): number => logs.reduce((sum, value) => sum + value, 0) / logs.length
  // An unknown bound is zero as a ratio; its logarithm must stay a number that sorts and prints.
  return { estimate: mean(effects.map((effect) => safeLog(effect.estimate))), low: mean(effects.map((effect) => safeLog(effect.low))) }
}

function safeLog(ratio: number): number {
  return Math.max(-700, Math.min(700, Math.log(ratio)))
}
