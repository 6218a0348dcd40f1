import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Evaluation, LaunchPair, MetricFacts } from '../evaluation/evaluation.ts'
import type { MetricRule } from './decision.ts'
import { decide } from './decide.ts'

const rule: MetricRule = { role: 'objective', goal: 'minimize', minimumEffect: 0.02, margin: 0.02, alpha: 0.01, maximumPairs: 60, patience: 'patient' }
const guard: MetricRule = { ...rule, role: 'guard' }
const gates = { build: true, oracle: true, plausibleGain: 50, trustReported: true }

function pairs(baseline: number | null, candidate: number | null, count = 12): readonly LaunchPair[] {
  return Array.from({ length: count }, (_, seed) => ({ seed, first: 'baseline' as const, baseline, candidate }))
}

function metric(name: string, facts: Partial<MetricFacts> = {}): MetricFacts {
  return { name, unit: 'ms', role: 'objective', pairs: pairs(200, 100), accounting: 'cgroup-v2', trust: 'measured', problem: null, ...facts }
}

const counts = { passed: 3, failed: 0, skipped: 0 }
const good: Evaluation = {
  candidate: 'c',
  baseline: 'b',
  tier: 'namespace',
  baselineTrouble: null,
  build: { ok: true, ending: 'exited', exitCode: 0, tail: '', tampered: [] },
  tests: { baseline: counts, candidate: counts, missing: [], newlyFailing: [] },
  testRuns: [{ command: 't', ending: 'exited', exitCode: 0, report: 'parsed', cases: [], trust: 'reported', wallMs: 1, tail: '' }],
  ownTests: null,
  oracle: { cases: 10, mismatches: 0, examples: [], seeds: [1], baselineProblem: null, candidateProblem: null },
  metrics: [metric('speed'), metric('memory', { role: 'guard', pairs: pairs(100, 100) })],
  startedAt: '',
  wallMs: 1,
}
const rules = { speed: rule, memory: guard }
const run = (change: Partial<Evaluation>): ReturnType<typeof decide> => decide({ ...good, ...change }, rules, gates)
const run0 = good.testRuns[0] as Evaluation['testRuns'][number]
const tests0 = good.tests as NonNullable<Evaluation['tests']>
const oracle0 = good.oracle as NonNullable<Evaluation['oracle']>
const build0 = good.build as NonNullable<Evaluation['build']>

