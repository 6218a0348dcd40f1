'use strict'
const sum = require('../sum.js')

const numbers = Array.from({ length: 100_000 }, (_, index) => (index + Number(process.env.RATCHET_SEED)) % 97)
let total = 0
for (let round = 0; round < 200; round++) total += sum(numbers)
console.log(total)
