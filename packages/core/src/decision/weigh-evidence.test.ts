import { describe, expect, it } from 'vitest'
import type { Canary, DisguiseFacts, Evaluation, LaunchCost, MetricFacts, OracleComparison, PlainTestFacts } from '../evaluation/evaluation.ts'
import type { Decision } from './decision.ts'
import { weighEvidence } from './weigh-evidence.ts'

const mebibyte = 1024 ** 2

function metric(baseline: LaunchCost, candidate: LaunchCost, changes: Partial<MetricFacts> = {}): MetricFacts {
  const pairs = [1, 2, 3].map((seed) => ({ seed, first: 'baseline' as const, baseline: baseline[0], candidate: candidate[0], cost: { baseline, candidate } }))
  return { name: 'speed', unit: 'ms', role: 'objective', pairs, accounting: 'cgroup-v2', trust: 'measured', problem: null, ...changes }
}

const oracle0: OracleComparison = { cases: 500, mismatches: 0, examples: [], seeds: [1], baselineProblem: null, candidateProblem: null }

function codes({ canaries = null, oracle = null, disguise = null, plainTests = null, facts = metric([100, 120, 50 * mebibyte], [50, 70, 50 * mebibyte]), estimate = 2 }: { readonly canaries?: readonly Canary[] | null; readonly oracle?: OracleComparison | null; readonly disguise?: DisguiseFacts | null; readonly plainTests?: PlainTestFacts | null; readonly facts?: MetricFacts; readonly estimate?: number }): readonly string[] {
  const evaluation: Evaluation = {
    candidate: 'c', baseline: 'b', tier: 'namespace', baselineTrouble: null, build: null, tests: null, testRuns: [], ownTests: null, oracle, disguise, plainTests, metrics: [facts], canaries, startedAt: '', wallMs: 0,
  }
  const judgement = { effect: { estimate, low: 1, high: estimate }, unit: 'ms', pairs: 3, eValue: 1e6, role: facts.role }
  const decision: Decision = { verdict: 'accepted', reasons: [], metrics: { speed: judgement } }
  return weighEvidence(evaluation, decision, { plausibleGain: 50, trustReported: false }).map(({ code }) => code)
}

const canary = (caughtBy: Canary['caughtBy'], place?: string): Canary => ({ description: 'a.js:1: `x` becomes `undefined`', ...(place === undefined ? {} : { place }), caughtBy })