/** One thing broken each: none may be accepted, and the first reason says what it is. */
const broken: readonly (readonly [string, Partial<Evaluation>, 'rejected' | 'inconclusive', string])[] = [
  ['no build', { build: null }, 'rejected', 'build-failed'],
  ['a failed build', { build: { ...build0, ok: false, exitCode: 1 } }, 'rejected', 'build-failed'],
  ['a build that tampers', { build: { ...build0, tampered: ['test/a'] } }, 'rejected', 'build-tampered'],
  ['no tests', { tests: null }, 'rejected', 'test-run-failed'],
  ['a baseline that does not build', { baselineTrouble: { stage: 'build', summary: 'make', tail: '' }, build: null, tests: null, testRuns: [] }, 'inconclusive', 'baseline-build-failed'],
  ['a baseline whose tests fail', { baselineTrouble: { stage: 'tests', summary: 'npm test', tail: '' }, build: null, tests: null, testRuns: [] }, 'inconclusive', 'baseline-tests-failed'],
  ['a failing baseline', { tests: { ...tests0, baseline: { passed: 2, failed: 1, skipped: 0 } } }, 'inconclusive', 'baseline-tests-failed'],
  ['a baseline that tests nothing', { tests: { ...tests0, baseline: { passed: 0, failed: 0, skipped: 4 } } }, 'inconclusive', 'baseline-tests-failed'],
  ['a failing test', { tests: { ...tests0, newlyFailing: ['a'] } }, 'rejected', 'tests-failed'],
  ['a missing test', { tests: { ...tests0, missing: ['a'] } }, 'rejected', 'tests-missing'],
  ['a timeout', { testRuns: [{ ...run0, ending: 'wall-limit', exitCode: null }] }, 'rejected', 'test-run-failed'],
  ['a missing report', { testRuns: [{ ...run0, report: 'missing' }] }, 'rejected', 'test-run-failed'],
  ['a malformed report', { testRuns: [{ ...run0, report: 'malformed' }] }, 'rejected', 'test-run-failed'],
  ['no test command', { testRuns: [] }, 'rejected', 'test-run-failed'],
  ['an exit status that the report does not explain', { testRuns: [{ ...run0, exitCode: 1 }] }, 'rejected', 'test-run-failed'],
  ['no oracle', { oracle: null }, 'rejected', 'oracle-failed'],
  ['a different answer', { oracle: { ...oracle0, mismatches: 1 } }, 'rejected', 'oracle-mismatch'],
  ['an oracle that fails on the baseline', { oracle: { ...oracle0, baselineProblem: 'exit 1' } }, 'inconclusive', 'oracle-baseline-failed'],
  ['an oracle that fails on the candidate', { oracle: { ...oracle0, candidateProblem: 'exit 1' } }, 'rejected', 'oracle-failed'],
  ['an oracle without cases', { oracle: { ...oracle0, cases: 0 } }, 'inconclusive', 'oracle-baseline-failed'],
  ['an oracle that takes much longer', { oracle: { ...oracle0, slowdowns: [{ seed: 1, baseline: [10, 10, 10], candidate: [900, 900, 900] }] } }, 'rejected', 'oracle-slower'],
  ['another answer in disguise', { disguise: { kinds: ['elsewhere'], oracle: { ...oracle0, mismatches: 1 } } }, 'rejected', 'disguise-mismatch'],
  ['what is plainly wrong on a further seed', { disguise: { kinds: ['elsewhere'], oracle: { ...oracle0, mismatches: 1 }, isPlainlyWrong: true } }, 'rejected', 'oracle-mismatch'],
  ['an oracle that takes much longer in disguise', { disguise: { kinds: ['elsewhere'], oracle: { ...oracle0, slowdowns: [{ seed: 1, baseline: [10, 10, 10], candidate: [900, 900, 900] }] } } }, 'rejected', 'oracle-slower'],
  ['a failure in disguise', { disguise: { kinds: ['elsewhere'], oracle: { ...oracle0, candidateProblem: 'exit 1' } } }, 'rejected', 'disguise-mismatch'],
  ['a benchmark that prints something else', { metrics: [metric('speed', { outputs: 'differs' }), metric('memory', { role: 'guard', pairs: pairs(100, 100) })] }, 'rejected', 'metric-output-differs'],
  ['tests that only pass under evaluation', { plainTests: { compared: 1, failing: ['npm test'] } }, 'rejected', 'disguise-mismatch'],
  ['wrong tests that pass', { tripwire: { description: 'x', expected: 2, silent: ['a'] } }, 'rejected', 'tests-silenced'],
  ['no metric', { metrics: [] }, 'inconclusive', 'pair-limit'],
  ['an unmeasured guard', { metrics: [metric('speed')] }, 'inconclusive', 'pair-limit'],
  ['a metric the rules do not know', { metrics: [metric('__proto__'), metric('toString')] }, 'inconclusive', 'pair-limit'],
  ['a launch without figure', { metrics: [metric('speed', { pairs: [...pairs(200, 100), ...pairs(200, null, 1)] }), metric('memory', { pairs: pairs(1, 1) })] }, 'rejected', 'metric-failed'],
  ['a baseline launch without figure', { metrics: [metric('speed', { pairs: [...pairs(200, 100), ...pairs(null, 100, 1)] }), metric('memory', { pairs: pairs(1, 1) })] }, 'inconclusive', 'metric-baseline-failed'],
  ['a time that is not a number', { metrics: [metric('speed', { pairs: [...pairs(200, 100), ...pairs(200, Number.NaN, 1)] }), metric('memory', { pairs: pairs(1, 1) })] }, 'rejected', 'metric-failed'],
  ['a time below the resolution of the meter', { metrics: [metric('speed', { pairs: pairs(10, 0) }), metric('memory', { pairs: pairs(1, 1) })] }, 'inconclusive', 'metric-failed'],
  ['a slower candidate', { metrics: [metric('speed', { pairs: pairs(100, 200) }), metric('memory', { pairs: pairs(1, 1) })] }, 'rejected', 'objective-worse'],
  ['a worse guard', { metrics: [metric('speed'), metric('memory', { pairs: pairs(100, 150) })] }, 'rejected', 'guard-worse'],
  ['a guard with too few pairs', { metrics: [metric('speed'), metric('memory', { pairs: pairs(100, 100, 4) })] }, 'inconclusive', 'guard-unproven'],
  ['too few pairs', { metrics: [metric('speed', { pairs: pairs(200, 100, 8) }), metric('memory', { pairs: pairs(1, 1) })] }, 'inconclusive', 'pair-limit'],
  ['a gain below the useful one', { metrics: [metric('speed', { pairs: pairs(101, 100, 60) }), metric('memory', { pairs: pairs(1, 1) })] }, 'inconclusive', 'pair-limit'],
  ['no difference at all', { metrics: [metric('speed', { pairs: pairs(100, 100, 12) }), metric('memory', { pairs: pairs(1, 1) })] }, 'inconclusive', 'no-useful-gain'],
]

