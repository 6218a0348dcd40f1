import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAstGrepRules } from './ast-grep-rules.ts'
import { changed, codeFindings } from './testing/screen-text.ts'

const lines = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('')
const ids = (path: string, before: string | null, after: string): readonly string[] => codeFindings(path, before, after).map(({ rule }) => rule)

describe('what counts as new', () => {
  const old = 'export function f() {\n  process.exit(1)\n}\nexport const a = 1\n'

  it('an edit beside old suspicious code is not stopped', () => expect(ids('a.js', old, old.replace('a = 1', 'a = 2'))).toEqual([]))
  it('nor one that indents it, or moves it', () => {
    expect(ids('a.js', old, old.replace('  process.exit(1)', '  if (a) {\n    process . exit(1)\n  }'))).toEqual([])
    expect(ids('a.js', old, `export const a = 1\n${old.replace('export const a = 1\n', '')}`)).toEqual([])
  })
  it('but a second one is, and one of another kind', () => {
    expect(ids('a.js', old, `${old}process.exit(1)\n`)).toEqual(['ends-process'])
    expect(ids('a.js', old, `${old}process.kill(1)\n`)).toEqual(['ends-process'])
  })
  it('a handler that loses what it did is one that swallows', () => {
    expect(ids('a.js', 'try {\n  f()\n} catch (error) {\n  report(error)\n}\n', 'try {\n  f()\n} catch (error) {\n}\n')).toEqual(['swallows-errors'])
  })
  it('a file of another name starts with nothing, unless its text comes from one that goes', () => {
    const rules = createAstGrepRules()
    expect(rules.find([changed('b.js', null, old)]).map(({ rule }) => rule)).toEqual(['ends-process'])
    expect(rules.find([changed('b.js', null, old), { path: 'a.js', before: old, after: null, addedLines: new Set(), isProtected: false, problem: null }])).toEqual([])
  })
  it('code that the grammar cannot read is asked about where it names something of interest', () => {
    expect(ids('a.js', 'const a = 1\n', 'const a = 1\nconst ] process ( = 1\n')).toContain('unparsed-code')
    expect(ids('a.js', 'const ] process ( = 1\n', 'const ] process ( = 1\nconst a = 1\n')).toEqual([])
  })
})

describe('removed guards', () => {
  const guarded = "export function f(x) {\n  if (x === null) throw new TypeError('no value given')\n  if (x < 0) throw new RangeError('negative input')\n  return x\n}\n"

  it.each([
    ['one taken away', guarded.replace(/ {2}if \(x < 0\).*\n/, ''), ['removes-guard']],
    ['one rewritten', guarded.replace('RangeError', 'TypeError'), []],
    ['one moved', guarded.replace(/( {2}if \(x === null\).*\n)( {2}if \(x < 0\).*\n)/, '$2$1'), []],
    ['two handed to a function', guarded.replace(/( {2}if .*\n)+/, '  checkInput(x)\n'), []],
    ['a message kept in a function', `${guarded.replace(/ {2}if \(x < 0\).*\n/, '')}const later = () => fall('negative input')\n`, []],
  ])('%s', (_, after, expected) => expect(ids('a.js', guarded, after)).toEqual(expected))

  it('works in Python and C++ as well, and takes assertions lightly', () => {
    expect(ids('a.py', "def f(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x\n", 'def f(x):\n    return x\n')).toEqual(['removes-guard'])
    expect(ids('a.cpp', 'int f(int x) {\n  if (x < 0) throw std::range_error("negative");\n  return x;\n}\n', 'int f(int x) {\n  return x;\n}\n')).toEqual(['removes-guard'])
    expect(codeFindings('a.py', 'def f(x):\n    assert x > 0\n    return x\n', 'def f(x):\n    return x\n')).toMatchObject([{ rule: 'removes-assertion', weight: 'note' }])
  })
})

