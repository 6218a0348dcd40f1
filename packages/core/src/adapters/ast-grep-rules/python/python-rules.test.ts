import { describe, expect, it } from 'vitest'
import { codeFindings } from '../testing/screen-text.ts'
import { pythonCases } from './python-cases.ts'
import { pythonRules } from './python-rules.ts'

const base = 'def first(items):\n    return items[0]\n\n\n'
const rules = (text: string): readonly string[] => codeFindings('src/a.py', base, `${base}${text}\n`).map((finding) => finding.rule)

it('has cases for every rule', () => {
  expect(Object.keys(pythonCases).toSorted()).toEqual(pythonRules.map((rule) => rule.id).toSorted())
})

describe.each(Object.entries(pythonCases))('the rule %s', (rule, { allows, catches, evasions }) => {
  it.each(allows)('allows %s', (text) => expect(rules(text)).not.toContain(rule))
  it.each(catches)('catches %s', (text) => expect(rules(text)).toContain(rule))
  it.each(evasions.map((evasion) => (typeof evasion === 'string' ? [evasion, rule] : evasion)))('catches %s (as %s)', (text, by) => expect(rules(text)).toContain(by))
})
