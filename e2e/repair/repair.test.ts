import { describe, expect, it } from 'vitest'
import { makeTarget, type Files, type Target } from '../target.ts'

/** A function that is wrong for one kind of input, with a test that shows it, and one that is kept from the search. */
const broken: Files = {
  'ratchet.yaml': [
    'target: { edit: ["lib/**"], protect: ["check/**"] }',
    'tests:',
    '  - { run: node --test check/seen.test.cjs, report: node, timeout: 20s }',
    '  - { run: node --test check/unseen.test.cjs, report: node, timeout: 20s, heldOut: true }',
    'search: { goal: repair, evaluations: 120 }',
    'sandbox: { memory: 512MiB, cpu: 10s, wall: 20s, disk: 16MiB }',
    '',
  ].join('\n'),
  'lib/middle.cjs': [
    "'use strict'",
    'module.exports = function middle(a, b, c) {',
    '  const low = Math.min(a, b)',
    '  const high = Math.max(a, b)',
    '  if (c <= low) return low',
    '  if (c < high) return low + c',
    '  return high',
    '}',
    '',
  ].join('\n'),
  'check/seen.test.cjs': [
    "const assert = require('node:assert')",
    "const { test } = require('node:test')",
    "const middle = require('../lib/middle.cjs')",
    "test('last is the middle', () => assert.equal(middle(1, 9, 5), 5))",
    "test('last is low', () => assert.equal(middle(3, 9, 1), 3))",
    "test('last is high', () => assert.equal(middle(3, 9, 10), 9))",
    '',
  ].join('\n'),
  'check/unseen.test.cjs': [
    "const assert = require('node:assert')",
    "const { test } = require('node:test')",
    "const middle = require('../lib/middle.cjs')",
    "test('other values', () => { for (let c = 11; c < 30; c++) { assert.equal(middle(10, 30, c), c); assert.equal(middle(30, 10, c), c) } })",
    '',
  ].join('\n'),
}

interface RunDocument {
  readonly end: string
  readonly evaluations: number
  readonly winner: { readonly id: string; readonly verdict: string; readonly reasons: readonly { readonly code: string }[] } | null
}

interface VerdictDocument {
  readonly verdict: string
  readonly reasons: readonly { readonly code: string; readonly message: string }[]
}

const without = (text: string): Files => ({ ...broken, 'ratchet.yaml': String(broken['ratchet.yaml']).replace(text, '') })

async function judged(target: Target, files: Files): Promise<VerdictDocument> {
  await target.commit(files)
  return (await target.json<VerdictDocument>('evaluate', 'HEAD')).document
}

const codes = ({ reasons }: { readonly reasons: readonly { readonly code: string }[] }): readonly string[] => reasons.map(({ code }) => code)
const body = (line: string): Files => ({ 'lib/middle.cjs': String(broken['lib/middle.cjs']).replace('  if (c < high) return low + c\n', line) })