describe('any text', () => {
  const part = fc.constantFrom('process', '.', 'exit', '(', ')', '{', '}', '"', "'", '\n', ' ', 'Date', '=', 'import', 'def ', ':', '#', '\\', 'throw', 'catch', '\u{1f600}', 'é', ';', '[', ']', '=>', '/*', '`', '${')

  it.each(['a.js', 'a.ts', 'a.tsx', 'a.py', 'a.cpp', 'a.txt'])('is judged without failing, the same way each time, with lines that exist (%s)', (path) => {
    fc.assert(fc.property(fc.array(part, { maxLength: 60 }), fc.array(part, { maxLength: 60 }), (a, b) => {
      const [before, after] = [a.join(''), b.join('')]
      const findings = codeFindings(path, before, after)
      expect(createAstGrepRules().find([changed(path, before, after)])).toEqual(findings)
      for (const { line } of findings) if (line !== null) expect(line).toBeLessThanOrEqual(after.split('\n').length)
      expect(codeFindings(path, after, after)).toEqual([])
    }), { numRuns: 20, seed: 11 })
  })

  it.each([
    ['a.py', 'A.b '.repeat(50_000)],
    ['a.cpp', `#${'include '.repeat(30_000)}`],
    ['a.js', `throw x\n${'assert'.repeat(30_000)}`],
    ['a.js', 'Date '.repeat(30_000)],
    ['a.js', `process${'.a'.repeat(1_000)}`],
    ['a.js', `process${'.a'.repeat(30_000)}`],
    ['a.js', 'new Worker('.repeat(3_500)],
    ['a.js', 'while(1)'.repeat(800)],
    ['a.js', 'function f(Date) { Date.x = 1 }\n'.repeat(5_000)],
    ['a.js', Array.from({ length: 4_000 }, (_, index) => `const a${index} = JSON; a${index}.x = 1\n`).join('')],
    ['a.js', 'class A { toJSON() { return this.a } }\n'.repeat(4_000)],
    ['a.py', `def f(json):\n${'    json.x = 1\n'.repeat(8_000)}`],
    ['a.py', `m = ${'('.repeat(4_000)}math`],
    ['a.cpp', '#define CHECK_A(x) (x)\n'.repeat(8_000)],
    ['a.cpp', 'namespace a { int clock(int x) { return x; } }\n'.repeat(4_000)],
    ['a.js', `${lines(200, () => 'function a() { return a() }')}a()(JSON); o.p = 1`],
    ['a.js', `${lines(200, (index) => `function a${index}() { return a${index + 1}()() }`)}a0()(JSON); o.p = 1`],
    ['a.js', `${lines(1_000, (index) => `class C${index} { m(d) { return d.m(d) } }`)}o.m(JSON); o.p = 1`],
    ['a.js', `import { check } from './c.js'\n${lines(5_000, (index) => `check(v${index}, Map)`)}o.p = 1`],
    ['a.ts', `import { check } from './c.ts'\n${lines(290, (index) => `check(v${index}, Map)`)}${lines(2_000, (index) => `check(v${index})`)}o.p = 1`],
    ['a.ts', `${lines(290, () => 'g(JSON)')}${lines(3_000, () => 'g(1)')}o.p = 1`],
    ['a.js', `${lines(290, () => 'throw JSON')}${lines(5_000, () => 'try { f() } catch (e) { g(e) }')}o.p = 1`],
    ['a.js', `${lines(15_000, () => 'throw JSON')}o.p = 1`],
    ['a.js', `f(${lines(5_000, (index) => `a${index},`)}${'JSON,'.repeat(290)}1); o.p = 1`],
    ['a.py', `import time\ndef f(x):\n    return x\n${lines(15_000, () => 'f(time)')}o.p = 1`],
    ['a.py', `import time\n${lines(2_000, (index) => `def f${index}(x):\n    return x\nf${index}(time)`)}o.p = 1`],
  ])('takes no forever, whoever wrote it (%s)', (path, text) => {
    const start = performance.now()
    codeFindings(path, 'throw a; throw b', text)
    expect(performance.now() - start).toBeLessThan(20_000)
  })

  it('asks a person where expressions are nested too deep to be judged', () => {
    expect(ids('a.js', null, `process${'.a'.repeat(20_000)}`)).toEqual(['nested-too-deep'])
    expect(ids('a.js', null, `${'new Worker('.repeat(3_500)}1${')'.repeat(3_500)}`)).toEqual(['nested-too-deep'])
    expect(ids('a.js', null, `${'while(1)'.repeat(1_500)};`)).toEqual(['nested-too-deep'])
    expect(ids('a.js', null, `${'try{}catch{'.repeat(800)}${'}'.repeat(800)}`)).toEqual(['nested-too-deep'])
    expect(ids('a.cpp', null, `void f() { ${'while(1)'.repeat(1_500)}; }`)).toEqual(['nested-too-deep'])
    expect(ids('a.js', null, `${'while(1)'.repeat(20)};`)).toContain('endless-loop')
    expect(ids('a.js', null, `process.exit${'('.repeat(3_000)}${')'.repeat(3_000)}`)).toContain('ends-process')
    expect(ids('a.py', null, `open${'()'.repeat(20_000)}`)).toEqual(['nested-too-deep'])
  })
})