describe('decide', () => {
  it('accepts when every gate is passed and the gain is proven', () => {
    expect(run({})).toMatchObject({ verdict: 'accepted', reasons: [{ code: 'proven-gain' }, { code: 'proven-gain' }], metrics: { speed: { effect: { estimate: 2 }, pairs: 12 } } })
  })

  it.each(broken)('with %s does not accept', (_name, change, verdict, code) => {
    const decision = run(change)
    expect([decision.verdict, decision.reasons[0]?.code]).toEqual([verdict, code])
  })

  it('never accepts when anything is broken, whatever else there is', () => {
    fc.assert(
      fc.property(fc.subarray([...broken], { minLength: 1 }), (changes) => {
        const change = Object.assign({}, ...changes.map(([, part]) => part)) as Partial<Evaluation>
        expect(run(change).verdict).not.toBe('accepted')
      }),
    )
  })

  it('accepts a reduced patch on guards alone', () => {
    const decision = decide({ ...good, metrics: [metric('speed', { role: 'guard', pairs: pairs(100, 100) })] }, { speed: guard }, gates)
    expect(decision.verdict).toBe('accepted')
  })

  it('turns maximised figures round', () => {
    const decision = decide({ ...good, metrics: [metric('speed', { pairs: pairs(100, 200) })] }, { speed: { ...rule, goal: 'maximize' } }, gates)
    expect(decision).toMatchObject({ verdict: 'accepted', metrics: { speed: { effect: { estimate: 2 } } } })
  })

  it('leaves a gain open that copies of the baseline show as well, and lets null pairs decide nothing else', () => {
    const withNull = (nullPairs: readonly LaunchPair[], measured = pairs(200, 100)): Partial<Evaluation> => ({ metrics: [metric('speed', { pairs: measured, nullPairs }), good.metrics[1] as MetricFacts] })
    expect(run(withNull(pairs(100, 100, 4))).verdict).toBe('accepted')
    expect(run(withNull(pairs(200, 100, 4)))).toMatchObject({ verdict: 'inconclusive', reasons: [{ code: 'noise-gate' }] })
    for (const candidate of [100, 199, 200, 201, 300]) {
      const [without, beside] = [run({ metrics: [metric('speed', { pairs: pairs(200, candidate) }), good.metrics[1] as MetricFacts] }), run(withNull(pairs(200, 100, 4), pairs(200, candidate)))]
      if (without.verdict !== 'accepted') expect(beside).toEqual(without)
      else expect(beside.verdict).toBe('inconclusive')
    }
  })

  it('is pure: frozen facts, the same verdict every time, whatever the order of the metrics', () => {
    const freeze = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null) for (const inner of Object.values(Object.freeze(value))) freeze(inner)
      return value
    }
    const figure = fc.integer({ min: 80, max: 120 })
    const someCounts = fc.tuple(figure, figure).map(([a, b]) => ({ rounds: [1, 2, 3].map((seed) => ({ seed, baseline: [a * 1e6, a * 1e6], candidate: [b * 1e6, b * 1e6] })), problem: null }))
    fc.assert(
      fc.property(fc.array(fc.tuple(figure, figure), { maxLength: 40 }), fc.option(someCounts), fc.constantFrom('vote' as const, 'lead' as const), fc.constantFrom(undefined, 'any' as const, 'weighted' as const), (measured, counts, how, objectives) => {
        const taken = measured.map(([baseline, candidate], seed) => ({ seed, first: 'baseline' as const, baseline, candidate }))
        const evaluation = freeze({ ...good, metrics: [metric('speed', { pairs: taken, nullPairs: taken.slice(0, 5), counts }), metric('memory', { role: 'guard', pairs: pairs(100, 100) })] })
        const asked = freeze({ speed: { ...rule, counts: how }, memory: guard })
        const once = decide(evaluation, asked, { ...gates, ...(objectives === undefined ? {} : { objectives }) })
        expect(decide(evaluation, asked, { ...gates, ...(objectives === undefined ? {} : { objectives }) })).toEqual(once)
        expect(decide({ ...evaluation, metrics: evaluation.metrics.toReversed() }, asked, { ...gates, ...(objectives === undefined ? {} : { objectives }) }).verdict).toBe(once.verdict)
        expect(JSON.parse(JSON.stringify(once))).toEqual(once)
      }),
    )
  })

  it('survives JSON: what the journal holds is what was decided', () => {
    for (const [, change] of broken) expect(JSON.parse(JSON.stringify(run(change)))).toEqual(run(change))
  })

  it('with several objectives demands that each is proven', () => {
    const two = { speed: rule, size: rule }
    const metrics = [metric('speed'), metric('size', { pairs: pairs(100, 100, 12) })]
    expect(decide({ ...good, metrics }, two, gates).verdict).toBe('inconclusive')
  })
})

