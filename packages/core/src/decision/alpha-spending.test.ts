import { expect, it } from 'vitest'
import { attemptAlpha } from './alpha-spending.ts'

it('never spends more than the budget in all attempts together', () => {
  let spent = 0
  for (let attempt = 1; attempt <= 10_000; attempt++) spent += attemptAlpha(0.01, attempt)
  expect(spent).toBeLessThanOrEqual(0.01)
  expect(spent).toBeGreaterThan(0.0099)
})

it('refuses an attempt before the first', () => {
  for (const attempt of [0, -1, 1.5, Number.NaN]) expect(() => attemptAlpha(0.01, attempt)).toThrow(RangeError)
})
