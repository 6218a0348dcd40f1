'use strict'
// Prints a checksum of everything that was computed; how long it took goes to standard error, for people only.
const started = performance.now()
const library = require('../src/index.js')
const draw = require('../oracle/draw.js')(require('../oracle/random.js')(Number(process.env.RATCHET_SEED)))

const { integer, word, list, pick } = draw
let checksum = 0
function take(value) {
  const text = JSON.stringify(value)
  for (let index = 0; index < text.length; index += 7) checksum = (Math.imul(checksum, 31) + text.charCodeAt(index)) | 0
  checksum = (Math.imul(checksum, 33) + text.length) | 0
}

const work = {
  unique: () => {
    for (let round = 0; round < 16; round++) {
      const length = 3000 + integer(600)
      take(library.unique(list(length, () => integer(8000))))
    }
  },
  group: () => {
    for (let round = 0; round < 24; round++) {
      const groups = library.group(list(900 + integer(90), (_, n) => ({ n, kind: integer(500) })), 'kind')
      take(Object.entries(groups).map(([kind, rows]) => [kind, ...rows.map((row) => row.n)]))
    }
  },
  summary: () => {
    // A dashboard asks for the same figures again and again.
    const values = list(3900 + integer(300), () => draw.number())
    for (let round = 0; round < 24; round++) take(library.summary(values))
  },
  top: () => {
    for (let round = 0; round < 24; round++) take(library.top(list(4200 + integer(400), () => integer(1e6)), 450))
  },
  walk: () => {
    const seen = []
    for (let round = 0; round < 8; round++) library.walk(draw.tree(2600 + integer(300)), (name, depth) => seen.push(name, depth))
    take(seen)
  },
  route: () => {
    for (let round = 0; round < 10; round++) take(library.route(draw.graph(360 + integer(40)), 'p0', 'p1'))
  },
  distance: () => {
    for (let round = 0; round < 60; round++) take(library.distance(word(160 + integer(40)), word(160 + integer(40))))
  },
  render: () => {
    const names = ['title', 'body', 'a']
    const templates = list(6, () => draw.template(names, 260 + integer(40)))
    for (let round = 0; round < 400; round++) take(library.render(pick(templates), { title: word(3), body: word(5), a: integer(1000) }))
  },
}

const wanted = process.argv[2] ?? 'all'
for (const [name, run] of Object.entries(work)) if (wanted === 'all' || wanted === name) run()
process.stdout.write(`${checksum}\n`)
process.stderr.write(`took ${(performance.now() - started).toFixed(1)} ms\n`)
