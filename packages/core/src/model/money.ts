/** Billionths of a dollar, a whole number: sums of them are exact up to nine million dollars. */
export type NanoUsd = number

const nanoPerUsd = 1e9

/** Rounded up: what is kept for a call must never be less than it costs. */
export function nanoUsd(usd: number): NanoUsd {
  return Math.ceil(Number((usd * nanoPerUsd).toFixed(3)))
}

export function usdText(amount: NanoUsd): string {
  const usd = amount / nanoPerUsd
  return `$${usd === 0 ? '0' : usd.toFixed(usd < 0.01 ? 6 : usd < 1 ? 4 : 2)}`
}
