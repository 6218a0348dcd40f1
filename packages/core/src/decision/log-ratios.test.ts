import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LaunchPair } from '../evaluation/evaluation.ts'
import type { MetricRule } from './decision.ts'
import { logRatios } from './log-ratios.ts'
import { nextLook } from './monitor.ts'

const pair = (baseline: number | null, candidate: number | null): LaunchPair => ({ seed: 1, first: 'baseline', baseline, candidate })
const ratio = (baseline: number | null, candidate: number | null, goal: 'minimize' | 'maximize'): number | undefined => logRatios([pair(baseline, candidate)], goal)[0]

it('is positive when the candidate is better, for either goal', () => {
  expect(ratio(200, 100, 'minimize')).toBeCloseTo(Math.LN2, 12)
  expect(ratio(100, 200, 'maximize')).toBeCloseTo(Math.LN2, 12)
  expect(ratio(100, 200, 'minimize')).toBeCloseTo(-Math.LN2, 12)
})

it('leaves out pairs without two figures', () => {
  expect(logRatios([pair(null, 1), pair(1, null), pair(Number.NaN, 1), pair(1, Infinity)], 'minimize')).toEqual([])
})

it('reads equal zeros as no difference and zero against something as the limit', () => {
  expect(ratio(0, 0, 'minimize')).toBe(0)
  expect(ratio(-3, -3, 'maximize')).toBe(0)
  expect(ratio(5, 0, 'minimize')).toBe(20)
  expect(ratio(0, 5, 'minimize')).toBe(-20)
  expect(ratio(0, 5, 'maximize')).toBe(20)
})

it('never reads the size of a gain into negative figures', () => {
  const rule: MetricRule = { role: 'objective', goal: 'maximize', minimumEffect: 0.02, margin: 0.02, alpha: 0.01, maximumPairs: 60, patience: 'patient' }
  expect(nextLook(Array.from({ length: 40 }, () => pair(-10, -9.9999)), rule).status).not.toBe('proven')
  expect(ratio(-10, -11, 'maximize')).toBe(-20)
})

it('mirrors: what is better for one goal is worse for the other, and never beyond the extremes', () => {
  const figure = fc.oneof(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), fc.constant(0))
  fc.assert(
    fc.property(figure, figure, (baseline, candidate) => {
      const minimized = ratio(baseline, candidate, 'minimize') as number
      expect(minimized + (ratio(baseline, candidate, 'maximize') as number)).toBeCloseTo(0, 9)
      expect(Math.abs(minimized)).toBeLessThanOrEqual(20)
      expect(minimized * Math.sign(baseline - candidate)).toBeGreaterThanOrEqual(0)
    }),
  )
})

it('takes a negative zero for zero', () => {
  for (const goal of ['minimize', 'maximize'] as const) expect([ratio(-0, 1, goal), ratio(1, -0, goal)]).toEqual([ratio(0, 1, goal), ratio(1, 0, goal)])
})
