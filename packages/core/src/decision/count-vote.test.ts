import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CountFacts, Evaluation, LaunchPair, MetricFacts } from '../evaluation/evaluation.ts'
import { seededRandom, type Random } from '../randomness/seeded-random.ts'
import { countVote } from './count-vote.ts'
import { decide } from './decide.ts'
import type { MetricRule } from './decision.ts'
import { nextLook, type LookStatus } from './monitor.ts'

const vote: MetricRule = { role: 'objective', goal: 'minimize', minimumEffect: 0.02, margin: 0.05, alpha: 0.01, maximumPairs: 60, patience: 'patient', counts: 'vote' }
const lead: MetricRule = { ...vote, counts: 'lead' }

/** Counts of three seeds; each side's relative to a million times the seed. */
function counted(baseline: readonly number[], candidate: readonly number[], seeds = 3): CountFacts {
  const rounds = Array.from({ length: seeds }, (_, index) => ({ seed: index, baseline: baseline.map((count) => count * 1e6 * (index + 1)), candidate: candidate.map((count) => count * 1e6 * (index + 1)) }))
  return { rounds, problem: null }
}
const fewer = counted([103, 103], [100, 100])
const more = counted([100, 100], [103, 103])
const equal = counted([100, 100], [100, 100])

const pairs = (baseline: number, candidate: number, count = 12): readonly LaunchPair[] => Array.from({ length: count }, (_, seed) => ({ seed, first: 'baseline' as const, baseline, candidate }))

function verdict(rule: MetricRule, counts: CountFacts | null, measured: readonly LaunchPair[]): string {
  const tests = { passed: 3, failed: 0, skipped: 0 }
  const facts: MetricFacts = { name: 'speed', unit: 'ms', role: 'objective', pairs: measured, accounting: 'cgroup-v2', trust: 'measured', counts, problem: null }
  const evaluation: Evaluation = {
    candidate: 'c', baseline: 'b', tier: 'namespace', baselineTrouble: null, build: null, tests: { baseline: tests, candidate: tests, missing: [], newlyFailing: [] },
    testRuns: [{ command: 't', ending: 'exited', exitCode: 0, report: 'parsed', cases: [], trust: 'sealed', wallMs: 1, tail: '' }], ownTests: null, oracle: null, metrics: [facts], startedAt: '', wallMs: 1,
  }
  const decision = decide(evaluation, { speed: rule }, { build: false, oracle: false, plausibleGain: 50, trustReported: false })
  return decision.verdict === 'accepted' ? 'accepted' : `${decision.verdict} ${decision.reasons[0]?.code}`
}

describe('countVote', () => {
  it.each([
    ['a gain for every seed', fewer, 'gain'],
    ['fewer, but less than is useful', counted([101, 101], [100, 100]), 'better'],
    ['as many', equal, 'same'],
    ['more', more, 'worse'],
    ['a candidate that makes its counts vary', counted([103, 103], [90, 100]), 'unsteady'],
    ['a baseline whose counts vary', counted([120, 103], [100, 100]), 'unsteady'],
    ['too few seeds', counted([103, 103], [100, 100], 2), 'missing'],
    ['a seed counted once', counted([103], [100]), 'missing'],
    ['no counts', null, 'missing'],
    ['a side that could not be counted', { ...fewer, problem: { side: 'candidate', detail: 'x' } } as const, 'missing'],
  ] as const)('says of %s: %s', (_, counts, stance) => expect(countVote(counts, vote).stance).toBe(stance))

  it('claims no more than the worst seed and repetition show', () => {
    const mixed: CountFacts = { rounds: [...fewer.rounds.slice(1), { seed: 9, baseline: [1000, 1000], candidate: [900, 900] }], problem: null }
    expect(countVote(mixed, vote).gain).toBeCloseTo(Math.log(1.03))
    const spoilt: CountFacts = { rounds: [...fewer.rounds.slice(1), { seed: 9, baseline: [1000, 1000], candidate: [1000, 1000] }], problem: null }
    expect(countVote(spoilt, vote).stance).not.toBe('gain')
  })
})

