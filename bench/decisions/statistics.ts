// The classical tests that bench/decisions.ts compares with, and intervals for shares. Nothing of Ratchet decides by these.

/** Regularised incomplete beta function by its continued fraction (Lentz). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const tiny = 1e-300
  let [c, d] = [1, 1 / Math.max(tiny, 1 - ((a + b) * x) / (a + 1))]
  let fraction = d
  for (let m = 1; m < 500; m++) {
    for (const term of [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))]) {
      d = 1 / nonZero(1 + term * d)
      c = nonZero(1 + term / c)
      fraction *= d * c
    }
    if (Math.abs(d * c - 1) < 1e-12) break
  }
  return (fraction * Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))) / a
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}

/** Stirling's series, after lifting the argument. */
function logGamma(x: number): number {
  if (x < 10) return logGamma(x + 1) - Math.log(x)
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
}

/** Exact interval of 95 % for a share (Clopper-Pearson). */
export function shareInterval(hits: number, trials: number): readonly [low: number, high: number] {
  const quantile = (p: number, a: number, b: number): number => {
    let [low, high] = [0, 1]
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2
      if (incompleteBeta(middle, a, b) < p) low = middle
      else high = middle
    }
    return (low + high) / 2
  }
  return [hits === 0 ? 0 : quantile(0.025, hits, trials - hits + 1), hits === trials ? 1 : quantile(0.975, hits + 1, trials - hits)]
}

/** One-sided p-value of Student's t-test for "the mean is above 0". */
export function tTest(values: readonly number[]): number {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  if (variance === 0) return mean > 0 ? 0 : 1
  const t = mean / Math.sqrt(variance / n)
  const tail = 0.5 * incompleteBeta((n - 1) / (n - 1 + t * t), (n - 1) / 2, 0.5)
  return t > 0 ? tail : 1 - tail
}

/** One-sided p-value of the Mann-Whitney test for "b is smaller than a", by the normal approximation without ties. */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  let u = 0
  for (const x of a) for (const y of b) u += y < x ? 1 : y === x ? 0.5 : 0
  const [n, m] = [a.length, b.length]
  const z = (u - (n * m) / 2 - 0.5) / Math.sqrt((n * m * (n + m + 1)) / 12)
  return 1 - normal(z)
}

/** Distribution function of the standard normal, by the incomplete gamma series through the error function of Abramowitz and Stegun 7.1.26 (error below 2e-7). */
function normal(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x)
  return z > 0 ? 1 - tail / 2 : tail / 2
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted.length === 0 ? Number.NaN : ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2
}
