import type { FunctionFixture } from './function-fixture.ts'

const mergeSort: FunctionFixture = {
  name: 'merge sort with a comparator',
  module: 'sort.ts',
  function: 'mergeSort',
  source: `export function mergeSort<T>(list: readonly number[], compare: (a: number, b: number) => number): number[] {
  if (list.length < 2) return list.slice()
  const middle = list.length >> 1
  const left = mergeSort(list.slice(0, middle), compare)
  const right = mergeSort(list.slice(middle), compare)
  const result: number[] = []
  let i = 0
  let j = 0
  while (i < left.length && j < right.length) result.push(compare(left[i], right[j]) <= 0 ? left[i++] : right[j++])
  while (i < left.length) result.push(left[i++])
  while (j < right.length) result.push(right[j++])
  return result
}
`,
  test: `import { mergeSort } from './sort.ts'
mergeSort([3, 1, 2], (a, b) => a - b)
`,
  faithful: {
    'one loop': `export function mergeSort(list: readonly number[], compare: (a: number, b: number) => number): number[] {
  if (list.length < 2) return list.slice()
  const middle = list.length >> 1
  const left = mergeSort(list.slice(0, middle), compare)
  const right = mergeSort(list.slice(middle), compare)
  let i = 0
  let j = 0
  const result: number[] = []
  while (i + j < list.length) {
    if (i === left.length) result.push(right[j++])
    else if (j === right.length) result.push(left[i++])
    else result.push(compare(left[i], right[j]) <= 0 ? left[i++] : right[j++])
  }
  return result
}
`,
  },
  wrong: {
    'not stable': `export function mergeSort(list: readonly number[], compare: (a: number, b: number) => number): number[] {
  if (list.length < 2) return list.slice()
  const middle = list.length >> 1
  const left = mergeSort(list.slice(0, middle), compare)
  const right = mergeSort(list.slice(middle), compare)
  const result: number[] = []
  let i = 0
  let j = 0
  while (i < left.length && j < right.length) result.push(compare(left[i], right[j]) < 0 ? left[i++] : right[j++])
  while (i < left.length) result.push(left[i++])
  while (j < right.length) result.push(right[j++])
  return result
}
`,
    'sorts its input': `export function mergeSort(list: number[], compare: (a: number, b: number) => number): number[] {
  return list.length < 2 ? list.slice() : list.sort(compare)
}
`,
  },
}

const camelCase: FunctionFixture = {
  name: 'camelCase',
  module: 'camel.js',
  function: 'camelCase',
  source: `/** @param {string} text */
export const camelCase = (text) =>
  text
    .trim()
    .replace(/[_.\\- ]+(\\w|$)/g, (_, letter) => letter.toUpperCase())
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
`,
  test: `import { camelCase } from './camel.js'
camelCase('foo-bar_baz qux')
`,
  faithful: {
    'patterns made once': `const separators = /[_.\\- ]+(\\w|$)/g
const first = /^[A-Z]/
const up = (_, letter) => letter.toUpperCase()
const down = (letter) => letter.toLowerCase()
export function camelCase(text) {
  return text.trim().replace(separators, up).replace(first, down)
}
`,
  },
  wrong: {
    'a pattern with memory': `const separators = /[_.\\- ]+(\\w|$)/g
export function camelCase(text) {
  const plain = text.trim()
  if (!separators.test(plain)) return plain.replace(/^[A-Z]/, (letter) => letter.toLowerCase())
  return plain.replace(/[_.\\- ]+(\\w|$)/g, (_, letter) => letter.toUpperCase()).replace(/^[A-Z]/, (letter) => letter.toLowerCase())
}
`,
    'one separator only': `export const camelCase = (text) =>
  text
    .trim()
    .replace(/[_.\\- ](\\w|$)/g, (_, letter) => letter.toUpperCase())
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
`,
  },
}

const semver: FunctionFixture = {
  name: 'semver compare',
  module: 'semver.js',
  function: 'compareVersions',
  source: `/**
 * @param {string} a
 * @param {string} b
 */
exports.compareVersions = function compareVersions(a, b) {
  const parse = (text) => {
    const match = /^v?(\\d+)\\.(\\d+)\\.(\\d+)(?:-([\\w.]+))?$/.exec(text)
    if (match === null) throw new TypeError('Invalid version: ' + text)
    return match
  }
  const [x, y] = [parse(a), parse(b)]
  for (let index = 1; index <= 3; index++) {
    const difference = Number(x[index]) - Number(y[index])
    if (difference !== 0) return difference < 0 ? -1 : 1
  }
  if (x[4] === y[4]) return 0
  if (x[4] === undefined) return 1
  if (y[4] === undefined) return -1
  return x[4] < y[4] ? -1 : 1
}
`,
  test: `const { compareVersions } = require('./semver.js')
const cases = ['1.2.3', '1.10.0', 'v2.0.0-alpha.1', '2.0.0', '1.2.3-beta']
compareVersions('1.2.3', '1.2.4')
compareVersions('1.2.3', '1.2.3-beta')
compareVersions('2.0.0-alpha.1', '2.0.0-beta')
compareVersions('1.10.0', '1.9.0')
`,
  faithful: {
    'one pattern': `const pattern = /^v?(\\d+)\\.(\\d+)\\.(\\d+)(?:-([\\w.]+))?$/
exports.compareVersions = function compareVersions(a, b) {
  const x = pattern.exec(a)
  if (x === null) throw new TypeError('Invalid version: ' + a)
  const y = pattern.exec(b)
  if (y === null) throw new TypeError('Invalid version: ' + b)
  for (let index = 1; index <= 3; index++) {
    const [left, right] = [Number(x[index]), Number(y[index])]
    if (left !== right) return left < right ? -1 : 1
  }
  const [before, after] = [x[4], y[4]]
  if (before === after) return 0
  if (before === undefined) return 1
  return after === undefined || before > after ? (after === undefined ? -1 : 1) : -1
}
`,
  },
  wrong: {
    'compares as text': `exports.compareVersions = function compareVersions(a, b) {
  const parse = (text) => {
    const match = /^v?(\\d+)\\.(\\d+)\\.(\\d+)(?:-([\\w.]+))?$/.exec(text)
    if (match === null) throw new TypeError('Invalid version: ' + text)
    return match
  }
  const [x, y] = [parse(a), parse(b)]
  for (let index = 1; index <= 3; index++) if (x[index] !== y[index]) return x[index] < y[index] ? -1 : 1
  if (x[4] === y[4]) return 0
  if (x[4] === undefined) return 1
  if (y[4] === undefined) return -1
  return x[4] < y[4] ? -1 : 1
}
`,
    'leaves prereleases out': `exports.compareVersions = function compareVersions(a, b) {
  const parse = (text) => {
    const match = /^v?(\\d+)\\.(\\d+)\\.(\\d+)(?:-([\\w.]+))?$/.exec(text)
    if (match === null) throw new TypeError('Invalid version: ' + text)
    return match
  }
  const [x, y] = [parse(a), parse(b)]
  for (let index = 1; index <= 3; index++) {
    const difference = Number(x[index]) - Number(y[index])
    if (difference !== 0) return difference < 0 ? -1 : 1
  }
  return 0
}
`,
  },
}

export const sortingFunctions: readonly FunctionFixture[] = [mergeSort, camelCase, semver]
