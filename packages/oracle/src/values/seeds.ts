import { createHash } from 'node:crypto'

/** A 32-bit seed for one purpose, so that parts drawn from the same seed are independent of each other. */
export function mixedSeed(seed: number, purpose: string): number {
  return createHash('sha256').update(`${seed}:${purpose}`).digest().readInt32LE(0)
}

/** A permutation that depends on the seed alone (Fisher-Yates over a 32-bit generator by Marsaglia's xorshift). */
export function shuffled<T>(list: readonly T[], seed: number): readonly T[] {
  const result = [...list]
  let state = seed | 0 || 1
  for (let index = result.length - 1; index > 0; index--) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    const other = (state >>> 0) % (index + 1)
    const [one, two] = [result[index], result[other]] as [T, T]
    result[index] = two
    result[other] = one
  }
  return result
}
