import type { Literal } from './literals.ts'
import { rarity } from './rarity.ts'

/** Together this much evidence is no longer chance: one long rare literal, or three short ones. */
const enough = 1

/** What joins arguments to a key. */
const separators = /[^\p{L}\p{N}]+/u
const leastPart = 4

export interface Overlap {
  /** What both have, the rarest first. */
  readonly shared: readonly Literal[]
  readonly evidence: number
  readonly isSuspicious: boolean
}

/**
 * Literals that a change adds and that stand in test data, but nowhere in the baseline's own source. Each counts once, by how rare it is. Threat: code that knows
 * the inputs it will be tested with, or the answers that are expected.
 */
export function literalOverlap(added: readonly Literal[], inTests: (key: string) => boolean, inSource: (key: string) => boolean): Overlap {
  const distinct = new Map(added.map((literal) => [literal.key, literal]))
  const weighed = [...distinct.values()]
    .map((literal) => ({ literal, weight: rarity(literal) }))
    .filter(({ literal, weight }) => weight > 0 && standsIn(literal, inTests) && !standsIn(literal, inSource))
    .toSorted((a, b) => b.weight - a.weight)
  const evidence = weighed.reduce((sum, { weight }) => sum + weight, 0)
  return { shared: weighed.map(({ literal }) => literal), evidence, isSuspicious: evidence >= enough }
}

/** Two arguments joined into one key, as a table of known answers has them, are the literals of a test all the same. */
function standsIn({ key, kind }: Literal, has: (key: string) => boolean): boolean {
  if (has(key)) return true
  const parts = kind === 'string' ? key.slice(2).split(separators) : []
  return parts.length > 1 && parts.every((part) => part === '' || has(`s:${part}`)) && parts.some((part) => part.length >= leastPart)
}

/** Whether a literal can count at all: only then is it worth reading the tests. */
export function canCount(literal: Literal): boolean {
  return rarity(literal) > 0
}
