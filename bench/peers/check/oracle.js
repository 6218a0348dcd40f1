'use strict'
const { run } = require('../src/program.js')

/** Mulberry32. */
function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let z = Math.imul(state ^ (state >>> 15), 1 | state)
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296
  }
}

const next = random(Number(process.env.RATCHET_SEED))
for (let index = 0; index < 100; index++) {
  const size = Math.floor(next() * 90)
  let outcome
  try {
    outcome = { result: run(size) }
  } catch (error) {
    outcome = { throws: error instanceof Error ? error.name : typeof error }
  }
  console.log(JSON.stringify({ size, ...outcome }))
}
