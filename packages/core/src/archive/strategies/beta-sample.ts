import type { Random } from '../../randomness/seeded-random.ts'

/** A draw from Beta(a, b), a and b at least 1, as X / (X + Y) of two gamma variates. */
export function betaSample(random: Random, a: number, b: number): number {
  const x = gammaSample(random, a)
  return x / (x + gammaSample(random, b))
}

/** Marsaglia and Tsang 2000, "A simple method for generating gamma variables", for a shape of at least 1. */
function gammaSample(random: Random, shape: number): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normalSample(random)
    const root = 1 + c * x
    if (root <= 0) continue
    const v = root * root * root
    // In (0, 1]: its logarithm is finite. Nearly all are let through by the first condition, which implies the second and costs no logarithm.
    const u = 1 - random.next()
    if (u < 1 - 0.0331 * x * x * x * x || Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** Box and Muller 1958. */
function normalSample(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}
