import { describe, expect, it } from 'vitest'
import { codeFindings, stopping } from '../testing/screen-text.ts'
import { javascriptCases } from './javascript-cases.ts'
import { javascriptRules } from './javascript-rules.ts'

const base = 'export function first(list) {\n  return list[0]\n}\n'
const rules = (path: string, text: string): readonly string[] => codeFindings(path, base, `${base}${text}\n`).map((finding) => finding.rule)

it('has cases for every rule', () => {
  expect(Object.keys(javascriptCases).toSorted()).toEqual([...new Set(javascriptRules({ isTyped: false }).map((rule) => rule.id))].toSorted())
})

describe.each(['src/a.js', 'src/a.ts', 'src/a.tsx'])('rules on %s', (path) => {
  describe.each(Object.entries(javascriptCases))('%s', (rule, { allows, catches, evasions }) => {
    it.each(allows)('allows %s', (text) => expect(rules(path, text)).not.toContain(rule))
    it.each(catches)('catches %s', (text) => expect(rules(path, text)).toContain(rule))
    it.each(evasions.map((evasion) => (typeof evasion === 'string' ? [evasion, rule] : evasion)))('catches %s (as %s)', (text, by) => expect(rules(path, text)).toContain(by))
  })
})

describe('TypeScript of its own', () => {
  it.each([
    ['(Date as any).now = () => 0', 'patches-clock-or-randomness'],
    ['(globalThis as any).answers = 1', 'patches-global-object'],
    ['const p = process as unknown as Tool', 'process-as-value'],
    ['process!.exit(0)', 'process-as-value'],
    ['(<any>process).exit(0)', 'process-as-value'],
    ["import fs = require('fs')", 'accesses-files'],
    ["import c = require('child_\\process')", 'escaped-module-name'],
  ])('%s is caught', (text, rule) => expect(rules('src/a.ts', text)).toContain(rule))

  it('a type that mentions the process is no use of it', () => {
    expect(stopping(codeFindings('src/a.ts', base, `${base}type P = typeof process\n`))).toEqual([])
  })
})
