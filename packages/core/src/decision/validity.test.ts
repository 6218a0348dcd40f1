import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LaunchPair } from '../evaluation/evaluation.ts'
import { seededRandom, type Random } from '../randomness/seeded-random.ts'
import type { MetricRule } from './decision.ts'
import { nextLook, type LookStatus } from './monitor.ts'

const rule: MetricRule = { role: 'objective', goal: 'minimize', minimumEffect: 0.02, margin: 0.02, alpha: 0.05, maximumPairs: 60, patience: 'patient' }

/** Launch noise: about 1.5 %, one launch in ten far off, as was seen on shared machines. */
function noise(random: Random): number {
  const spread = random.next() < 0.1 ? 0.2 : 0.02
  return Math.exp((random.next() + random.next() - 1) * spread)
}

function measure(random: Random, rules: MetricRule, candidateCost: number): LookStatus {
  const pairs: LaunchPair[] = []
  for (;;) {
    const baseline = 100 * noise(random)
    pairs.push({ seed: pairs.length, first: 'baseline', baseline, candidate: 100 * candidateCost * noise(random) })
    const { status } = nextLook(pairs, rules)
    if (status !== 'continue') return status
  }
}

function share(runs: number, wanted: LookStatus, once: (random: Random) => LookStatus): number {
  const random = seededRandom('validity', wanted, runs)
  let found = 0
  for (let run = 0; run < runs; run++) if (once(random) === wanted) found++
  return found / runs
}

/** Four standard errors above the promise. */
const bound = (alpha: number, runs: number): number => alpha + 4 * Math.sqrt((alpha * (1 - alpha)) / runs)

describe('looking after every pair', () => {
  it('accepts no difference at most as often as promised, without and with the size of gain demanded', () => {
    const anyGain = { ...rule, minimumEffect: 0 }
    expect(share(1000, 'proven', (random) => measure(random, anyGain, 1))).toBeLessThanOrEqual(bound(rule.alpha, 1000))
    expect(share(500, 'proven', (random) => measure(random, rule, 1))).toBeLessThanOrEqual(bound(rule.alpha, 500))
  })

  it('calls no difference worse at most as often as promised', () => {
    expect(share(1000, 'worse', (random) => measure(random, rule, 1))).toBeLessThanOrEqual(bound(rule.alpha, 1000))
  })

  it('lets a guard hold on its very limit at most as often as promised', () => {
    const guard: MetricRule = { ...rule, role: 'guard' }
    expect(share(1000, 'proven', (random) => measure(random, guard, 1.02))).toBeLessThanOrEqual(bound(rule.alpha, 1000))
  })

  it('finds gains of 5 % and 20 %, and a loss', () => {
    expect(share(200, 'proven', (random) => measure(random, rule, 1 / 1.05))).toBeGreaterThan(0.95)
    expect(share(100, 'proven', (random) => measure(random, { ...rule, alpha: 0.01 }, 1 / 1.2))).toBeGreaterThan(0.98)
    expect(share(100, 'worse', (random) => measure(random, { ...rule, alpha: 0.01 }, 1.2))).toBeGreaterThan(0.95)
  })

  it('gives up early on what is no gain: at once when eager, after proving a loss when patient', () => {
    expect(share(100, 'futile', (random) => measure(random, { ...rule, patience: 'eager' }, 1.2))).toBe(1)
    expect(share(100, 'proven', (random) => measure(random, { ...rule, patience: 'eager' }, 1 / 1.2))).toBeGreaterThan(0.98)
    expect(share(100, 'futile', (random) => measure(random, { ...rule, patience: 'hasty' }, 1.2))).toBe(1)
    expect(share(100, 'proven', (random) => measure(random, { ...rule, patience: 'hasty' }, 1 / 1.2))).toBeGreaterThan(0.95)
  })
})

describe('nextLook', () => {
  const figure = fc.option(fc.oneof(fc.double(), fc.constantFrom(0, 1, 100)), { nil: null })
  const pair = fc.record({ seed: fc.nat(), first: fc.constantFrom('baseline' as const, 'candidate' as const), baseline: figure, candidate: figure })
  const anyRule = fc.record({
    role: fc.constantFrom('objective' as const, 'guard' as const),
    goal: fc.constantFrom('minimize' as const, 'maximize' as const),
    minimumEffect: fc.double({ min: 0, max: 1, noNaN: true }),
    margin: fc.double({ min: 0, max: 1, noNaN: true }),
    alpha: fc.constantFrom(0.2, 0.01, 0.001),
    maximumPairs: fc.integer({ min: 10, max: 60 }),
    patience: fc.constantFrom('hasty' as const, 'eager' as const, 'patient' as const),
  })

  it('answers any figures, in values that JSON can hold', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 70 }), anyRule, (pairs, rule) => {
        const look = nextLook(pairs, rule)
        expect(JSON.parse(JSON.stringify(look))).toEqual(look)
        if (pairs.length >= rule.maximumPairs) expect(look.status).not.toBe('continue')
      }),
    )
  })

  it('proves nothing with fewer pairs than the smallest e-value needs', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 8 }), (pairs) => {
        expect(nextLook(pairs, { ...rule, alpha: 0.01 }).status).not.toBe('proven')
      }),
    )
  })
})
