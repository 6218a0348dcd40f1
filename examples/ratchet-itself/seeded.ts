import process from 'node:process'

/** Mulberry32: whole numbers below a bound, drawn from RATCHET_SEED alone, so that both sides of a comparison get the same ones. */
export function seeded(): (bound: number) => number {
  let state = Number(process.env['RATCHET_SEED'] ?? 1) >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let z = Math.imul(state ^ (state >>> 15), 1 | state)
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z
    return Math.floor((((z ^ (z >>> 14)) >>> 0) / 4294967296) * bound)
  }
}
