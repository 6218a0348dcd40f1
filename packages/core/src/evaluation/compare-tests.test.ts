import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareTests } from './compare-tests.ts'
import type { TestCase, TestOutcome, TestRun } from './evaluation.ts'

const test = (name: string, outcome: TestOutcome = 'passed'): TestCase => ({ name, outcome })
const run = (cases: readonly TestCase[], change: Partial<TestRun> = {}): TestRun => ({
  command: 'npm test',
  ending: 'exited',
  exitCode: 0,
  trust: 'reported',
  report: 'parsed',
  cases,
  wallMs: 1,
  tail: '',
  ...change,
})
const command = (change: Partial<TestRun> = {}): TestRun => run([], { report: 'not-asked', ...change })

describe('compareTests', () => {
  it('finds nothing between equal runs', () => {
    const counts = { passed: 1, failed: 0, skipped: 1 }
    expect(compareTests([run([test('a'), test('b', 'skipped')])], [run([test('a'), test('b', 'skipped')])])).toEqual({
      baseline: counts,
      candidate: counts,
      missing: [],
      newlyFailing: [],
    })
  })

  it('misses what is absent or skipped', () => {
    expect(compareTests([run([test('a'), test('b'), test('c')])], [run([test('a'), test('b', 'skipped')])])).toMatchObject({ missing: ['b', 'c'], newlyFailing: [] })
  })

  it('reports what fails now, also what the baseline skips or does not have', () => {
    const found = compareTests([run([test('a'), test('b', 'skipped')])], [run([test('a', 'failed'), test('b', 'failed'), test('new', 'failed')])])
    expect(found.newlyFailing).toEqual(['a', 'b', 'new'])
  })

  it('never takes an exit status for explained by a test that the baseline skips', () => {
    const found = compareTests([run([test('a'), test('b', 'skipped')])], [run([test('a'), test('b', 'failed')], { exitCode: 1 })])
    expect(found.newlyFailing).toEqual(['b', 'npm test (exit status 1)'])
  })

  it.each<[string, Partial<TestRun>]>([
    ['exit status 1', { exitCode: 1 }],
    ['ended by wall-limit', { ending: 'wall-limit', exitCode: null }],
    ['no report', { report: 'missing', cases: [] }],
    ['malformed report', { report: 'malformed', cases: [] }],
    ['no test was executed', { cases: [test('a', 'skipped')] }],
  ])('counts a command that fails as a whole as a failing test: %s', (trouble, change) => {
    expect(compareTests([run([test('a')])], [run([test('a')], change)]).newlyFailing).toEqual([`npm test (${trouble})`])
    expect(compareTests([run([test('a')], change)], [run([test('a')])]).baseline.failed).toBe(1)
  })

  it('takes a command without report as one test', () => {
    expect(compareTests([command()], [command()])).toMatchObject({ baseline: { passed: 1 }, missing: [], newlyFailing: [] })
    expect(compareTests([command()], [command({ exitCode: 2 })]).newlyFailing).toEqual(['npm test'])
  })

  it('tells the tests of several commands apart', () => {
    const found = compareTests([run([test('a')]), run([test('a')])], [run([test('a')]), run([test('a', 'failed')], { exitCode: 1 })])
    expect(found).toMatchObject({ baseline: { passed: 2 }, newlyFailing: ['2: a', '2: npm test (exit status 1)'] })
  })

  it('counts a command that one side lacks as failed there', () => {
    expect(compareTests([run([test('a')])], [])).toMatchObject({ missing: ['a'], newlyFailing: ['npm test'] })
    expect(compareTests([], [run([test('a')])])).toMatchObject({ baseline: { passed: 0, failed: 1 } })
    expect(compareTests([], [])).toMatchObject({ baseline: { passed: 0, failed: 0 } })
  })

  it('keeps a failure visible when a test is called like the command', () => {
    const first = run([test('x', 'failed')], { command: 'a' })
    expect(compareTests([run([test('x')]), command({ command: 'x' })], [first, command({ command: 'x' })]).newlyFailing).toEqual(['1: x'])
  })

  it('passes only a candidate that passes every test the baseline passes, and whose commands all succeed', () => {
    const outcome = fc.constantFrom<TestOutcome>('passed', 'failed', 'skipped')
    const cases = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', '__proto__', 'toString'), outcome }), { selector: ({ name }) => name })
    const anyRun = fc.record({ cases, exitCode: fc.constantFrom(0, 0, 1), ending: fc.constantFrom('exited' as const, 'exited' as const, 'signalled' as const), report: fc.constantFrom('parsed' as const, 'parsed' as const, 'missing' as const) })
    fc.assert(
      fc.property(anyRun, anyRun, (before, after) => {
        const found = compareTests([run(before.cases, before)], [run(after.cases, after)])
        if (found.missing.length + found.newlyFailing.length + found.baseline.failed > 0) return
        expect([after.exitCode, after.ending, after.report]).toEqual([0, 'exited', 'parsed'])
        expect(after.cases.some(({ outcome }) => outcome === 'failed')).toBe(false)
        for (const { name } of before.cases.filter(({ outcome }) => outcome === 'passed')) expect(after.cases).toContainEqual(test(name))
      }),
    )
  })
})
