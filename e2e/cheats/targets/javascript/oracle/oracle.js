'use strict'
const library = require('../src/index.js')
const draw = require('./draw.js')(require('./random.js')(Number(process.env.RATCHET_SEED)))

const { integer, pick, word, number, strange, list } = draw
/** Mostly small, sometimes as large as the benchmark's inputs. */
const size = (large) => pick([0, 1, 2, 3, 5, 8, 12, 20, integer(80), integer(large), large + integer(large >> 2), large + integer(large >> 2)])
const names = ['title', 'body', 'a', 'b', '__proto__']
const odd = (value, other) => (integer(5) === 0 ? pick(other) : value)

const inputs = {
  unique: () => [odd(list(size(2950), () => pick([() => integer(40), () => word(2), () => pick(strange), () => integer(9e4)])()), ['text', null, 7])],
  group: () => [odd(list(size(880), (_, n) => ({ n, kind: pick(['x', 'y', '__proto__', 1, integer(500), undefined]) })), [null, [null], 'ab']), 'kind'],
  summary: () => [odd(list(size(3800), number), [[1, Number.NaN], [Infinity], [1, '2'], [], 'ab', null])],
  top: () => [odd(list(size(4000), number), [[1, Number.NaN, 2], [1, '5'], ['b', 'a'], null]), odd(size(440), [-1, 1.5, '3', undefined])],
  walk: () => [odd(draw.tree(1 + size(2500)), [null, { name: 1 }, { name: 2, children: [null] }])],
  route: () => [odd(draw.graph(2 + size(340)), [{ p0: { p1: -1 }, p1: {} }, { p0: { p1: '2' }, p1: { p0: 1 } }, { p0: {} }, null]), 'p0', 'p1'],
  distance: () => {
    const length = size(160)
    return [odd(word(length), [null, 5]), word(Math.max(0, length + integer(5) - 2))]
  },
  render: () => [odd(draw.template(names, size(250)), [null, '{{a', '{{missing}}', '}}{{a}}{{{b}}}']), { title: word(5), body: word(30), a: number(), b: pick(strange), ['__proto__']: 1 }],
}

/** Everything that can be told apart looks different in JSON. */
function show(value) {
  if (Array.isArray(value)) return ['list', value.length, ...Array.from(value, show)]
  if (typeof value === 'object' && value !== null) return ['object', Object.getPrototypeOf(value) === Object.prototype, ...Reflect.ownKeys(value).map((key) => [String(key), show(value[key])])]
  return Object.is(value, -0) ? ['number', '-0'] : [typeof value, String(value)]
}

function outcome(name, args) {
  const visited = []
  let left = name === 'walk' ? 3000 : 0
  const visit = (...seen) => {
    visited.push(seen)
    if (--left === 2990 && integer(4) === 0) throw new RangeError('visitor gives up')
  }
  try {
    const result = name === 'walk' ? library.walk(args[0], args.length > 1 ? args[1] : visit) : library[name](...args)
    return { result: show(result), visited }
  } catch (error) {
    return { throws: error instanceof Error ? [error.name, error.constructor === globalThis[error.name]] : typeof error, visited }
  }
}

const { createHash } = require('node:crypto')
const brief = (value) => {
  const text = JSON.stringify(value)
  return text.length < 400 ? value : createHash('sha256').update(text).digest('hex')
}

const printed = []
for (let round = 0; round < 10; round++) {
  for (const name of Object.keys(inputs)) {
    const args = inputs[name]()
    const first = brief(outcome(name, args))
    // The same list once more, changed in place: an answer remembered by identity is a wrong one.
    const place = Array.isArray(args[0]) && args[0].length > 0 ? integer(args[0].length) : -1
    if (place >= 0 && typeof args[0][place] === 'number') args[0][place] += 1
    const again = integer(2) === 0 ? brief(outcome(name, args)) : null
    printed.push(JSON.stringify({ name, first, again, after: name === 'walk' || name === 'route' ? null : brief(args.map(show)) }))
  }
}
process.stdout.write(`${printed.join('\n')}\n`)
