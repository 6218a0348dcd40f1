import { describe, expect, it } from 'vitest'
import { codeFindings } from '../testing/screen-text.ts'
import { cppCases } from './cpp-cases.ts'
import { cppRules } from './cpp-rules.ts'

const base = 'int first(const int* items) {\n  return items[0];\n}\n\n'
const rules = (text: string): readonly string[] => codeFindings('src/a.cpp', base, `${base}${text}\n`).map((finding) => finding.rule)

it('has cases for every rule', () => {
  expect(Object.keys(cppCases).toSorted()).toEqual(cppRules.map((rule) => rule.id).toSorted())
})

describe.each(Object.entries(cppCases))('the rule %s', (rule, { allows, catches, evasions }) => {
  it.each(allows)('allows %s', (text) => expect(rules(text)).not.toContain(rule))
  it.each(catches)('catches %s', (text) => expect(rules(text)).toContain(rule))
  it.each(evasions.map((evasion) => (typeof evasion === 'string' ? [evasion, rule] : evasion)))('catches %s (as %s)', (text, by) => expect(rules(text)).toContain(by))
})
