import type { Random } from '../randomness/seeded-random.ts'
import type { Archive, Traits, Variant } from './archive.ts'
import type { Learner } from './learner.ts'
import type { Guidance } from './strategy.ts'
import { noticeableGain } from './relative-gain.ts'

/** The most promising are remembered: the others would hardly ever be drawn. */
const promisingKept = 64
/** Drawn to take the best of. */
const drawn = 8
/** Merges of one variant that are evaluated; after that what it does has been taken over, or gets along with nothing. */
const mergesTried = 2

interface Promising {
  readonly index: number
  /** On its parent, and on the baseline. */
  readonly improvement: number
  readonly estimate: number
  /** Merges of it that were evaluated. */
  merges: number
}

/**
 * Whom to merge into a parent: of a few variants that looked better than their own parents, drawn at random, the one that has most which the parent lacks. Neither an ancestor of the parent nor its descendant: those
 * have nothing to add, or all of it. O(depth) for a choice, in numbers.
 */
export class MateChoice implements Learner {
  readonly #promising: Promising[] = []

  enter({ index, mate, estimate }: Traits, improvement: number | null): void {
    const merged = mate === null ? undefined : this.#promising.find((promising) => promising.index === mate)
    if (merged !== undefined) merged.merges++
    if (improvement !== null && improvement >= noticeableGain) keep(this.#promising, { index, improvement, estimate, merges: 0 })
  }

  choose(archive: Archive, parent: Variant, random: Random): Guidance['mate'] {
    const open = this.#promising.filter(({ merges }) => merges < mergesTried)
    const few = open.length <= drawn ? open : Array.from({ length: drawn }, () => random.pick(open))
    let chosen: Guidance['mate'] = null
    let lead = noticeableGain
    for (const { index, estimate } of few) {
      const at = sharedAncestor(archive, index, parent.index)
      if (at === index || at === parent.index) continue
      const base = archive.at(at)
      const lacking = estimate - base.estimate
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
function sharedAncestor(archive: Archive, one: number, other: number): number {
  let [a, b] = [one, other]
  while (a !== b) {
    if (a > b) a = archive.parentOf(a) ?? 0
    else b = archive.parentOf(b) ?? 0
  }
  return a
}
