import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coverageGaps } from './coverage-gaps.ts'
import { findNotes } from './find-notes.ts'
import { evidenceOf } from './observation.ts'
import { readCallgrind } from './read-callgrind.ts'
import { readDurations } from './read-durations.ts'
import { readProblems } from './read-problems.ts'
import { readPythonProfile } from './read-python-profile.ts'

const isOurs = (path: string): boolean => path.startsWith('src/')

describe('callgrind', () => {
  const first = [
    'version: 1', 'creator: callgrind', 'positions: line', 'events: Ir', '',
    'ob=(1) /work/bench', 'fl=(1) /work/src/a.cpp', 'fn=(1) hot(int)', '10 100', '+1 50', '*  5', '* 5',
    'fi=(2) /usr/include/vector', '500 20', 'fe=(1)', '-1 10', 'cfi=(3) /usr/lib/libc.c', 'cfn=(2) memcpy', 'calls=3 7', '+2 9999', '',
    'fl=(3)', 'fn=(2)', '7 8000', '', 'fl=(1)', 'fn=(3) cold()', '30 10',
  ]

  it('gives own instructions of the target\'s functions, not those of what they call', () => {
    expect(readCallgrind(first.join('\n'), '/work/')).toEqual([
      { kind: 'hot-function', path: 'src/a.cpp', functionName: 'hot(int)', line: 10, weight: 185 / 195 },
      { kind: 'hot-function', path: 'src/a.cpp', functionName: 'cold()', line: 30, weight: 10 / 195 },
    ])
  })

  it('of several processes keeps their numbers apart', () => {
    const second = ['version: 1', 'fl=(1) /work/src/b.cpp', 'fn=(1) other()', '3 195']
    expect(readCallgrind([...first, ...second].join('\n'), '/work/').map(({ path, weight }) => [path, weight])).toEqual([['src/b.cpp', 0.5], ['src/a.cpp', 185 / 390], ['src/a.cpp', 10 / 390]])
  })

  it('of anything else is nothing', () => {
    const word = fc.oneof(fc.constantFrom(...first, '+9 9', '-9999999 1', '* 99999999999999999999', 'fn=(7)', 'fl='), fc.string())
    fc.assert(fc.property(fc.array(word, { maxLength: 60 }), (lines) => readCallgrind(lines.join('\n'), '/work/').every(({ line, weight, path }) => line >= 1 && weight >= 0 && weight <= 1 && path !== '')))
  })
})

describe('complaints', () => {
  it.each([
    ['gcc', 'src/a.c:3:5: warning: unused variable [-Wunused]', { path: 'src/a.c', line: 3, severity: 'warning', message: 'unused variable [-Wunused]' }],
    ['mypy', 'src/a.py:7: error: Incompatible types', { path: 'src/a.py', line: 7, severity: 'error', message: 'Incompatible types' }],
    ['ruff', 'src/a.py:1:8: F401 `os` imported but unused', { path: 'src/a.py', line: 1, severity: 'error', message: 'F401 `os` imported but unused' }],
    ['pyright', '  /work/src/a.py:2:1 - error: "x" is not defined', { path: 'src/a.py', line: 2, severity: 'error', message: '"x" is not defined' }],
    ['tsc', 'src/a.ts(4,2): error TS2322: Type no.', { path: 'src/a.ts', line: 4, severity: 'error', message: 'TS2322: Type no.' }],
    ['eslint', '/work/src/a.js\n  12:3  warning  Unexpected var  no-var\n', { path: 'src/a.js', line: 12, severity: 'warning', message: 'Unexpected var  no-var' }],
  ])('of %s are read', (_, text, problem) => expect(readProblems(text, isOurs)).toEqual([problem]))

  it('about files of others, notes, and what is none are passed over', () => {
    for (const text of ['/etc/passwd:1:1: error: x', '../src/a.c:1:1: error: x', 'src/../../b.c:1:1: x', 'src/a.c:3:5: note: declared here', 'src/a.c:0: error: x', 'at 12:30 error', '  12:3  warning  no heading', '']) expect(readProblems(text, (path) => path === 'src/a.c'), text).toEqual([])
    fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('src/a.c:1:1: x', '/work/src/a.js', ' 1:1 x')), { maxLength: 30 }), (lines) => void readProblems(lines.join('\n'), isOurs)))
    const started = performance.now()
    readProblems(`${'src/'.repeat(200_000)}\n${' :1'.repeat(100_000)}\n${'a('.repeat(100_000)}`, isOurs)
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})

