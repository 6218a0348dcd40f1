import type { Random } from '../randomness/seeded-random.ts'
import type { Archive, Variant } from './archive.ts'
import { Column } from './column.ts'
import { readArchive } from './read-archive.ts'
import type { Guidance } from './strategy.ts'
import { noticeableGain, relativeGain } from './relative-gain.ts'

/** The most promising are remembered: the others would hardly ever be drawn. */
const promisingKept = 64
/** Drawn to take the best of. */
const drawn = 8
/** Merges of one variant that are evaluated; after that what it does has been taken over, or gets along with nothing. */
const mergesTried = 2
const none = -1

interface Promising {
  readonly index: number
  readonly gain: number
}

/**
 * Whom to merge into a parent: of a few variants that looked better than their own parents, drawn at random, the one that has most which the parent lacks. Neither an ancestor of the parent nor its descendant: those
 * have nothing to add, or all of it. O(depth) for a choice, in numbers.
 */
export function createMateChoice(): (archive: Archive, parent: Variant, random: Random) => Guidance['mate'] {
  const promising: Promising[] = []
  const parents = new Column(Int32Array)
  const gains = new Column(Float64Array)
  const merges = new Map<number, number>()
  const catchUp = readArchive((variant, archive) => {
    parents.push(variant.parent ?? none)
    gains.push(variant.gain?.estimate ?? 0)
    if (variant.parent === null) return
    if (variant.mate !== null) merges.set(variant.mate, (merges.get(variant.mate) ?? 0) + 1)
    const gain = relativeGain(variant, archive.at(variant.parent))
    if (gain !== null && gain >= noticeableGain) enter(promising, { index: variant.index, gain })
  })
  return (archive, parent, random) => {
    catchUp(archive)
    const open = promising.filter(({ index }) => (merges.get(index) ?? 0) < mergesTried)
    const few = open.length <= drawn ? open : Array.from({ length: drawn }, () => random.pick(open))
    let chosen: { readonly index: number; readonly base: number } | null = null
    let lead = noticeableGain
    for (const { index } of few) {
      const base = sharedAncestor(parents, index, parent.index)
      const lacking = gains.at(index) - gains.at(base)
      if (base !== index && base !== parent.index && lacking > lead) [chosen, lead] = [{ index, base }, lacking]
    }
    return chosen === null ? null : { variant: archive.at(chosen.index), base: archive.at(chosen.base) }
  }
}

/** Keeps the most promising, the latest of equals. */
function enter(promising: Promising[], one: Promising): void {
  promising.push(one)
  if (promising.length <= promisingKept) return
  const least = promising.reduce((at, { gain }, index) => (gain < (promising[at]?.gain ?? 0) ? index : at), 0)
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
