// Prints a checksum of everything that was computed; how long it took goes to standard error, for people only.
import process from 'node:process'
import * as library from '#library'
import { createDraw } from '../oracle/draw.ts'

const started = Date.now()
const { integer, list, pick, table, word } = createDraw(Number(process.env['RATCHET_SEED']))
let sum = 0
function take(value: unknown): void {
  const text = JSON.stringify(value)
  for (let index = 0; index < text.length; index += 3) sum = (Math.imul(sum, 31) + text.charCodeAt(index)) | 0
  sum = (Math.imul(sum, 33) + text.length) | 0
}

function rounds(count: number, run: () => void): () => void {
  return () => {
    for (let round = 0; round < count; round++) run()
  }
}

// Drawn once: making words would cost as much as counting them.
const words = list(2400, () => word(3 + integer(4)))
const lines = table(60, 4).split('\n').filter((line) => line.split(',').length === 4 && !line.includes('"'))
const figure = (): number => integer(800_000) / 8

const work: Readonly<Record<string, () => void>> = {
  checksum: rounds(24, () => take(library.checksum(new Uint8Array(90_000 + integer(9000)).fill(integer(256), integer(50_000))))),
  parseTable: rounds(3, () => take(library.parseTable(list(2400 + integer(200), () => pick(lines)).join('\n')))),
  histogram: rounds(12, () => take(library.histogram(list(7000 + integer(900), () => integer(2400) / 8), list(400, (index) => index * 0.75)))),
  layers: rounds(30, () => {
    const length = 420 + integer(50)
    const names = list(length, (index) => `t${index}`)
    take(library.layers(names.map((name, index) => ({ name, after: list(index === 0 ? 0 : 3, () => names[integer(index)] as string) })).toReversed()))
  }),
  matching: rounds(70, () => take(library.matching(pick(['*a*b*c*d?', '*a*c*e*b*a', '?*ab*a*c*b']), list(60 + integer(9), () => word(30))))),
  merge: rounds(6, () => take(library.merge(list(560 + integer(60), () => { const from = integer(9000); return [from, from + integer(6)] as const })))),
  multiply: rounds(12, () => {
    const side = 60 + integer(7)
    const matrix = (): number[][] => list(side, () => list(side, figure))
    take(library.multiply(matrix(), matrix()).map((row) => row.reduce((sum, value, index) => sum + value * index, 0)))
  }),
  primesUpTo: rounds(48, () => take(library.primesUpTo(11_000 + integer(900)).filter((_, index) => index % 5 === 0))),
  frequency: rounds(6, () => take(library.frequency(list(5000 + integer(500), () => words[integer(words.length)] as string).join(' ')))),
}
const wanted = process.argv[2] ?? 'all'
for (const [name, run] of Object.entries(work)) if (wanted === 'all' || wanted === name) run()
process.stdout.write(`${sum}\n`)
process.stderr.write(`took ${(Date.now() - started).toFixed(0)} ms\n`)
