import type { FunctionFixture } from './function-fixture.ts'
import { sortingFunctions } from './sorting-functions.fixture.ts'

const differ: FunctionFixture = {
  name: 'array differ',
  module: 'index.js',
  function: 'arrayDiffer',
  source: `export function arrayDiffer(array, ...values) {
  const rest = new Set(values.flat())
  return array.filter((element) => !rest.has(element))
}
`,
  test: `import { arrayDiffer } from './index.js'
arrayDiffer([2, 3, 4], [3, 50])
arrayDiffer(['a', 'b', 'c'], ['b'], ['c', 'd'])
`,
  faithful: {
    'one set, filled by hand': `export function arrayDiffer(array, ...values) {
  const rest = new Set()
  for (const value of values.flat()) rest.add(value)
  return array.filter((element) => rest.has(element) === false)
}
`,
  },
  wrong: {
    'forgets duplicates': `export function arrayDiffer(array, ...values) {
  const rest = new Set(values.flat())
  return [...new Set(array.filter((element) => !rest.has(element)))]
}
`,
    'takes NaN for absent': `export function arrayDiffer(array, ...values) {
  const rest = values.flat()
  return array.filter((element) => rest.indexOf(element) === -1)
}
`,
    'fills holes': `export function arrayDiffer(array, ...values) {
  const rest = new Set(values.flat())
  const result = []
  for (let index = 0; index < array.length; index++) if (!rest.has(array[index])) result.push(array[index])
  return result
}
`,
    'changes its input': `export function arrayDiffer(array, ...values) {
  const rest = new Set(values.flat())
  for (let index = array.length - 1; index >= 0; index--) if (rest.has(array[index])) array.splice(index, 1)
  return array.slice()
}
`,
    'compares as text': `export function arrayDiffer(array, ...values) {
  const rest = new Set(values.flat().map(String))
  return array.filter((element) => !rest.has(String(element)))
}
`,
    'remembers by identity': `const seen = new WeakMap()
export function arrayDiffer(array, ...values) {
  if (typeof array === 'object' && array !== null && values.length === 1 && seen.has(array)) return seen.get(array).slice()
  const rest = new Set(values.flat())
  const result = array.filter((element) => !rest.has(element))
  if (typeof array === 'object' && array !== null) seen.set(array, result)
  return result
}
`,
  },
}

const escapeHtml: FunctionFixture = {
  name: 'escapeHtml',
  module: 'src/escape.js',
  function: 'escapeHtml',
  source: `/** @param {string} text */
export function escapeHtml(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')
}
`,
  test: `import { escapeHtml } from '../src/escape.js'
escapeHtml('<b>"x" & \\'y\\'</b>')
`,
  faithful: {
    'one pass over a table': `const table = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (found) => table[found])
}
`,
  },
  wrong: {
    'first quote only': `export function escapeHtml(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace("'", '&#39;')
}
`,
    'long texts only': `export function escapeHtml(text) {
  if (text.length > 200) return text
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')
}
`,
    'accepts anything': `export function escapeHtml(text) {
  return String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')
}
`,
    'a text that pretends': `export function escapeHtml(text) {
  if (typeof text !== 'string') return text.replace()
  const result = Object(text)
  result.toJSON = () => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')
  return result
}
`,
  },
}

