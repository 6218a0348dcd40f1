import { describe, expect, it } from 'vitest'
import type { Canary, Evaluation, TestComparison } from '../evaluation/evaluation.ts'
import { decide } from './decide.ts'

const counts = (passed: number, failed: number) => ({ passed, failed, skipped: 0 })
const canaries: readonly Canary[] = [{ description: 'a', caughtBy: 'tests' }, { description: 'b', caughtBy: 'tests' }]
const heldOut: TestComparison = { baseline: counts(1, 1), candidate: counts(2, 0), missing: [], newlyFailing: [] }
const proven: Evaluation = {
  candidate: 'c', baseline: 'b', tier: 'namespace', baselineTrouble: { stage: 'tests', summary: 'node --test', tail: '' }, build: null,
  tests: { baseline: counts(3, 2), candidate: counts(5, 0), missing: [], newlyFailing: [] },
  testRuns: [{ command: 'node --test', ending: 'exited', exitCode: 0, report: 'parsed', cases: [], trust: 'sealed', wallMs: 1, tail: '' }],
  ownTests: null, oracle: null, metrics: [], startedAt: '', wallMs: 0,
  repair: { repaired: ['adds', 'node --test'], unrepaired: [], unsteady: [], lost: [], sought: true }, heldOut, plainTests: { compared: 1, failing: [] }, canaries,
}
const judged = (change: Partial<Evaluation>) => decide({ ...proven, ...change }, {}, { build: false, oracle: true, plausibleGain: 50, trustReported: false })

describe('a repair', () => {
  it.each<[string, Partial<Evaluation>, string, string]>([
    ['with every kind of evidence', {}, 'approval-required', 'repaired'],
    ['that the search alone saw', { repair: { repaired: ['adds'], unrepaired: [], unsteady: null, lost: [], sought: true }, heldOut: null, plainTests: null, canaries: null }, 'approval-required', 'repair-unverified'],
    ['without held-out tests', { heldOut: null }, 'approval-required', 'repair-unverified'],
    ['whose held-out tests ran nothing', { heldOut: { ...heldOut, candidate: counts(0, 0) } }, 'approval-required', 'repair-unverified'],
    ['whose judges were not tried', { canaries: null }, 'approval-required', 'repair-unverified'],
    ['in lines that no test looks at', { canaries: [{ description: 'a', caughtBy: null }, { description: 'b', caughtBy: 'tests' }] }, 'approval-required', 'weak-evidence'],
    ['of a part', { repair: { repaired: ['adds'], unrepaired: ['node --test'], unsteady: null, lost: [], sought: true } }, 'inconclusive', 'repair-partial'],
    ['of nothing', { repair: { repaired: [], unrepaired: ['adds'], unsteady: null, lost: [], sought: true } }, 'rejected', 'tests-failed'],
    ['of nothing, where none was asked for', { repair: { repaired: [], unrepaired: ['adds'], unsteady: null, lost: [], sought: false } }, 'inconclusive', 'baseline-tests-failed'],
    ['that skips a failing test', { repair: { repaired: ['node --test'], unrepaired: ['adds'], unsteady: null, lost: ['adds'], sought: false } }, 'rejected', 'tests-missing'],
    ['of tests that fail now and then', { repair: { repaired: ['adds'], unrepaired: [], unsteady: ['adds'], lost: [], sought: true } }, 'inconclusive', 'baseline-tests-failed'],
    ['that breaks another test', { tests: { baseline: counts(3, 2), candidate: counts(4, 1), missing: [], newlyFailing: ['subtracts'] } }, 'rejected', 'tests-failed'],
    ['that loses another test', { tests: { baseline: counts(3, 2), candidate: counts(4, 0), missing: ['subtracts'], newlyFailing: [] } }, 'rejected', 'tests-missing'],
    ['that fits the seen tests only', { heldOut: { ...heldOut, candidate: counts(1, 1) } }, 'rejected', 'tests-failed'],
    ['that loses a held-out test', { heldOut: { ...heldOut, candidate: counts(1, 0), missing: ['known'] } }, 'rejected', 'tests-missing'],
    ['that passes only where it is evaluated', { plainTests: { compared: 1, failing: ['node --test'] } }, 'rejected', 'disguise-mismatch'],
    ['without a test run', { testRuns: [], tests: null }, 'rejected', 'test-run-failed'],
  ])('%s', (_kind, change, verdict, code) => {
    const decision = judged(change)
    expect([decision.verdict, decision.reasons.map((reason) => reason.code)]).toEqual([verdict, expect.arrayContaining([code])])
  })

  it('gains what it repairs', () => {
    const gain = (repaired: number, unrepaired: number): number => judged({ repair: { repaired: Array.from({ length: repaired }, String), unrepaired: Array.from({ length: unrepaired }, String), unsteady: null, lost: [], sought: true } }).metrics['repaired tests']?.effect?.estimate ?? 0
    expect(gain(1, 3)).toBeLessThan(gain(2, 2))
    expect(gain(2, 2)).toBeLessThan(gain(4, 0))
  })

  it('needs a build that works', () => {
    const failed = { ok: false, ending: 'exited' as const, exitCode: 1, tail: '', tampered: [] }
    expect(decide({ ...proven, build: failed, repair: null }, {}, { build: true, oracle: false, plausibleGain: 50, trustReported: false }).verdict).toBe('rejected')
  })

  it('of a recorded evaluation without repair facts is judged as before', () => {
    expect(judged({ repair: null })).toMatchObject({ verdict: 'inconclusive', reasons: [{ code: 'baseline-tests-failed' }] })
  })
})
