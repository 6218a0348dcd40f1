'use strict'
const { run } = require('../src/program.js')
const { size, rounds } = require('./work.json')

const seed = Number(process.env.RATCHET_SEED ?? 1)
let last
for (let round = 0; round < rounds; round++) last = run(size + (seed % 5) + round)
console.log(JSON.stringify(last))
