import type { Random } from '../randomness/seeded-random.ts'

/**
 * What every launch of a test, an oracle or a metric finds in its environment: a seed, and padding of random length, because the environment shifts the
 * stack and with it speed. The same for all kinds of launches, so that nothing tells a candidate which one it is in.
 */
export function launchEnvironment(seed: number, random: Random): Readonly<Record<string, string>> {
  return { RATCHET_SEED: String(seed), RATCHET_PAD: 'x'.repeat(random.integer(4096)) }
}

export function drawSeed(random: Random): number {
  return random.integer(0x7fff_ffff)
}
