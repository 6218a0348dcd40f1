import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { closestName } from './closest-name.ts'

test.each([
  ['sandbx', 'sandbox'],
  ['snadbox', 'sandbox'],
  ['Metrics', 'metrics'],
  ['metric', 'metrics'],
  ['false_accept_rate', 'falseAcceptRate'],
  ['cpu_time', 'cpu-time'],
  ['edti', 'edit'],
])('%s is meant to be %s', (word, expected) => {
  expect(closestName(word, ['target', 'edit', 'sandbox', 'metrics', 'falseAcceptRate', 'cpu-time', 'run', 'role'])).toBe(expected)
})

test.each(['run', 'banana', '', 'x'])('%j is near nothing', (word) => {
  expect(closestName(word, ['role', 'sandbox', 'metrics'])).toBeNull()
})

test('a name is always nearest to itself', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{2,12}$/), { minLength: 1, maxLength: 8 }), (names) => names.every((name) => closestName(name, names) === name)))
})
