'use strict'
const sum = require('../sum.js')

let state = Number(process.env.RATCHET_SEED) >>> 0
const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296
for (let index = 0; index < 100; index++) {
  const numbers = Array.from({ length: Math.floor(next() * 20) }, () => Math.round(next() * 2000 - 1000) / 8)
  console.log(JSON.stringify([numbers, sum(numbers)]))
}