describe('counts that vote', () => {
  it('let a gain in time pass when they agree', () => {
    expect(verdict(vote, fewer, pairs(103, 100))).toBe('accepted')
    expect(verdict(vote, counted([101, 101], [100, 100]), pairs(103, 100))).toBe('accepted')
  })

  it.each([
    ['say worse', more, 'counts-disagree'],
    ['see no difference', equal, 'counts-disagree'],
    ['are made to vary', counted([103, 103], [90, 100]), 'counts-unusable'],
    ['are missing', null, 'counts-unusable'],
  ] as const)('leave it open when they %s', (_, counts, code) => expect(verdict(vote, counts, pairs(103, 100))).toBe(`inconclusive ${code}`))

  it('never turn anything into an acceptance', () => {
    const figure = fc.integer({ min: 90, max: 110 })
    const some = fc.array(fc.record({ seed: fc.nat(), first: fc.constant('baseline' as const), baseline: figure, candidate: figure }), { maxLength: 30 })
    const counts = fc.tuple(figure, figure).map(([a, b]) => counted([a, a], [b, b]))
    fc.assert(
      fc.property(some, fc.option(counts), (measured, counts) => {
        const { counts: _, ...plain } = vote
        if (verdict(vote, counts, measured) === 'accepted') expect(verdict(plain, null, measured)).toBe('accepted')
      }),
    )
  })
})

function noise(random: Random, spread: number): number {
  return Math.exp((random.next() + random.next() + random.next() - 1.5) * spread * 2 * (random.next() < 0.1 ? 5 : 1))
}

function measure(random: Random, { rule, counts, cost, spread = 0.03 }: { readonly rule: MetricRule; readonly counts: CountFacts; readonly cost: number; readonly spread?: number }): { readonly status: LookStatus; readonly pairs: number; readonly led: boolean } {
  const measured: LaunchPair[] = []
  for (;;) {
    measured.push({ seed: measured.length, first: 'baseline', baseline: 100 * noise(random, spread), candidate: 100 * cost * noise(random, spread) })
    const { status, judgement } = nextLook(measured, rule, { counts })
    if (status !== 'continue') return { status, pairs: measured.length, led: judgement.counted !== undefined }
  }
}

describe('counts that lead', () => {
  it('accept a gain of 3 % in fewer pairs than the time alone needs', () => {
    const random = seededRandom('lead', 1)
    const middle = (rule: MetricRule): number => Array.from({ length: 101 }, () => measure(random, { rule, counts: fewer, cost: 1 / 1.03 }).pairs).toSorted((a, b) => a - b)[50] as number
    expect(middle(lead)).toBeLessThanOrEqual(15)
    expect(middle(vote)).toBeGreaterThan(middle(lead))
  })

  it('accept what is worse by the margin at most as often as promised, whatever the counts claim (a candidate that is faster on counts and slower by the clock)', () => {
    const random = seededRandom('lead', 2)
    const alpha = 0.05
    const runs = 1000
    let accepted = 0
    for (let run = 0; run < runs; run++) if (measure(random, { rule: { ...lead, alpha }, counts: fewer, cost: 1.05 }).status === 'proven') accepted++
    expect(accepted / runs).toBeLessThanOrEqual(alpha + 4 * Math.sqrt((alpha * (1 - alpha)) / runs))
  })

  it('do not carry a claim that the time does not show half of (a candidate that knows when it is counted)', () => {
    const random = seededRandom('lead', 3)
    const forged = counted([150, 150], [100, 100])
    for (let run = 0; run < 200; run++) {
      const { status, led } = measure(random, { rule: lead, counts: forged, cost: 1 })
      expect([status, led]).not.toEqual(['proven', true])
    }
  })

  it('accept nothing without a useful gain in counts, or where they vary', () => {
    for (const counts of [equal, more, counted([103, 103], [90, 100]), counted([101, 101], [100, 100])]) {
      expect(nextLook(pairs(100, 100, 60), lead, { counts }).status).not.toBe('proven')
      expect(verdict(lead, counts, pairs(100.5, 100))).not.toBe('accepted')
    }
    expect(verdict(lead, fewer, pairs(102, 100, 9))).toBe('accepted')
  })

  it('never accept with fewer pairs than the smallest e-value needs', () => {
    expect(nextLook(pairs(200, 100, 8), lead, { counts: fewer }).status).toBe('continue')
  })

  it('do not take away what the time proves by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 80, max: 130 }), { maxLength: 60 }), (baselines) => {
        const measured = baselines.map((baseline, seed) => ({ seed, first: 'baseline' as const, baseline, candidate: 100 }))
        if (nextLook(measured, vote).status === 'proven') expect(nextLook(measured, lead, { counts: fewer }).status).toBe('proven')
      }),
    )
  })
})
