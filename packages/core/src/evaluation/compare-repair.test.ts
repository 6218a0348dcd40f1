import { describe, expect, it } from 'vitest'
import { compareRepair } from './compare-tests.ts'
import type { TestCase, TestRun } from './evaluation.ts'

const run = (exitCode: number, ...cases: readonly string[]): TestRun => ({
  command: 'test', ending: 'exited', exitCode, report: 'parsed', trust: 'sealed', wallMs: 1, tail: '',
  cases: cases.map((text): TestCase => ({ name: text.slice(1), outcome: text.startsWith('+') ? 'passed' : text.startsWith('-') ? 'failed' : 'skipped' })),
})
const plain = (exitCode: number): TestRun => ({ ...run(exitCode), report: 'not-asked', trust: 'exit-code' })

describe('compareRepair', () => {
  it('says what passes now, also of a part', () => {
    expect(compareRepair([run(2, '+a', '-b', '-c')], [run(1, '+a', '+b', '-c')])).toMatchObject({ repaired: ['b'], unrepaired: ['c', 'test'], lost: [], tests: { missing: [], newlyFailing: [] } })
    expect(compareRepair([run(1, '+a', '-b')], [run(0, '+a', '+b')])).toMatchObject({ repaired: ['b', 'test'], unrepaired: [] })
    expect(compareRepair([plain(1)], [plain(0)])).toMatchObject({ repaired: ['test'], unrepaired: [] })
  })

  it('never takes a test that is skipped or gone for one that passes', () => {
    expect(compareRepair([run(1, '+a', '-b')], [run(0, '+a', '?b')])).toMatchObject({ repaired: ['test'], unrepaired: ['b'], lost: ['b'] })
    expect(compareRepair([run(1, '+a', '-b')], [run(0, '+a')])).toMatchObject({ lost: ['b'] })
    expect(compareRepair([run(1, '+a', '-b')], [{ ...run(0), report: 'missing' }])).toMatchObject({ repaired: [], lost: ['b'], tests: { missing: ['a'] } })
  })

  it('sees what breaks meanwhile', () => {
    expect(compareRepair([run(1, '+a', '-b')], [run(1, '-a', '+b')]).tests).toMatchObject({ newlyFailing: ['a'] })
    expect(compareRepair([run(1, '+a', '-b')], [{ ...run(1, '+b'), ending: 'wall-limit' }]).tests).toMatchObject({ missing: ['a'] })
  })

  it('takes a file that could not be loaded for repaired when its tests run and pass', () => {
    const broken = run(1, '-x.js > (did not come to its end)', '+y.js > b')
    expect(compareRepair([broken], [run(0, '+x.js > a', '+y.js > b')])).toMatchObject({ unrepaired: [], repaired: ['x.js > (did not come to its end)', 'test'] })
    expect(compareRepair([broken], [run(1, '-x.js > a', '+y.js > b')])).toMatchObject({ repaired: [], lost: ['x.js > (did not come to its end)'] })
    expect(compareRepair([broken], [run(0, '+y.js > b')])).toMatchObject({ lost: ['x.js > (did not come to its end)'] })
  })
})
