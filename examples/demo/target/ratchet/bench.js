'use strict'
const differ = require('../index.js')
const random = require('./random.js')(Number(process.env.RATCHET_SEED))

const size = 9000
let kept = 0
for (let round = 0; round < 3; round++) {
  const items = Array.from({ length: size }, () => Math.floor(random() * 4 * size))
  const others = Array.from({ length: size }, () => Math.floor(random() * 4 * size))
  kept += differ(items, others).length
}
console.log(kept)
