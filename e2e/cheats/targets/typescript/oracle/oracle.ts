import { createHash } from 'node:crypto'
import process from 'node:process'
import * as library from '#library'
import { createDraw } from './draw.ts'

const { integer, list, pick, real, table, word } = createDraw(Number(process.env['RATCHET_SEED']))
/** Mostly small, sometimes as large as the benchmark's inputs. */
const size = (large: number): number => pick([0, 1, 2, 3, 5, 8, 13, integer(60), integer(large), large + integer(large >> 2), large + integer(large >> 2)])
const odd = (value: unknown, others: readonly unknown[]): unknown => (integer(6) === 0 ? pick(others) : value)
/** Each edge once: two that are equal are refused, and then nothing is counted. */
const ascending = (length: number): number[] => [...new Set(list(length, () => real()))].sort((one, other) => one - other)
const matrix = (rows: number, columns: number): number[][] => list(rows, () => list(columns, real))
const tasks = (length: number): unknown[] =>
  list(length, (index) => ({ name: `t${(index * 7919) % 10007}`, after: list(index === 0 ? 0 : integer(3), () => `t${(integer(index) * 7919) % 10007}`) })).sort(() => integer(3) - 1)

const inputs: Readonly<Record<string, () => unknown[]>> = {
  checksum: () => [odd(Uint8Array.from(list(size(90_000), () => integer(256))), ['text', [1, 2], null, new Uint16Array([700])])],
  parseTable: () => [odd(table(size(1200), 1 + integer(5)), ['"open', 'a"b', 'a,b\nc', '\n\n', '"a"b,c', null])],
  histogram: () => {
    // One size for both lists, half of the time as large as the benchmark's: two sizes drawn apart hardly ever meet there. What ends a call early is in few lists only.
    const isLarge = integer(2) === 0
    const strange = [-0, Infinity, 3, 5, -1, ...(integer(4) === 0 ? [Number.NaN] : [])]
    const edges = ascending(2 + (isLarge ? 398 + integer(99) : size(398)))
    return [list(isLarge ? 6800 + integer(1700) : size(6800), () => odd(real(), strange)), odd(edges, [[3, 3], [1], [2, 1], [1, Number.NaN], [0, 3, 5, 9]])]
  },
  layers: () => [odd(tasks(size(400)), [[{ name: 'a', after: ['a'] }], [{ name: 'a', after: ['b'] }], [{ name: 'a', after: [] }, { name: 'a', after: [] }]])],
  matching: () => [odd(list(1 + integer(8), () => pick(['*', '?', 'a', 'b', 'ab', '.', '+', '[a]', '\n'])).join(''), ['', '*', '****', '\\', '(']), list(size(200), () => word(integer(12), 'aab.+\n'))],
  merge: () => [list(size(540), () => odd([integer(900), 0], [[3, 3], ...(integer(60) === 0 ? [[1, Number.NaN], [5, 4]] : [])])).map((pair) => { const [from, to] = pair as [number, number]; return to === 0 ? [from, from + integer(4)] : [from, to] })],
  multiply: () => { const inner = 1 + size(56); return [odd(matrix(1 + size(56), inner), [[], [[1], [1, 2]], [[1, 2, 3]]]), odd(matrix(inner, 1 + size(56)), [[[]], [[1, 2]]])] },
  primesUpTo: () => [odd(size(10_800) - 1, [1.5, '7', Number.NaN, -3])],
  frequency: () => [list(size(5900), () => pick([() => word(1 + integer(3)), () => pick(['É', 'é', 'I', 'ß', '__proto__', '12'])])()).join(pick([' ', ', ', '\n']))],
}

/** Everything that can be told apart looks different in JSON. */
function show(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', value.length, ...Array.from(value, show)]
  if (value instanceof Uint8Array) return ['bytes', ...value]
  if (typeof value === 'object' && value !== null) return ['object', ...Reflect.ownKeys(value).map((key) => [String(key), show((value as Record<PropertyKey, unknown>)[key])])]
  return Object.is(value, -0) ? ['number', '-0'] : [typeof value, String(value)]
}

function outcome(name: string, args: unknown[]): unknown {
  try {
    return { result: show((library as unknown as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args)) }
  } catch (error) {
    return { throws: error instanceof Error ? [error.name, error.constructor === (globalThis as unknown as Record<string, unknown>)[error.name]] : typeof error }
  }
}

function brief(value: unknown): unknown {
  const text = JSON.stringify(value)
  return text.length < 400 ? value : createHash('sha256').update(text).digest('hex')
}

const printed: string[] = []
for (let round = 0; round < 9; round++) {
  for (const [name, make] of Object.entries(inputs)) {
    const args = make()
    const first = brief(outcome(name, args))
    const [changed] = args
    const place = Array.isArray(changed) || changed instanceof Uint8Array ? integer(changed.length) : -1
    if (place >= 0 && typeof (changed as unknown[])[place] === 'number') (changed as number[])[place] = 3
    printed.push(JSON.stringify({ name, first, again: integer(2) === 0 ? brief(outcome(name, args)) : null, after: brief(args.map(show)) }))
  }
}
process.stdout.write(`${printed.join('\n')}\n`)