describe('weighing the evidence for a proven gain', () => {
  it('has no doubts about a plain gain', () => expect(codes({})).toEqual([]))

  it.each([
    ['the oracle noticed one of them', [canary(null), canary('oracle'), canary(null)], []],
    ['the oracle noticed it', [canary('oracle')], []],
    ['only tests noticed one of two, which says that the oracle does not look there', [canary(null), canary('tests')], ['weak-evidence']],
    ['tests noticed three of four', [canary('tests'), canary(null), canary('tests'), canary('output')], []],
    ['the benchmark printed something else', [canary('output')], []],
    ['none was noticed', [canary(null), canary(null)], ['weak-evidence']],
    ['none of those that build was noticed', [canary('unusable'), canary(null)], ['weak-evidence']],
    ['none builds', [canary('unusable')], ['weak-evidence']],
    ['one in each part was noticed by the oracle', [canary(null, 'a.js:1'), canary('oracle', 'a.js:1'), canary('oracle', 'b.js:9')], []],
    ['the oracle looks at one part, and tests at half of the other', [canary('oracle', 'a.js:1'), canary(null, 'b.js:9'), canary('tests', 'b.js:9')], ['weak-evidence']],
    ['none in one of the parts was noticed', [canary('oracle', 'a.js:1'), canary(null, 'b.js:9')], ['weak-evidence']],
    ['one part cannot be broken in a way that builds', [canary('oracle', 'a.js:1'), canary('unusable', 'b.js:9')], ['weak-evidence']],
    ['none could be made', [], ['weak-evidence']],
    ['none were asked for', null, []],
  ] as const)('canaries with an oracle: %s', (_, canaries, expected) => expect(codes({ canaries, oracle: oracle0 })).toEqual(expected))

  it.each([
    ['all were noticed', [canary('tests'), canary('output')], []],
    ['three of four were noticed', [canary('tests'), canary(null), canary('tests'), canary('output')], []],
    ['those that do not build do not count', [canary('unusable'), canary('tests')], []],
    ['half of them were noticed', [canary('tests'), canary(null)], ['weak-evidence']],
    ['none was noticed', [canary(null)], ['weak-evidence']],
  ] as const)('canaries without an oracle: %s', (_, canaries, expected) => expect(codes({ canaries })).toEqual(expected))

  it.each([
    ['answers, and different ones', { answers: [{ asked: 300, thrown: 100, varies: true }] }, []],
    ['is too small to tell', { answers: [{ asked: 10, thrown: 10, varies: false }] }, []],
    ['asks what the function refuses', { answers: [{ asked: 300, thrown: 290, varies: true }] }, ['weak-evidence']],
    ['always hears the same', { answers: [{ asked: 300, thrown: 0, varies: false }] }, ['weak-evidence']],
    ['always hears the same, as older journals put it', { answers: { asked: 300, thrown: 0, varies: false } }, ['weak-evidence']],
    ['always hears the same, beside one that does not', { answers: [{ asked: 300, thrown: 0, varies: true }, { asked: 300, thrown: 0, varies: false }] }, ['weak-evidence']],
    ['asks what its function refuses, beside one that does not', { answers: [{ asked: 300, thrown: 300, varies: true }, { asked: 300, thrown: 0, varies: true }] }, ['weak-evidence']],
    ['hears something else only about invalid input', { invalidMismatches: 2 }, ['invalid-input-differs']],
  ] as const)('an oracle that %s', (_, changes, expected) => expect(codes({ oracle: { ...oracle0, ...changes } })).toEqual(expected))

  it.each([
    ['fits', { kinds: ['elsewhere'], oracle: oracle0 }, []],
    ['fits none', null, ['weak-evidence']],
    ['fits only some', { kinds: ['elsewhere'], oracle: oracle0, undisguised: ['npm run oracle'] }, ['weak-evidence']],
  ] as const)('oracles that a disguise %s', (_, disguise, expected) => expect(codes({ oracle: oracle0, disguise, plainTests: { compared: 1, failing: [] } })).toEqual(expected))

  it('does not believe more than the bound without a person', () => {
    expect(codes({ estimate: 49 })).toEqual([])
    expect(codes({ estimate: 51 })).toEqual(['implausible-gain'])
    expect(codes({ estimate: Number.MAX_VALUE })).toEqual(['implausible-gain'])
  })

  it.each([
    ['twice the memory and a lot of it', [100, 100, 100 * mebibyte], [50, 50, 300 * mebibyte], ['resource-cost']],
    ['twice a little memory', [100, 100, 10 * mebibyte], [50, 50, 30 * mebibyte], []],
    ['half as much again', [100, 100, 400 * mebibyte], [50, 50, 600 * mebibyte], []],
    ['waiting', [100, 100, mebibyte], [50, 400, mebibyte], ['resource-cost']],
    ['a little waiting', [100, 100, mebibyte], [50, 190, mebibyte], []],
  ] as const)('counts what the gain costs elsewhere: %s', (_, baseline, candidate, expected) => expect(codes({ facts: metric([...baseline], [...candidate]) })).toEqual(expected))

  it('asks a person about a gain that only counts of instructions show', () => {
    const counted = { unit: 'instructions', trust: 'instrumented' } as const
    expect(codes({ facts: metric([100, 100, mebibyte], [50, 50, mebibyte], counted) })).toEqual(['counts-only'])
    expect(codes({ facts: metric([100, 100, mebibyte], [50, 50, mebibyte], { ...counted, role: 'guard' }) })).toEqual([])
  })

  it('does not take the word of what is measured', () => {
    expect(codes({ facts: metric([100, 100, mebibyte], [50, 50, mebibyte], { unit: 'score', trust: 'reported' }) })).toEqual(['reported-figure'])
    expect(codes({ facts: metric([100, 100, mebibyte], [50, 50, mebibyte], { unit: 'score', trust: 'reported', role: 'guard' }) })).toEqual([])
  })

  it('asks that of objectives in time only', () => {
    const [baseline, candidate] = [[100, 100, 100 * mebibyte], [50, 50, 300 * mebibyte]] as const
    expect(codes({ facts: metric([...baseline], [...candidate], { unit: 'score' }) })).toEqual([])
    expect(codes({ facts: metric([...baseline], [...candidate], { role: 'guard' }) })).toEqual([])
  })
})
