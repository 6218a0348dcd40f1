import { describe, expect, it } from 'vitest'
import type { LaunchPair, MetricFacts } from '../evaluation/evaluation.ts'
import { seededRandom, type Random } from '../randomness/seeded-random.ts'
import { decide } from './decide.ts'
import type { MetricRule } from './decision.ts'
import type { LookStatus } from './look.ts'
import { isAllProven, jointLook, type ObjectivesRule } from './objectives.ts'

const rule: MetricRule = { role: 'objective', goal: 'minimize', minimumEffect: 0.02, margin: 0.05, alpha: 0.05, maximumPairs: 60, patience: 'patient' }
type Together = Exclude<ObjectivesRule, 'all'>

function facts(name: string, ratios: readonly number[], more: Partial<MetricFacts> = {}): MetricFacts {
  const pairs = ratios.map((ratio, seed): LaunchPair => ({ seed, first: 'baseline', baseline: 100 * ratio, candidate: 100 }))
  return { name, unit: 'ms', role: 'objective', pairs, accounting: 'cgroup-v2', trust: 'measured', problem: null, ...more }
}
const flat = (ratio: number, count = 20): readonly number[] => Array.from({ length: count }, () => ratio)
const rules = (...names: readonly string[]): Readonly<Record<string, MetricRule>> => Object.fromEntries(names.map((name) => [name, rule]))
const status = (how: Together, ...metrics: readonly MetricFacts[]): LookStatus => jointLook(metrics, rules(...metrics.map(({ name }) => name)), how).status

describe('any of several objectives', () => {
  it('accepts one gain when the others are proven no worse than their margin', () => {
    expect(status('any', facts('a', flat(1.2)), facts('b', flat(1)))).toBe('proven')
    expect([...jointLook([facts('a', flat(1.2)), facts('b', flat(1))], rules('a', 'b'), 'any').found]).toEqual(['a'])
  })

  it('lets no gain pay for a loss', () => expect(status('any', facts('a', flat(3)), facts('b', flat(0.9)))).toBe('worse'))

  it('leaves it open while another may be worse, and ends when nothing can be found', () => {
    expect(status('any', facts('a', flat(1.2)), facts('b', [1, 0.9, 1, 0.9]))).toBe('continue')
    expect(status('any', facts('a', flat(1, 60)), facts('b', flat(1, 60)))).toBe('futile')
  })

  it('asks more of one among many than of one alone, and less when several are found', () => {
    const pairs = flat(1.2, 7)
    expect(status('any', facts('a', pairs))).toBe('proven')
    expect(status('any', facts('a', pairs), facts('b', flat(1)), facts('c', flat(1)))).toBe('continue')
    expect(status('any', facts('a', pairs), facts('b', pairs), facts('c', pairs))).toBe('proven')
  })
})

describe('a weighted sum', () => {
  it('weighs gains against losses within the margins', () => {
    expect(status('weighted', facts('a', flat(1.2)), facts('b', flat(0.97)))).toBe('proven')
    expect(status('weighted', facts('a', flat(1.5)), facts('b', flat(0.9)))).toBe('worse')
    expect(status('weighted', facts('a', flat(0.96)), facts('b', flat(0.99)))).toBe('worse')
  })

  it('by the weights that were fixed beforehand', () => {
    const metrics = [facts('a', flat(1.08)), facts('b', flat(0.96))]
    const weighed = (weight: number): LookStatus => jointLook(metrics, { a: { ...rule, weight }, b: rule }, 'weighted').status
    expect(weighed(5)).toBe('proven')
    expect(weighed(0.2)).toBe('worse')
  })

  it('waits for all of them', () => expect(status('weighted', facts('a', flat(1.2)), facts('b', []))).toBe('continue'))
})

function noise(random: Random): number {
  return Math.exp((random.next() + random.next() - 1) * (random.next() < 0.1 ? 0.3 : 0.06))
}

it.each(['any', 'weighted'] as const)('%s accepts no difference at most as often as promised, with a look after every round', (how) => {
  const random = seededRandom('joint', how)
  const open = { ...rule, minimumEffect: 0, margin: 0.3 }
  const runs = 250
  let accepted = 0
  for (let run = 0; run < runs; run++) {
    const ratios: readonly [number[], number[], number[]] = [[], [], []]
    for (let status: LookStatus = 'continue'; status === 'continue' && ratios[0].length < 60; ) {
      for (const one of ratios) one.push(noise(random) / noise(random))
      status = jointLook(ratios.map((one, index) => facts(String(index), one)), { 0: open, 1: open, 2: open }, how).status
      if (status === 'proven') accepted++
    }
  }
  expect(accepted / runs).toBeLessThanOrEqual(rule.alpha + 4 * Math.sqrt((rule.alpha * (1 - rule.alpha)) / runs))
})

describe('decide with objectives together', () => {
  const tests = { passed: 3, failed: 0, skipped: 0 }
  const verdict = (how: Together, metrics: readonly MetricFacts[], asked = rules(...metrics.map(({ name }) => name))): string => {
    const decision = decide(
      {
        candidate: 'c', baseline: 'b', tier: 'namespace', baselineTrouble: null, build: null, tests: { baseline: tests, candidate: tests, missing: [], newlyFailing: [] },
        testRuns: [{ command: 't', ending: 'exited', exitCode: 0, report: 'parsed', cases: [], trust: 'sealed', wallMs: 1, tail: '' }], ownTests: null, oracle: null, metrics, startedAt: '', wallMs: 1,
      },
      asked,
      { build: false, oracle: false, plausibleGain: 50, trustReported: false, objectives: how },
    )
    return `${decision.verdict} ${decision.reasons.map(({ code }) => code).join(' ')}`
  }

  it('accepts and refuses with them', () => {
    expect(verdict('any', [facts('a', flat(1.2)), facts('b', flat(1))])).toMatch(/^accepted/)
    expect(verdict('any', [facts('a', flat(1.2)), facts('b', flat(0.8))])).toBe('rejected objective-worse')
    expect(verdict('weighted', [facts('a', flat(1)), facts('b', flat(1))])).toMatch(/^inconclusive/)
  })

  it('accepts nothing with a guard that fails, an objective that was not measured, or one that has no figure', () => {
    const guarded = { ...rules('a'), g: { ...rule, role: 'guard' as const } }
    expect(verdict('any', [facts('a', flat(1.2)), facts('g', flat(0.8), { role: 'guard' })], guarded)).toBe('rejected guard-worse')
    for (const how of ['any', 'weighted'] as const) {
      expect(verdict(how, [facts('a', flat(1.2))], rules('a', 'b'))).not.toMatch(/^accepted/)
      expect(isAllProven([facts('a', flat(1.2))], rules('a', 'b'), how)).toBe(false)
    }
  })

  it('asks a person when only counts show the gain that is found', () => {
    const counted = facts('a', flat(1.2), { unit: 'instructions', trust: 'instrumented' })
    expect(verdict('any', [counted, facts('b', flat(1))])).toBe('approval-required proven-gain proven-gain counts-only')
    expect(verdict('any', [counted, facts('b', flat(1.2))])).toMatch(/^accepted/)
  })
})
