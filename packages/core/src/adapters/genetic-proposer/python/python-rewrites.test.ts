import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSamePython, pythonRewritesOf } from '../testing/check-native-rewrite.ts'
import { pythonIsMissing } from '../testing/python-program.ts'
import { allowed, refused } from './python-cases.ts'
import { pythonRewrites } from './python-rewrites.ts'

const number = fc.constantFrom('0', '1', '2', '3', '-1', '7', '1.0', 'True')
const text = fc.constantFrom("'a'", "'b'", "'ab'", "''", "'c d'")
const odd = fc.constantFrom('None', '(1, 2)', '[1]', '[]', '{1: 2}')
const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.array(item, { maxLength: 8 }).map((items) => `[${items.join(', ')}]`)
const drawn: Readonly<Record<string, fc.Arbitrary<string>>> = {
  numbers: list(number),
  anything: fc.oneof(list(number), list(text), list(fc.oneof(number, text, odd)), text, fc.constantFrom('(1, 2, 2)', '{1, 2}', '{1: 3}', 'range(4)', '3')),
  texts: list(text),
  text,
  number: fc.integer({ min: -2, max: 14 }).map(String),
}

function casesFor(kinds: readonly string[]): readonly string[] {
  const values = kinds.map((kind) => drawn[kind] ?? fc.constant(kind))
  return fc.sample(fc.tuple(...values), { numRuns: 150, seed: 20_260_401 }).map((tuple) => `(${tuple.map((value) => `${value},`).join(' ')})`)
}

describe.each(pythonRewrites.map((operator) => [operator.name, operator] as const))('%s', (name, operator) => {
  const allow = allowed.filter((one) => one.operator === name)
  const deny = refused.filter((one) => one.operator === name)

  it('has something to allow and to refuse', () => expect([allow.length > 0, deny.length > 0]).toEqual([true, true]))

  it.skipIf(pythonIsMissing).each(allow.map((one) => [one.name, one] as const))('keeps behaviour: %s', (_, { program, takes, gives }) => {
    const rewritten = expectSamePython(operator, program, casesFor(takes))
    expect(rewritten[0]).toContain(gives)
  })

  it.each(deny.map((one) => [one.name, one] as const))('is refused: %s', (_, { program }) => expect(pythonRewritesOf(operator, program)).toEqual([]))

  it('is not done to its own result', () => {
    for (const { program } of allow) {
      const rewritten = pythonRewritesOf(operator, program)
      expect(pythonRewritesOf(operator, rewritten[0] ?? '').length, rewritten[0]).toBeLessThan(rewritten.length)
    }
  })

  it('holds in files with the line ends of Windows', () => {
    for (const { program, gives } of allow) expect(pythonRewritesOf(operator, program.replaceAll('\n', '\r\n'))[0]?.replaceAll('\r\n', '\n')).toContain(gives)
  })
})
