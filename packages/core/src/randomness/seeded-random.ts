import { hash } from 'node:crypto'

/** A deterministic source of randomness: same seed, same sequence, on every platform. */
export interface Random {
  /** Uniform in [0, 1) with 32 bits. */
  next(): number
  /** Uniform integer in [0, bound); `bound` >= 1. */
  integer(bound: number): number
  /** One element, uniformly; throws a RangeError on an empty list. */
  pick<T>(items: readonly T[]): T
  /** A new, shuffled array (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[]
}

/**
 * Derives an independent stream from a seed and a path of labels, for instance `('7', 'proposal', 12)`.
 * A step never depends on how much randomness an earlier step used, which is what makes resume exact.
 * Generator: SplitMix32 seeded by SHA-256; not for cryptographic use.
 */
export function seededRandom(...path: readonly (string | number)[]): Random {
  const digest = hash('sha256', JSON.stringify(path), 'buffer')
  let state = digest.readUInt32LE(0)
  const nextWord = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  const next = (): number => nextWord() / 0x1_0000_0000
  const integer = (bound: number): number => Math.floor(next() * bound)
  return {
    next,
    integer,
    pick: <T>(items: readonly T[]): T => {
      if (items.length === 0) throw new RangeError('cannot pick from an empty list')
      return items[integer(items.length)] as T
    },
    shuffle: <T>(items: readonly T[]): T[] => {
      const copy = [...items]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const held = copy[i] as T
        copy[i] = copy[j] as T
        copy[j] = held
      }
      return copy
    },
  }
}
