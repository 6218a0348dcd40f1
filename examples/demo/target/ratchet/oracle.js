'use strict'
// Prints one line of JSON a case. Ratchet runs it on the original and on the candidate with the same seed and compares.
const differ = require('../index.js')
const random = require('./random.js')(Number(process.env.RATCHET_SEED))

const integer = (bound) => Math.floor(random() * bound)
const shared = [{ id: 1 }, { id: 2 }, [1, 2], () => 0]
const strange = [Number.NaN, -0, 0, undefined, null, '', '0', true, false, Infinity, 'NaN', 2 ** 53, 10n]

function value() {
  const kind = integer(10)
  if (kind < 5) return integer(12)
  if (kind < 7) return String(integer(8))
  if (kind < 9) return strange[integer(strange.length)]
  return shared[integer(shared.length)]
}

function array() {
  const length = integer(integer(4) === 0 ? 60 : 8)
  const items = Array.from({ length }, value)
  // Holes behave differently from undefined in indexOf; a faster version must not change that.
  if (items.length > 0 && integer(6) === 0) delete items[integer(items.length)]
  return items
}

/** Everything that can be told apart must look different in JSON. */
function show(item) {
  if (Array.isArray(item)) return ['array', item.length, ...Array.from(item, (entry, index) => (index in item ? show(entry) : 'hole'))]
  if (typeof item === 'object' && item !== null) return ['object', shared.indexOf(item)]
  if (typeof item === 'function') return ['function', shared.indexOf(item)]
  if (Object.is(item, -0)) return ['number', '-0']
  return [typeof item, String(item)]
}

for (let index = 0; index < 200; index++) {
  const args = Array.from({ length: 1 + integer(4) }, () => (integer(25) === 0 ? value() : array()))
  let outcome
  try {
    outcome = { result: show(differ(...args)) }
  } catch (error) {
    outcome = { throws: error instanceof Error ? error.name : typeof error }
  }
  console.log(JSON.stringify({ ...outcome, after: args.map(show) }))
}
