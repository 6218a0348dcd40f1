import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LaunchPair } from '../evaluation/evaluation.ts'
import { seededRandom, type Random } from '../randomness/seeded-random.ts'
import type { MetricRule } from './decision.ts'
import type { Look } from './look.ts'
import { nextLook } from './monitor.ts'
import { bettingEValue } from './pass-rate.ts'
import { signEValue } from './sign-e-process.ts'

const rule: MetricRule = { role: 'objective', goal: 'maximize', minimumEffect: 0.02, margin: 0.05, alpha: 0.05, maximumPairs: 60, patience: 'patient', figure: 'pass-rate' }
const guard: MetricRule = { ...rule, role: 'guard' }

function asked(outcomes: readonly (readonly [baseline: number, candidate: number])[], rules = rule, tasks = 100): Look {
  return nextLook(outcomes.map(([baseline, candidate], seed): LaunchPair => ({ seed, first: 'baseline', task: String(seed), baseline, candidate })), rules, { tasks })
}
const times = (count: number, outcome: readonly [number, number]): readonly (readonly [number, number])[] => Array.from({ length: count }, () => outcome)

/** Asks task after task and stops as soon as something is settled. */
function run(random: Random, { rules, shares, tasks = 200 }: { readonly rules: MetricRule; readonly shares: readonly [number, number]; readonly tasks?: number }): Look & { readonly asked: number } {
  const outcomes: [number, number][] = []
  for (;;) {
    // Hard and easy tasks: what one side solves the other often solves as well.
    const hardness = random.next() * 0.4 - 0.2
    outcomes.push([random.next() < shares[0] + hardness ? 1 : 0, random.next() < shares[1] + hardness ? 1 : 0])
    const look = asked(outcomes, rules, tasks)
    if (look.status !== 'continue') return { ...look, asked: outcomes.length }
  }
}

function share(runs: number, rules: MetricRule, shares: readonly [number, number]): number {
  const random = seededRandom('pass-rate', shares.join(), rules.role)
  let proven = 0
  for (let index = 0; index < runs; index++) if (run(random, { rules, shares }).status === 'proven') proven++
  return proven / runs
}
const bound = (alpha: number, runs: number): number => alpha + 4 * Math.sqrt((alpha * (1 - alpha)) / runs)

describe('a pass rate', () => {
  it('is not called better more often than promised when it is the same, with a look after every task', () => {
    expect(share(400, { ...rule, minimumEffect: 0 }, [0.5, 0.5])).toBeLessThanOrEqual(bound(rule.alpha, 400))
  })

  it('is not called held more often than promised when it is worse by the margin', () => {
    expect(share(400, guard, [0.5, 0.45])).toBeLessThanOrEqual(bound(guard.alpha, 400))
  })

  it('is found to be better before all tasks are asked, and a guard that is no worse holds', () => {
    expect(share(50, rule, [0.3, 0.7])).toBeGreaterThan(0.95)
    expect(run(seededRandom('early', 1), { rules: rule, shares: [0.3, 0.7] }).asked).toBeLessThan(100)
    expect(share(50, { ...guard, margin: 0.2 }, [0.5, 0.5])).toBeGreaterThan(0.75)
  })

  it('counts only tasks that tell the sides apart', () => {
    expect(asked([...times(50, [1, 1]), ...times(40, [0, 0])]).judgement.eValue).toBe(1)
    expect(asked([...times(50, [1, 1]), ...times(8, [0, 1])]).judgement.eValue).toBe(signEValue(8, 8))
    expect(asked(times(8, [0, 1])).status).toBe('proven')
    expect(asked(times(8, [1, 0])).status).toBe('worse')
  })

  it('gives up when the tasks that are left could not prove it, and ends with the last', () => {
    expect(asked(times(96, [1, 1])).status).toBe('futile')
    expect(asked([...times(50, [0, 1]), ...times(50, [1, 0])]).status).toBe('limit')
    expect(asked([...times(6, [1, 0])], { ...rule, patience: 'eager', alpha: 0.001 }).status).toBe('futile')
  })

  it('ends a search at a stage where it looks bad, and never what may be offered', () => {
    const staged = { ...rule, alpha: 0.001, patience: 'eager' as const, stages: [4, 20] }
    expect(asked([...times(2, [1, 0]), ...times(2, [1, 1])], staged).status).toBe('futile')
    expect(asked([...times(1, [1, 0]), ...times(3, [0, 0])], staged).status).toBe('futile')
    expect(asked(times(4, [0, 0]), staged).status).toBe('continue')
    expect(asked([...times(1, [1, 0]), ...times(3, [1, 1])], staged).status).toBe('continue')
    expect(asked([...times(2, [1, 0]), ...times(1, [1, 1])], staged).status).toBe('continue')
    // What came after a stage does not undo that it ended there, and cannot be proven by it.
    expect(asked([...times(2, [1, 0]), ...times(2, [1, 1]), ...times(5, [0, 1])], staged).status).toBe('futile')
    expect(asked([...times(2, [1, 0]), ...times(2, [1, 1])], { ...staged, patience: 'patient' }).status).toBe('continue')
  })

  it('has bounds around its estimate, in figures that JSON holds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), { maxLength: 60 }), fc.constantFrom(rule, guard), (outcomes, rules) => {
        const { judgement } = asked(outcomes, rules)
        expect(JSON.parse(JSON.stringify(judgement))).toEqual(judgement)
        expect(judgement.effect?.low).toBeLessThanOrEqual(judgement.effect?.estimate ?? 0)
        expect(judgement.effect?.high).toBeGreaterThanOrEqual(judgement.effect?.estimate ?? Infinity)
      }),
    )
  })
})

it('a bet can never lose more than there is', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(-1, 0, 1), { maxLength: 80 }), fc.double({ min: -0.9, max: 1, noNaN: true }), (differences, margin) => {
      const value = bettingEValue(differences, margin)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(Number.isFinite(value)).toBe(true)
    }),
  )
})
