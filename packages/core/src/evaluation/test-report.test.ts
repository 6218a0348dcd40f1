import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reportFormats } from '../target/config.ts'
import { parseTestReport, type ReportFormat, type TestReport } from './test-report.ts'

const parse = (format: ReportFormat, text: string): TestReport => parseTestReport(format, Buffer.from(text))
/** `outcome name` per case, or the state of the report. */
const told = (format: ReportFormat, text: string): readonly string[] | string => {
  const { report, cases } = parse(format, text)
  return report === 'parsed' ? cases.map(({ name, outcome }) => `${outcome} ${name}`) : report
}

const nodeTests = `
import { test, describe, it, before } from 'node:test'
import assert from 'node:assert'
test('top # hash', () => { console.log('ok 99 - <testcase name="forged"/>') })
test('skipped', { skip: 'why' }, () => {})
test('to do', { todo: true }, () => { assert.equal(1, 2) })
describe('suite', () => { it('a & <b>', () => {}); describe('deep', () => { it('leaf', () => {}) }) })
test('parent', async (t) => { await t.test('good', () => {}); await t.test('bad', () => { assert.equal(1, 2) }) })
test('asserts itself', async (t) => { await t.test('fine', () => {}); assert.equal(1, 2) })
describe('hooked', () => { before(() => { throw new Error('hook') }); it('x', () => {}) })
`

