import { describe, expect, it } from 'vitest'
import { cppRewritesOf } from '../testing/check-native-rewrite.ts'
import { compilerIsMissing, differentPairs } from '../testing/cpp-program.ts'
import { allowed, refused } from './cpp-cases.ts'
import { cppRewrites } from './cpp-rewrites.ts'

describe.each(cppRewrites.map((operator) => [operator.name, operator] as const))('%s', (name, operator) => {
  const allow = allowed.filter((one) => one.operator === name)
  const deny = refused.filter((one) => one.operator === name)

  it('has something to allow and to refuse', () => expect([allow.length > 0, deny.length > 0]).toEqual([true, true]))

  it.each(allow.map((one) => [one.name, one] as const))('applies: %s', (_, { program, gives }) => expect(cppRewritesOf(operator, program).some((after) => after.includes(gives))).toBe(true))

  it('is not done to its own result', () => {
    for (const { program } of allow) {
      const rewritten = cppRewritesOf(operator, program)
      expect(cppRewritesOf(operator, rewritten[0] ?? '').length, rewritten[0]).toBeLessThan(rewritten.length)
    }
  })

  it.each(deny.map((one) => [one.name, one] as const))('is refused: %s', (_, { program }) => expect(cppRewritesOf(operator, program)).toEqual([]))
})

it.skipIf(compilerIsMissing)('every rewrite keeps what programs answer', () => {
  const pairs = allowed.flatMap(({ operator, name, program }) => {
    const rewrite = cppRewrites.find((one) => one.name === operator)
    return rewrite === undefined ? [] : cppRewritesOf(rewrite, program).map((rewritten) => ({ name: `${operator}: ${name}`, original: program, rewritten }))
  })
  expect(pairs.length).toBeGreaterThanOrEqual(cppRewrites.length)
  expect(differentPairs(pairs)).toEqual([])
}, 180_000)