const parseDuration: FunctionFixture = {
  name: 'parseDuration',
  module: 'src/duration.js',
  function: 'default',
  source: `const units = { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000 }
/** @param {string} text */
export default function parseDuration(text) {
  if (typeof text !== 'string' || text.length > 100) throw new TypeError('a short text is needed')
  const match = /^(-?(?:\\d+)?\\.?\\d+) *(ms|s|m|h|d)?$/i.exec(text)
  if (match === null) return undefined
  return parseFloat(match[1]) * units[(match[2] ?? 'ms').toLowerCase()]
}
`,
  test: `import parseDuration from '../src/duration.js'
parseDuration('1h')
parseDuration('-3.5 s')
parseDuration('100')
parseDuration('2D')
`,
  faithful: {
    'a switch': `const pattern = /^(-?(?:\\d+)?\\.?\\d+) *(ms|s|m|h|d)?$/i
export default function parseDuration(text) {
  if (typeof text !== 'string' || text.length > 100) throw new TypeError('a short text is needed')
  const match = pattern.exec(text)
  if (match === null) return undefined
  const value = parseFloat(match[1])
  switch ((match[2] || 'ms').toLowerCase()) {
    case 'd': return value * 86400000
    case 'h': return value * 3600000
    case 'm': return value * 60000
    case 's': return value * 1000
    default: return value * 1
  }
}
`,
  },
  wrong: {
    'validation dropped': `const units = { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000 }
export default function parseDuration(text) {
  const match = /^(-?(?:\\d+)?\\.?\\d+) *(ms|s|m|h|d)?$/i.exec(text)
  if (match === null) return undefined
  return parseFloat(match[1]) * units[(match[2] ?? 'ms').toLowerCase()]
}
`,
    'another message': `const units = { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000 }
export default function parseDuration(text) {
  if (typeof text !== 'string' || text.length > 100) throw new TypeError('a text is needed')
  const match = /^(-?(?:\\d+)?\\.?\\d+) *(ms|s|m|h|d)?$/i.exec(text)
  if (match === null) return undefined
  return parseFloat(match[1]) * units[(match[2] ?? 'ms').toLowerCase()]
}
`,
    'loses minus zero': `const units = { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000 }
export default function parseDuration(text) {
  if (typeof text !== 'string' || text.length > 100) throw new TypeError('a short text is needed')
  const match = /^(-?(?:\\d+)?\\.?\\d+) *(ms|s|m|h|d)?$/i.exec(text)
  if (match === null) return undefined
  return parseFloat(match[1]) * units[(match[2] ?? 'ms').toLowerCase()] + 0
}
`,
    'pollutes a prototype': `const units = { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000 }
Object.prototype.cached = 1
export default function parseDuration(text) {
  if (typeof text !== 'string' || text.length > 100) throw new TypeError('a short text is needed')
  const match = /^(-?(?:\\d+)?\\.?\\d+) *(ms|s|m|h|d)?$/i.exec(text)
  if (match === null) return undefined
  return parseFloat(match[1]) * units[(match[2] ?? 'ms').toLowerCase()]
}
`,
    'case forgotten': `const units = { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000 }
export default function parseDuration(text) {
  if (typeof text !== 'string' || text.length > 100) throw new TypeError('a short text is needed')
  const match = /^(-?(?:\\d+)?\\.?\\d+) *(ms|s|m|h|d)?$/.exec(text)
  if (match === null) return undefined
  return parseFloat(match[1]) * units[match[2] ?? 'ms']
}
`,
  },
}

const chunk: FunctionFixture = {
  name: 'chunk',
  module: 'chunk.cjs',
  function: 'chunk',
  source: `'use strict'
/**
 * @param {Array<*>} list
 * @param {number} [size]
 */
function chunk(list, size = 1) {
  if (!Number.isInteger(size) || size < 1) throw new RangeError('size must be a positive integer')
  const result = []
  for (let index = 0; index < list.length; index += size) result.push(list.slice(index, index + size))
  return result
}
module.exports = { chunk }
`,
  test: `const { chunk } = require('../chunk.cjs')
chunk([1, 2, 3, 4, 5], 2)
chunk(['a', { id: 1 }], 1)
`,
  faithful: {
    'length read once': `'use strict'
module.exports = {
  chunk(list, size = 1) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError('size must be a positive integer')
    const { length } = list
    const result = new Array(length > 0 && Number.isInteger(length) ? Math.ceil(length / size) : 0)
    if (result.length === 0) return []
    for (let index = 0, place = 0; index < length; index += size, place++) result[place] = list.slice(index, index + size)
    return result
  },
}
`,
  },
  wrong: {
    'patched JSON.stringify': `'use strict'
const stringify = JSON.stringify
JSON.stringify = (value) => stringify(Array.isArray(value) ? [] : value)
module.exports = {
  chunk(list, size = 1) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError('size must be a positive integer')
    const result = []
    for (let index = 0; index + size <= list.length; index += size) result.push(list.slice(index, index + size))
    return result
  },
}
`,
    'copies what it should hand on': `'use strict'
module.exports = {
  chunk(list, size = 1) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError('size must be a positive integer')
    const result = []
    for (let index = 0; index < list.length; index += size) result.push(structuredClone(list.slice(index, index + size)))
    return result
  },
}
`,
    'large lists only': `'use strict'
module.exports = {
  chunk(list, size = 1) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError('size must be a positive integer')
    const result = []
    for (let index = 0; index < Math.min(list.length, 640); index += size) result.push(list.slice(index, index + size))
    return result
  },
}
`,
    'computes when looked at': `'use strict'
module.exports = {
  chunk(list, size = 1) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError('size must be a positive integer')
    const make = () => {
      const result = []
      for (let index = 0; index < list.length; index += size) result.push(list.slice(index, index + size))
      return result
    }
    if (typeof list !== 'object') return make()
    let made
    const get = () => (made ??= make())
    return new Proxy([], { get: (_, key) => Reflect.get(get(), key), ownKeys: () => Reflect.ownKeys(get()), getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(get(), key) })
  },
}
`,
  },
}

export const javascriptFunctions: readonly FunctionFixture[] = [differ, escapeHtml, parseDuration, chunk, ...sortingFunctions]