describe('times of tests', () => {
  it.each([
    ['JUnit', '<testsuites><testcase classname="x" name="a &amp; b" time="0.25" file="/work/t.js"/><testcase name="c" time="x"/></testsuites>', [{ name: 'a & b', file: '/work/t.js', ms: 250 }]],
    ['TAP', 'ok 1 - adds\n  ---\n  duration_ms: 12.5\n  ...\nnot ok 2 - fails # TODO\n  ---\n  duration_ms: 3\n', [{ name: 'adds', file: '', ms: 12.5 }, { name: 'fails', file: '', ms: 3 }]],
    ['CTest', '1/2 Test #1: fast ....   Passed    0.05 sec\n2/2 Test #2: slow .....***Failed    1.50 sec\n', [{ name: 'fast', file: '', ms: 50 }, { name: 'slow', file: '', ms: 1500 }]],
    ['jest', 'noise\n{"testResults":[{"name":"/work/a.test.js","assertionResults":[{"fullName":"x y","duration":7}]}]}\n', [{ name: 'x y', file: '/work/a.test.js', ms: 7 }]],
    ['mocha', '{"tests":[{"fullTitle":"m","file":"/work/m.js","duration":9},{"title":1}]}', [{ name: 'm', file: '/work/m.js', ms: 9 }]],
  ])('in a report of %s are read', (_, text, durations) => expect(readDurations(text)).toEqual(durations))

  it('in anything else are none, in time', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => readDurations(text).every(({ ms }) => ms >= 0)))
    const started = performance.now()
    for (const text of ['<testcase '.repeat(50_000), `<testcase ${'a="'.repeat(50_000)}`, `1/1 Test #1: ${'.'.repeat(200_000)}`, '{"'.repeat(100_000)]) readDurations(text)
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('what no test runs', () => {
  it('is told by stretches of code, and by files that nothing loads', () => {
    const text = 'a()\n\n// why\nb()\nc()\n}\nd()\ne()\n'
    expect(coverageGaps('x.js', text, new Set([1]))).toEqual([{ kind: 'coverage-gap', path: 'x.js', line: 4, weight: 0.1, evidence: 'no test runs lines 4 to 8 (4 lines of code)' }])
    expect(coverageGaps('x.js', text, new Set([1, 5]))).toEqual([])
    expect(coverageGaps('x.js', text, undefined)).toMatchObject([{ line: null, evidence: 'no test loads this file' }])
    expect(coverageGaps('x.js', '// nothing\n', undefined)).toEqual([])
  })

  it('in Python is told by lines that a statement begins on', () => {
    expect(coverageGaps('x.py', 'x = f(\n  1,\n  2,\n  3,\n  4,\n)\ndef g():\n    """Doc\n    of it\n    here."""\n    return 1\n', new Set([1, 7]))).toEqual([])
  })
})

describe('a profile of Python', () => {
  it('is read by shares, and only of the target', () => {
    const entry = (path: string, self: number): object => ({ path, line: 3, name: 'f', self })
    expect(readPythonProfile({ profile: [entry('/work/a.py', 1), entry('/work/b.py', 3), entry('/usr/lib/c.py', 9), entry('/work/.venv/site-packages/d.py', 9)] }, '/work/')).toEqual([
      { kind: 'hot-function', path: 'b.py', functionName: 'f', line: 3, weight: 0.75 },
      { kind: 'hot-function', path: 'a.py', functionName: 'f', line: 3, weight: 0.25 },
    ])
    fc.assert(fc.property(fc.jsonValue(), (value) => readPythonProfile(value, '/work/') === null))
  })
})

describe('notes', () => {
  it('stand in comments, by words of their own', () => {
    const text = 'const TODO = 1\nx() // TODO: later\n# FIXME\n/* XXX here */\nprint("TODOS") # TODOS\n'
    expect(findNotes('a', text).map(({ line, evidence }) => [line, evidence.trim()])).toEqual([[2, 'TODO: later'], [3, 'FIXME'], [4, 'XXX here']])
  })

  it('and everything else of the target become one printable line', () => {
    expect(evidenceOf(' a\n\tb\u001b[2J\u202ec\u0000 ')).toBe('a bc')
    expect(evidenceOf('\ud83d\ude00'.repeat(5_000)).length).toBeLessThanOrEqual(300)
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => evidenceOf(text).isWellFormed()))
  })
})
