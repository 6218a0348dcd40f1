import type { Random } from '../randomness/seeded-random.ts'
import type { Archive, Traits, Variant } from './archive.ts'
import { Column } from './column.ts'
import type { Learner } from './learner.ts'
import type { Guidance } from './strategy.ts'
import { noticeableGain } from './relative-gain.ts'

/** The most promising are remembered: the others would hardly ever be drawn. */
const promisingKept = 64
/** Drawn to take the best of. */
const drawn = 8
/** Merges of one variant that are evaluated; after that what it does has been taken over, or gets along with nothing. */
const mergesTried = 2
const none = -1

interface Promising {
  readonly index: number
  /** On its parent, and on the baseline. */
  readonly improvement: number
  readonly estimate: number
}

/**
 * Whom to merge into a parent: of a few variants that looked better than their own parents, drawn at random, the one that has most which the parent lacks. Neither an ancestor of the parent nor its descendant: those
 * have nothing to add, or all of it. O(depth) for a choice, in numbers.
 */
export class MateChoice implements Learner {
  readonly #promising: Promising[] = []
  readonly #parents = new Column(Int32Array)
  readonly #merges = new Map<number, number>()

  enter({ index, parent, mate, gain }: Traits, improvement: number | null): void {
    this.#parents.push(parent ?? none)
    if (mate !== null) this.#merges.set(mate, (this.#merges.get(mate) ?? 0) + 1)
    if (improvement !== null && improvement >= noticeableGain) keep(this.#promising, { index, improvement, estimate: gain?.estimate ?? 0 })
  }

  choose(archive: Archive, parent: Variant, random: Random): Guidance['mate'] {
    const open = this.#promising.filter(({ index }) => (this.#merges.get(index) ?? 0) < mergesTried)
    const few = open.length <= drawn ? open : Array.from({ length: drawn }, () => random.pick(open))
    let chosen: Guidance['mate'] = null
    let lead = noticeableGain
    for (const { index, estimate } of few) {
      const at = sharedAncestor(this.#parents, index, parent.index)
      if (at === index || at === parent.index) continue
      const base = archive.at(at)
      const lacking = estimate - (base.gain?.estimate ?? 0)
      if (lacking > lead) [chosen, lead] = [{ variant: archive.at(index), base }, lacking]
    }
    return chosen
  }
}

/** Keeps the most promising, the latest of equals. */
function keep(promising: Promising[], one: Promising): void {
  promising.push(one)
  if (promising.length <= promisingKept) return
  const least = promising.reduce((at, { improvement }, index) => (improvement < (promising[at]?.improvement ?? 0) ? index : at), 0)
  promising.splice(least, 1)
}

/** By first parents, each of which entered before its children. */
function sharedAncestor(parents: Column, one: number, other: number): number {
  let [a, b] = [one, other]
  while (a !== b) {
    if (a > b) a = parents.at(a)
    else b = parents.at(b)
  }
  return a
}
