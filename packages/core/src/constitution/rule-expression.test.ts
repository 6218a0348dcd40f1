import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noFacts, type PolicyFacts, type StaticFacts } from './policy-facts.ts'
import { compileExpression, matchesGlob, type RuleExpression } from './rule-expression.ts'

function compiled(text: string, effect: 'deny' | 'allow' = 'deny'): RuleExpression {
  const result = compileExpression(text, effect)
  if ('problem' in result) throw new Error(result.problem)
  return result
}

const facts = (changes: Partial<StaticFacts> = {}, added: readonly string[] = []): PolicyFacts => ({ facts: { ...noFacts, ...changes }, lines: { added: added.map((text, index) => ({ path: 'src/a.js', line: index + 1, text })), removed: [] }, evidence: null })

describe('compiling an expression', () => {
  it.each([
    ['what does not parse', 'paths.size() >', /Unexpected/],
    ['a fact that does not exist', 'path == "a"', /Unknown variable: path/],
    ['a field that does not exist', 'files.exists(f, f.pth == "x")', /pth/],
    ['what is neither true nor false', 'paths.size()', /gives int/],
    ['a regular expression', 'paths.exists(p, p.matches("(a+)+$"))', /matches\(\) is not allowed/],
    ['three loops', 'paths.exists(a, paths.exists(b, paths.exists(c, a == b && b == c)))', /nests 3 loops/],
    ['lines and evidence at once', 'added.size() > 3 && effect.low < 1.1', /split it into two rules/],
    ['a loop that hides a fact', 'paths.exists(added, added == "x")', /name of a fact/],
    ['reaching into the language', 'constructor == constructor', /Unknown variable/],
    ['too many nodes', Array.from({ length: 120 }, () => 'paths.size() > 1').join(' && '), /[Nn]ode/],
  ])('refuses %s', (_, text, problem) => expect(compileExpression(text, 'deny')).toEqual({ problem: expect.stringMatching(problem) }))

  it('knows when it can be answered', () => {
    expect(compiled('added.exists(l, l.text.contains("eval"))').phase).toBe('static')
    expect(compiled('tests.failed > 0').phase).toBe('evidence')
  })
})

describe('evaluating', () => {
  it.each([
    ['paths.exists(p, glob(p, "src/**"))', true],
    ['files.all(f, f.editable)', true],
    ['linesAdded + linesRemoved > 300', false],
    ['risk > 0.3 || dependencies.size() == 0', true],
    ['added.exists(l, word(l.text, "eval"))', true],
    ['added.exists(l, word(l.text, "val"))', false],
    ['proposer == "genetic" && !documented', false],
  ])('%s is %s', (text, answer) => expect(compiled(text).evaluate(facts({ paths: ['src/a.js'] }, ['eval(x)', 'retrieval']))).toBe(answer))

  it('gives no answer on a list that was cut, and where nothing was measured', () => {
    expect(compiled('paths.size() > 0').evaluate(facts({ cut: ['paths'] }))).toEqual({ failed: 'the change has more paths than can be listed' })
    expect(compiled('linesAdded > 0').evaluate(facts({ cut: ['paths'] }))).toBe(false)
    expect(compiled('tests.failed > 0').evaluate(facts())).toEqual({ failed: 'nothing was measured' })
  })

  it('gives no answer rather than a slow one', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `line ${index}`)
    const started = performance.now()
    expect(compiled('added.exists(a, added.exists(b, a.text == b.path))').evaluate(facts({}, many))).toEqual({ failed: expect.stringContaining('too many steps') })
    expect(performance.now() - started).toBeLessThan(1_000)
    expect(compiled('added.exists(a, a.text == "none")').evaluate(facts({}, many))).toBe(false)
  })

  it('takes an error for no answer', () => {
    expect(compiled('paths[5] == "a"').evaluate(facts({ paths: [] }))).toEqual({ failed: expect.any(String) })
    expect(compiled('1 / linesAdded > 0').evaluate(facts())).toEqual({ failed: expect.any(String) })
  })
})

describe('globs', () => {
  it.each([
    ['src/a.js', 'src/*.js', true],
    ['src/deep/a.js', 'src/*.js', false],
    ['src/deep/a.js', 'src/**', true],
    ['src', 'src/', false],
    ['a.js', '**/a.js', true],
    ['x/y/a.js', '**/a.js', true],
    ['x/ya.js', '**/a.js', false],
    ['policies/spending.py', '**/polic*/**', true],
    ['deploy/prod/key', 'deploy/', true],
  ])('%s in %s: %s', (path, pattern, answer) => expect(matchesGlob(path, pattern)).toBe(answer))

  it.each(['Deploy/key', 'DEPLOY/key', './deploy/key', 'deploy//key', 'dep\u200dloy/key', 'deploy/x/../key', 'deploy\\key'])('what stops also finds the spelling %j', (path) => {
    expect(compiled('paths.exists(p, glob(p, "deploy/**"))').evaluate(facts({ paths: [path] }))).toBe(true)
  })

  it('what frees keeps to the exact spelling', () => {
    expect(compiled('paths.all(p, glob(p, "docs/**"))', 'allow').evaluate(facts({ paths: ['Docs/a.md'] }))).toBe(false)
    expect(compiled('paths.all(p, glob(p, "docs/**"))', 'allow').evaluate(facts({ paths: ['docs/a.md'] }))).toBe(true)
  })

  it('takes time in proportion to the lengths, whatever the pattern', () => {
    const started = performance.now()
    expect(matchesGlob('a'.repeat(2_000), `${'*a'.repeat(50)}b`)).toBe(false)
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  it('agrees with a regular expression', () => {
    const pathOf = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 8 }).map((parts) => parts.join(''))
    const patternOf = fc.array(fc.constantFrom('a', 'b', '/', '*', '**'), { maxLength: 6 }).map((parts) => parts.join(''))
    fc.assert(fc.property(pathOf, patternOf, (path, pattern) => {
      const full = pattern.endsWith('/') ? `${pattern}**` : pattern
      const source = full.replaceAll(/\*\*\/|\*+|\//g, (part) => (part === '**/' ? '(?:.*/)?' : part === '*' ? '[^/]*' : part === '/' ? '/' : '.*'))
      expect(matchesGlob(path, pattern)).toBe(new RegExp(`^${source}$`).test(path))
    }), { numRuns: 2_000 })
  })
})