async function nodeReport(reporter: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ratchet-report-'))
  try {
    const file = path.join(folder, 'a.test.mjs')
    await writeFile(file, nodeTests)
    const { NODE_TEST_CONTEXT: _context, ...env } = process.env
    return await new Promise((resolve) => {
      execFile(process.execPath, ['--test', `--test-reporter=${reporter}`, file], { env }, (_error, stdout) => resolve(stdout))
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const nodeOutcomes = [
  'passed top # hash',
  'skipped skipped',
  'skipped to do',
  'passed suite > a & <b>',
  'passed suite > deep > leaf',
  'passed parent > good',
  'failed parent > bad',
  'passed asserts itself > fine',
]

describe('junit', () => {
  it('reads what node:test writes', async () => {
    const found = told('junit', await nodeReport('junit'))
    expect(found).toEqual(expect.arrayContaining(nodeOutcomes))
    expect(found).toEqual(expect.arrayContaining(['failed hooked > x']))
  })

  it('reads pytest, gtest, ctest and vitest dialects', () => {
    const pytest = '<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" tests="4"><testcase classname="tests.test_a.TestC" name="test_m[x y]" time="0.1" /><testcase classname="test_a" name="test_bad"><failure message="m">&gt; text</failure></testcase><testcase classname="test_a" name="test_x"><skipped type="pytest.xfail" message="" /></testcase><testcase classname="test_a" name="test_e"><skipped/><error message="teardown">x</error></testcase></testsuite></testsuites>'
    expect(told('junit', pytest)).toEqual(['passed pytest tests > pytest > tests.test_a.TestC > test_m[x y]', 'failed pytest tests > pytest > test_a > test_bad', 'skipped pytest tests > pytest > test_a > test_x', 'failed pytest tests > pytest > test_a > test_e'])
    const gtest = '<testsuites name="AllTests" failures="1" errors="0"><testsuite name="S" failures="1" errors="0"><testcase name="Good" status="run" result="completed" classname="S" /><testcase name="Off" status="notrun" result="suppressed" classname="S" /><testcase name="Bad" status="run" classname="S"><failure message="x" type=""><![CDATA[</testcase> <b> & <!DOCTYPE html>]]></failure></testcase></testsuite></testsuites>'
    expect(told('junit', gtest)).toEqual(['passed AllTests > S > Good', 'skipped AllTests > S > Off', 'failed AllTests > S > Bad'])
    const ctest = '<testsuite name="(empty)" tests="3" failures="1"><testcase name="ok" classname="ok" status="run"/><testcase name="bad" classname="bad" status="fail"/><testcase name="off" classname="off" status="disabled"/></testsuite>'
    expect(told('junit', ctest)).toEqual(['passed (empty) > ok', 'failed (empty) > bad', 'skipped (empty) > off', 'failed (empty) > (suite)'])
    const vitest = '<testsuites name="vitest tests" failures="0" errors="0"><testsuite name="a.test.js" failures="0" errors="0"><testcase classname="a.test.js" name="s &gt; in"/></testsuite></testsuites>'
    expect(told('junit', vitest)).toEqual(['passed vitest tests > a.test.js > s > in'])
  })

  it('finds the document between other lines of output', () => {
    expect(told('junit', '> npm test\n\n<?xml version="1.0"?>\n<testsuites><testcase name="a"/></testsuites>\nnpm notice <b>\n')).toEqual(['passed a'])
    expect(told('junit', '<testsuites/>')).toEqual([])
  })

  it('counts a suite that fails by itself, even where only its numbers say so', () => {
    expect(told('junit', '<testsuite name="s"><error/><testcase name="a"/></testsuite>')).toEqual(['failed s > (suite)', 'passed s > a'])
    expect(told('junit', '<testsuite name="s" failures="1"><testcase name="a"/></testsuite>')).toEqual(['passed s > a', 'failed s > (suite)'])
    expect(told('junit', '<testsuite name="s" errors="?"><testcase name="a"/></testsuite>')).toEqual(['passed s > a', 'failed s > (suite)'])
  })

  it('takes a test that needed a second try for a failing one', () => {
    expect(told('junit', '<testsuite><testcase name="a"><flakyFailure/></testcase></testsuite>')).toEqual(['failed a'])
  })

  it.each([
    ['cut short', '<testsuites><testcase name="a"/>'],
    ['not well-formed', '<testsuites><a></b></testsuites>'],
    ['two documents', '<testsuites><testcase name="a"/></testsuites>\n<testsuites><testcase name="a"/></testsuites>'],
    ['too deep', `${'<testsuite name="a">'.repeat(200)}${'</testsuite>'.repeat(200)}`],
    ['names of the language', '<testsuites><__proto__ a="1"/></testsuites>'],
  ])('refuses a document that is %s', (_name, text) => {
    expect(parse('junit', text).report).toBe('malformed')
  })

  it('expands no entity and reads no document type', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 20 }, (_, i) => `<!ENTITY a${i} "${i === 0 ? '&a;' : `&a${i - 1};`.repeat(10)}">`).join('')}]>`
    expect(told('junit', `${bomb}<testsuites><testcase name="&a19;&#x41;&amp;lt;"/></testsuites>`)).toEqual(['passed &a19;A&lt;'])
  })
})

describe('tap', () => {
  it('reads what node:test writes', async () => {
    const found = told('tap', await nodeReport('tap'))
    expect(found).toEqual(expect.arrayContaining([...nodeOutcomes, 'failed asserts itself', 'failed hooked > x']))
    expect(found).not.toContain('passed <testcase name="forged"/>')
  })

  it('reads TAP 13 with plan first, directives, comments and diagnostics', () => {
    const text = 'TAP version 13\r\n1..5\n# about\nok 1 - a\n  ---\n  ok: 9\n  not ok 7\n  ...\nnot ok 2 b # TODO later\nok 3 c # skip not here #12\nok 4 - d \\# e # time=3.5ms\nnot ok\n'
    expect(told('tap', text)).toEqual(['passed a', 'skipped b', 'skipped c', 'passed d # e', 'failed (no name)'])
  })

  it.each([
    ['fewer points than planned', '1..2\nok 1\n'],
    ['more points than planned', '1..1\nok 1\nok 2\n'],
    ['no plan', 'ok 1\n'],
    ['two plans', '1..1\nok 1\n1..1\n'],
    ['a number twice', '1..2\nok 1\nok 1\n'],
    ['a bail-out', '1..1\nok 1\nBail out! no database\n'],
    ['diagnostics without end', '1..1\nok 1\n  ---\n  x: y\n'],
    ['a subtest without plan', '    ok 1\nok 1\n1..1\n'],
    ['a subtest without its point', '    ok 1\n    1..1\n1..0\n'],
    ['levels that end at once', '    1..1\n    ok 1\n        ok 1\n        1..1\nok 1\n1..1\n'],
  ])('refuses %s', (_name, text) => {
    expect(parse('tap', text).report).toBe('malformed')
  })

  it('reads an empty plan as no tests', () => {
    expect(told('tap', 'TAP version 14\n1..0 # SKIP nothing here\n')).toEqual([])
  })
})

describe('vitest and jest', () => {
  const report = (change: object = {}): string =>
    JSON.stringify({
      numTotalTests: 3,
      numFailedTests: 0,
      success: true,
      testResults: [{ name: '/work/test/a.js', status: 'passed', assertionResults: [{ ancestorTitles: ['s', 't'], title: 'a', status: 'passed' }, { ancestorTitles: [], title: 'b', status: 'todo' }] }],
      ...change,
    })

  it('reads the tests of every file', () => {
    expect(told('vitest', report())).toEqual(['passed test/a.js > s > t > a', 'skipped test/a.js > b'])
    expect(told('jest', `console.log\n{ a: 1 }\n{"b":2}\n${report()}\nDone.\n`)).toEqual(['passed test/a.js > s > t > a', 'skipped test/a.js > b'])
  })

  it('keeps failures that no test explains: a file that does not load, an error outside of tests, an unknown state', () => {
    expect(told('jest', report({ success: false, testResults: [{ name: 'b.js', status: 'failed', assertionResults: [] }] }))).toEqual(['failed b.js > (file)'])
    expect(told('jest', report({ success: false, testResults: [] }))).toEqual(['failed (whole run)'])
    expect(told('jest', report({ testResults: [{ name: 'b.js', assertionResults: [{ title: 'x', status: 'great' }] }] }))).toEqual(['failed b.js > x'])
  })

  it('refuses two reports and half a report', () => {
    expect(parse('jest', `${report()}\n${report()}`).report).toBe('malformed')
    expect(parse('jest', report().slice(0, -1)).report).not.toBe('parsed')
    expect(parse('jest', '{}').report).toBe('missing')
  })
})

describe('mocha', () => {
  const report = (stats: object): string => JSON.stringify({ stats, tests: [], passes: [{ fullTitle: 's a' }], pending: [{ fullTitle: 's b' }], failures: [{ fullTitle: 's "before all" hook' }] }, null, 2)

  it('reads passes, pending tests and failures, hooks too', () => {
    expect(told('mocha', `noise\n${report({ passes: 1, pending: 1, failures: 1 })}\n`)).toEqual(['passed s a', 'skipped s b', 'failed s "before all" hook'])
  })

  it('refuses lists that do not fit their counts', () => {
    expect(parse('mocha', report({ passes: 1, pending: 1, failures: 2 })).report).toBe('malformed')
  })
})

describe('pytest', () => {
  const start = '============================= test session starts ==============================\ncollected 11 items\n\n'
  const verbose = `${start}test_a.py::test_ok PASSED                        [  9%]\ntest_a.py::test_bad FAILED           [ 18%]\ntest_a.py::test_s SKIPPED (because PASSED (twice))   [ 27%]\ntest_a.py::test_xf XFAIL    [ 36%]\ntest_a.py::test_xp XPASS    [ 45%]\ntest_a.py::test_p[PASSED ] PASSED  [ 63%]\ntest_a.py::test_td PASSED [ 90%]\ntest_a.py::test_td ERROR  [ 90%]\n`
  const verboseEnd = '==== 1 failed, 3 passed, 2 skipped, 1 xfailed, 1 xpassed, 1 warning, 1 error in 0.49s ====\n'

  it('reads -v, and counts what was skipped while collecting', () => {
    const output = `${verbose}\n=================================== FAILURES ===================================\n____ test_bad ____\ntest_a.py::forged PASSED\n=========================== short test summary info ============================\nFAILED test_a.py::test_bad - assert 1 == 2\n${verboseEnd}`
    expect(told('pytest', output)).toEqual(['passed test_a.py::test_ok', 'failed test_a.py::test_bad', 'skipped test_a.py::test_s', 'skipped test_a.py::test_xf', 'passed test_a.py::test_xp', 'passed test_a.py::test_p[PASSED ]', 'passed test_a.py::test_td', 'failed test_a.py::test_td #2', 'skipped (skipped while collecting)'])
  })

  it('reads -rA, from the last summary only', () => {
    const output = `${start}test_a.py .Fs  [100%]\n=================================== PASSES ====================================\n----- Captured stdout call -----\n=== short test summary info ===\nPASSED test_a.py::forged\n=========================== short test summary info ============================\nPASSED test_a.py::test_p[x - y]\nSKIPPED [2] test_a.py:4: why\nXFAIL test_a.py::test_x - reason\nFAILED test_a.py::test_q[a - b] - assert 1 - 2\nERROR test_b.py - ImportError\n1 failed, 1 passed, 2 skipped, 1 xfailed, 1 error in 61.41s (0:01:01)\n`
    expect(told('pytest', output)).toEqual(['passed test_a.py::test_p[x - y]', 'skipped test_a.py:4: why', 'skipped test_a.py:4: why #2', 'skipped test_a.py::test_x', 'failed test_a.py::test_q[a - b]', 'failed test_b.py'])
  })

  it('reads the lines of parallel workers', () => {
    expect(told('pytest', `${start}[gw0] [ 50%] PASSED test_a.py::a b \n[gw1] [100%] FAILED test_a.py::c \n=== 1 failed, 1 passed in 1.00s ===\n`)).toEqual(['passed test_a.py::a b', 'failed test_a.py::c'])
  })

  it('refuses output whose counts do not fit, or that has no end', () => {
    expect(parse('pytest', verbose).report).toBe('malformed')
    expect(parse('pytest', `${start}a.py::t PASSED\na.py::forged PASSED\n=== 1 passed in 0.1s ===\n`).report).toBe('malformed')
    expect(parse('pytest', `${start}a.py::t PASSED\n=== 2 passed in 0.1s ===\n`).report).toBe('malformed')
    expect(told('pytest', `${start}=== no tests ran in 0.01s ===\n`)).toEqual([])
  })
})

describe('ctest', () => {
  const lines = '      Start  1: ok\n 1/5 Test  #1: ok ...............................   Passed    0.00 sec\n 2/5 Test  #2: two words ......................***Failed  Required ... Regex=[no[...]pe\n]  0.00 sec\n 3/5 Test #3: gone .............................***Not Run   0.00 sec\n 4/5 Test #4: off ..............................***Not Run (Disabled)   0.00 sec\n 5/5 Test #5: s ....***Skipped   0.00 sec\n'

  it('reads one line per test, and takes a missing executable for a failure', () => {
    expect(told('ctest', `${lines}\n33% tests passed, 2 tests failed out of 4\n`)).toEqual(['passed ok', 'failed two words', 'failed gone', 'skipped off', 'skipped s'])
  })

  it('refuses output without total, with two, or with one that does not fit', () => {
    expect(parse('ctest', lines).report).toBe('malformed')
    expect(parse('ctest', `${lines}100% tests passed, 0 tests failed out of 4\n`).report).toBe('malformed')
    expect(parse('ctest', `${lines}33% tests passed, 2 tests failed out of 5\n`).report).toBe('malformed')
    expect(parse('ctest', `${lines}${'33% tests passed, 2 tests failed out of 4\n'.repeat(2)}`).report).toBe('malformed')
    expect(told('ctest', 'No tests were found!!!\n')).toEqual([])
  })
})

describe('any format', () => {
  const parsed = reportFormats.filter((format) => format !== 'exit-code')

  it('asks nothing of exit-code', () => {
    expect(parse('exit-code', 'anything')).toEqual({ report: 'not-asked', cases: [] })
  })

  it.each(parsed)('%s: no report is missing, whatever else was printed', (format) => {
    for (const text of ['', '\n', 'Segmentation fault\n', 'hello {world}\n']) expect(parse(format, text)).toEqual({ report: 'missing', cases: [] })
  })

  it('numbers equal names, so that no copy hides another', () => {
    expect(told('tap', 'ok a\nok a\nnot ok a #2\nok a\n1..4\n')).toEqual(['passed a', 'passed a #2', 'failed a #2 #2', 'passed a #3'])
    const names = fc.array(fc.constantFrom('a', 'a #2', 'a #2 #2', 'a #3', '__proto__', 'constructor'), { maxLength: 30 })
    fc.assert(
      fc.property(names, (all) => {
        const { cases } = parse('tap', `${all.map((name) => `ok - ${name}\n`).join('')}1..${all.length}\n`)
        expect(new Set(cases.map(({ name }) => name)).size).toBe(all.length)
      }),
    )
  })

  it('makes names short, printable and well-formed', () => {
    const names = ['\u001b[31mred', 'nul\u0000', '\ud800 lone', '\u202ereversed', 'x'.repeat(100_000)]
    const text = JSON.stringify({ numTotalTests: 1, success: true, testResults: [{ name: 'f', assertionResults: names.map((title) => ({ title, status: 'passed' })) }] })
    const found = parse('jest', text).cases.map(({ name }) => name)
    expect(found.slice(0, 4)).toEqual(['f > red', 'f > nul', 'f > \ufffd lone', 'f > reversed'])
    expect(found[4]?.length).toBeLessThanOrEqual(500)
  })

  it.each(parsed)('%s: never throws and stays consistent for any bytes', (format) => {
    const word = fc.constantFrom('<testsuites>', '</testsuites>', '<testcase name="a">', '</testcase>', '<![CDATA[', ']]>', '<!--', '&#x110000;', '&#0;', 'ok 1', 'not ok', '1..2', '    ', '---', '...', '\n', '# SKIP', '{', '}', '[', '"', '\\', ':', '{"stats":{},"passes":[],"pending":[],"failures":[]}', 'a::b PASSED', '=== 1 passed in 1s ===', '=== short test summary info ===', 'FAILED a::b', '1/1 Test #1: a ....', 'Passed', '100% tests passed, 0 tests failed out of 1', '\u0000', '\ud800')
    const text = fc.oneof(fc.array(word, { maxLength: 40 }).map((words) => Buffer.from(words.join(' ').replaceAll(' \n ', '\n'))), fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)))
    fc.assert(
      fc.property(text, (bytes) => {
        const { report, cases } = parseTestReport(format, bytes)
        expect(['parsed', 'missing', 'malformed']).toContain(report)
        if (report !== 'parsed') expect(cases).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  const megabytes = 2 * 1024 * 1024
  const filled = (unit: string, before = '', after = ''): string => before + unit.repeat(Math.floor(megabytes / unit.length)) + after
  it.each<[string, ReportFormat, string]>([
    ['many tests', 'junit', filled('<testcase name="a"/>', '<testsuites>', '</testsuites>')],
    ['a huge suite name', 'junit', `<testsuites name="${filled('n')}">${'<testcase name="a"/>'.repeat(40_000)}</testsuites>`],
    ['many attributes', 'junit', filled('a="1" ', '<testsuites ', '/>')],
    ['open comments', 'junit', filled('<!--', '<testsuites>', '</testsuites>')],
    ['open tags', 'junit', filled('<testsuite>')],
    ['many references', 'junit', filled('&#x41;', '<testsuites name="', '"></testsuites>')],
    ['many points', 'tap', filled('ok\n')],
    ['growing indentation', 'tap', Array.from({ length: 2000 }, (_, index) => `${' '.repeat(index)}ok`).join('\n')],
    ['a line of spaces', 'tap', filled(' ', 'ok', 'x')],
    ['open objects', 'jest', filled('{\n')],
    ['nested lists', 'jest', `{"numTotalTests":1,"testResults":[],"x":${'['.repeat(megabytes / 2)}${']'.repeat(megabytes / 2)}}`],
    ['open strings', 'mocha', filled('{"a\n')],
    ['a line of signs', 'pytest', filled('= ')],
    ['many results', 'pytest', filled('a::b PASSED\n')],
    ['a line of brackets', 'pytest', filled(' SKIPPED (', 'a::b', ')')],
    ['a line of dots', 'ctest', filled('.', '1/1 Test #1: a ')],
    ['empty lines', 'ctest', filled('\n')],
  ])('is done quickly with %s (%s)', (_name, format, text) => {
    const started = performance.now()
    parse(format, text)
    // Measured below 0.8 s on two slow cores; quadratic time would be minutes.
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
