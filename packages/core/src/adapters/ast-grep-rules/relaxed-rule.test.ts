import { describe, expect, it } from 'vitest'
import { cppCases } from './cpp/cpp-cases.ts'
import { javascriptCases } from './javascript/javascript-cases.ts'
import { parseAs } from './languages.ts'
import { namesOf } from './names.ts'
import { pythonCases } from './python/python-cases.ts'
import { relaxedRule } from './relaxed-rule.ts'
import { rulesByLanguage } from './rule-set.ts'
import { honestChanges } from './testing/honest-changes.ts'
import type { RuleCases } from './testing/screen-text.ts'

const textsOf = (cases: Readonly<Record<string, RuleCases>>): readonly string[] =>
  Object.values(cases).flatMap(({ allows, catches, evasions }) => [...allows, ...catches, ...evasions.map((evasion) => (typeof evasion === 'string' ? evasion : evasion[0]))])
const honest = honestChanges.flatMap(({ before, after }) => [before, after])

describe('a rule without what is dear', () => {
  it('keeps what is cheap, and what it is looked for in', () => {
    expect(relaxedRule({ kind: 'identifier', regex: '^a$', not: { inside: { kind: 'program' } } })).toEqual({ kind: 'identifier' })
    expect(relaxedRule({ kind: 'call_expression', has: { field: 'function', kind: 'identifier', regex: '^f$', stopBy: 'end' } })).toEqual({ kind: 'call_expression', has: { field: 'function', kind: 'identifier', stopBy: 'end' } })
    expect(relaxedRule({ all: [{ kind: 'string' }, { regex: 'a' }] })).toEqual({ all: [{ kind: 'string' }] })
  })

  it('looks on where the rule would have stopped', () => {
    expect(relaxedRule({ kind: 'a', has: { kind: 'b', stopBy: { kind: 'c', regex: '^x' } } })).toEqual({ kind: 'a', has: { kind: 'b', stopBy: 'end' } })
  })

  it.each([
    ['one branch may be anything', { any: [{ kind: 'a' }, { regex: 'x' }] }],
    ['only an expression', { regex: 'x' }],
    ['only what must not be there', { not: { kind: 'a' } }],
    ['only a place in a field', { has: { field: 'value', regex: '.' } }],
    ['a pattern', { pattern: '$A.b', kind: 'member_expression' }],
    ['something new', { kind: 'a', range: { start: { line: 0, column: 0 }, end: { line: 1, column: 0 } } }],
  ])('is none where nothing is left to look for: %s', (_, rule) => expect(relaxedRule(rule as never)).toBeNull())

  it.each([
    ['javascript', javascriptCases],
    ['typescript', javascriptCases],
    ['python', pythonCases],
    ['cpp', cppCases],
  ] as const)('finds every node that the rule finds, in each text of the cases (%s)', (language, cases) => {
    const ready = rulesByLanguage()[language].rules
    const roots = [...textsOf(cases), ...honest].map((text) => parseAs(language, text).root())
    // All texts as one file: a rule is compiled for each text, and that is what takes the time.
    const whole = parseAs(language, [...textsOf(cases), ...honest].join('\n')).root()
    let found = 0
    for (const { rule, relaxed, words, mayMatch, spares } of ready) {
      expect(relaxed === null || Object.keys(relaxed).length > 0).toBe(true)
      if (relaxed === null) continue
      const own = roots.filter((root) => words.length === 0 || words.some((word) => root.text().includes(word)))
      for (const root of [whole, ...own.slice(0, 12)]) {
        const wider = new Set(root.findAll({ rule: relaxed }).map((node) => node.id()))
        const nodes = root.findAll({ rule })
        if (nodes.some((node) => spares?.(node, namesOf(root.text(), root)) !== true)) expect(mayMatch?.(root)).not.toBe(false)
        for (const node of nodes) expect(wider.has(node.id())).toBe(true)
        found += nodes.length
      }
    }
    expect(found).toBeGreaterThan(50)
    expect(ready.filter(({ relaxed }) => relaxed !== null).length).toBeGreaterThan(ready.length / 2)
  })
})