describe('evidence that is weaker than it looks', () => {
  it('turns a yes into a question', () => {
    expect(run({ canaries: [{ description: 'x', caughtBy: null }] })).toMatchObject({ verdict: 'approval-required', reasons: [{ code: 'proven-gain' }, { code: 'proven-gain' }, { code: 'weak-evidence' }] })
    expect(run({ canaries: [{ description: 'x', caughtBy: 'oracle' }], tripwire: { description: 'x', expected: 1, silent: [] }, disguise: { kinds: [], oracle: oracle0 } }).verdict).toBe('accepted')
  })

  it('never turns a no into anything else', () => {
    for (const [, change, verdict] of broken) expect(run({ ...change, canaries: [] }).verdict).toBe(verdict)
  })
})

describe('the self-test of an agent', () => {
  const selfTest = { ...run0, command: 'node check/self-test.ts', report: 'not-asked' as const }
  const judged = (change: Partial<typeof selfTest>, selfTests: readonly string[] = [selfTest.command]) =>
    decide({ ...good, tests: { ...tests0, newlyFailing: [selfTest.command] }, testRuns: [run0, { ...selfTest, ...change }] }, rules, { ...gates, selfTests })

  it('has a reason of its own when a change fails it, before all others', () => {
    expect(judged({ exitCode: 1 })).toMatchObject({ verdict: 'rejected', reasons: [{ code: 'self-test-failed' }, { code: 'test-run-failed' }, { code: 'tests-failed' }] })
    expect(judged({ ending: 'wall-limit', exitCode: null }).reasons[0]?.code).toBe('self-test-failed')
    expect(judged({ exitCode: 1 }, []).reasons[0]?.code).toBe('test-run-failed')
  })

  it('says nothing of itself when it passes', () => {
    expect(decide({ ...good, testRuns: [run0, selfTest] }, rules, { ...gates, selfTests: [selfTest.command] }).verdict).toBe('accepted')
  })
})