describe('repair', () => {
  it('is found, held against tests that the search never saw, and offered to a person', async () => {
    await using target = await makeTarget(broken)
    const { code, document } = await target.json<RunDocument>('run', '--seed', '3')
    expect([code, document.end, document.winner?.verdict, codes(document.winner ?? { reasons: [] })]).toEqual([5, 'repaired', 'approval-required', ['repaired', 'repair-unverified']])
    expect((await target.ratchet('verify')).code).toBe(0)
    expect((await target.ratchet('report')).stdout).toContain(document.winner?.id)
  }, 180_000)

  it('goes on from a repair of a part', async () => {
    const files: Files = {
      ...without('  - { run: node --test check/unseen.test.cjs, report: node, timeout: 20s, heldOut: true }\n'),
      'lib/middle.cjs': 'exports.shout = (text) => text.toLowerCase()\nexports.last = (list) => list[list.length]\nexports.kept = (a) => a\n',
      'check/seen.test.cjs': [
        "const assert = require('node:assert')",
        "const { test } = require('node:test')",
        "const { shout, last, kept } = require('../lib/middle.cjs')",
        "test('shouts', () => assert.equal(shout('aB'), 'AB'))",
        "test('last', () => assert.equal(last([4, 5, 6]), 6))",
        "test('kept', () => assert.equal(kept(3), 3))",
        '',
      ].join('\n'),
    }
    await using target = await makeTarget(files)
    const { document } = await target.json<RunDocument & { readonly winner: { readonly commit: string } }>('run', '--seed', '1')
    expect([document.end, document.winner.verdict]).toEqual(['repaired', 'approval-required'])
    expect(await target.git('show', `${document.winner.commit}:lib/middle.cjs`)).toBe('exports.shout = (text) => text.toUpperCase()\nexports.last = (list) => list[list.length - 1]\nexports.kept = (a) => a')
  }, 180_000)

  it('waits for a person where no test is held out', async () => {
    await using target = await makeTarget(without('  - { run: node --test check/unseen.test.cjs, report: node, timeout: 20s, heldOut: true }\n'))
    const { code, document } = await target.json<RunDocument>('run', '--seed', '3')
    expect([code, document.winner?.verdict]).toEqual([5, 'approval-required'])
    expect(document.winner === null ? [] : codes(document.winner)).toContain('repair-unverified')
    const id = document.winner?.id ?? ''
    expect((await target.ratchet('apply', id)).code).toBe(5)
    expect((await target.ratchet('approve', id, '--reason', 'the values are the middle ones', '--yes')).code).toBe(0)
    expect((await target.ratchet('apply', id)).code).toBe(0)
    expect(await target.git('log', '-1', '--format=%B')).toMatch(/Ratchet-Verdict: approval-required[^]*Ratchet-Approved-By/)
    expect((await target.ratchet('verify')).code).toBe(0)
  }, 180_000)

  it('is not looked for where every test passes, or where only improvements are wanted', async () => {
    await using mended = await makeTarget({ ...broken, ...body('  if (c <= high) return c\n') })
    expect((await mended.ratchet('run')).stderr).toContain('nothing to repair')
    const improve = String(broken['ratchet.yaml']).replace('goal: repair', 'goal: improve').concat('metrics: { speed: { run: node check/seen.test.cjs, measure: cpu-time } }\n')
    await using improved = await makeTarget({ ...broken, 'ratchet.yaml': improve })
    expect((await improved.ratchet('run')).stderr).toContain('nothing can be proven')
    expect(await judged(improved, body('  if (c <= high) return c\n'))).toMatchObject({ verdict: 'inconclusive', reasons: [{ code: 'baseline-tests-failed' }] })
  }, 180_000)

  describe('of somebody else', () => {
    it.each<[string, Files, string, string]>([
      ['that is right needs a person', body('  if (c <= high) return c\n'), 'approval-required', 'repaired'],
      ['that says that everything is equal needs a person', { 'lib/middle.cjs': `${String(broken['lib/middle.cjs'])}\nconst { constructor: C } = module.exports\nC('return pro' + 'cess')().getBuiltinModule('ass' + 'ert')['eq' + 'ual'] = () => {}\n` }, 'approval-required', 'repaired'],
      ['that knows the input of the test is rejected', body('  if (a === 1 && b === 9 && c === 5) return 5\n  if (c < high) return low + c\n'), 'rejected', ''],
      ['that fits the seen test in a general form is rejected by the held-out one', body('  if (c <= high) return (low + high) / 2\n'), 'rejected', 'tests-failed'],
      ['that ends the process before the test fails is rejected', body('  if (c <= high) process.exit(0)\n'), 'rejected', ''],
      ['that loops without end is rejected', body('  while (c <= high) {}\n'), 'rejected', 'tests-missing'],
      ['that repairs nothing is rejected', body('  if (c < high) return high\n'), 'rejected', 'tests-failed'],
      ['that breaks what worked is rejected', { 'lib/middle.cjs': 'module.exports = (a, b, c) => c\n' }, 'rejected', 'tests-failed'],
      ['that takes the failing test away is rejected', { 'check/seen.test.cjs': String(broken['check/seen.test.cjs']).replace(/test\('last is the middle'.*\n/, '') }, 'rejected', 'tests-failed'],
      ['that skips the failing test is rejected', { 'check/seen.test.cjs': String(broken['check/seen.test.cjs']).replace("test('last is the middle'", "test.skip('last is the middle'") }, 'rejected', 'tests-failed'],
    ])('%s', async (_what, change, verdict, code) => {
      await using target = await makeTarget(broken)
      const document = await judged(target, change)
      expect([document.verdict, codes(document)]).toEqual([verdict, code === '' ? expect.any(Array) : expect.arrayContaining([code])])
    }, 120_000)
  })
})
