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

  it.each([
    ["import type { Stats } from 'node:fs'", []],
    ["import type fs from 'fs'", []],
    ["export type { Stats } from 'node:fs'", []],
    ["import { type Stats } from 'node:fs'", ['accesses-files']],
    ["import type from 'node:fs'", ['accesses-files']],
    ["import type, { readFileSync } from 'node:fs'", ['accesses-files']],
    ["import type { x } from 'a'; import { y } from 'node:fs'", ['accesses-files']],
    ['function rate(performance: Mark): void { performance.score = 1 }', []],
    ['function rate(performance = globalThis.performance): void { performance.score = 1 }', ['changes-renamed-object', 'global-as-value', 'patches-clock-or-randomness']],
    ['class Map { static tile = 16 }\nMap.tile = 32', []],
    ['class Map { static tile = 16 }\nMap.prototype.get = f', []],
    ['class Map { static tile = 16 }\nMap.prototype.constructor.get = f', ['patches-builtin', 'reaches-prototype']],
    ['class Map { static tile = 16 }\nMap.__proto__.get = f', ['patches-builtin', 'reaches-prototype']],
    ['{ class Map {} }\nMap.tile = 32', ['patches-builtin']],
    ['const J = JSON as any\nJ.stringify = f', ['changes-renamed-object']],
    ['const J = <any>JSON\nJ.stringify = f', ['changes-renamed-object']],
    ['const J: any = JSON\nJ.stringify = f', ['changes-renamed-object']],
    ['const J = JSON satisfies any\nObject.assign(J, { parse: f })', ['changes-renamed-object']],
    ['function g(J: any = JSON) { J.stringify = f }', ['changes-renamed-object']],
    ['declare let fetch: any\nfetch = f', ['patches-builtin']],
    ['declare global { let Map: any }\nMap = f', ['patches-builtin']],
    ['declare function f(Map: any): void\nMap = g', ['patches-builtin']],
    ['let g: (Map: any) => void\nMap = h', ['patches-builtin']],
    ['interface A { f(Map: any): void }\nMap.tile = 1', ['patches-builtin']],
    ['abstract class A { abstract f(Map: any): void }\nMap.tile = 1', ['patches-builtin']],
    ["import { type Map } from './x.js'\nMap.tile = 1", ['patches-builtin']],
    ["import type { Map } from './x.js'\nMap.tile = 1", ['patches-builtin']],
    ["import { Map } from './x.js'\nMap.tile = 1", []],
    ['declare class Map { static tile: number }\nMap.tile = 1', ['patches-builtin']],
    ['enum Map { a }\nMap.tile = 1', ['patches-builtin']],
    ['class Map {}\nMap = globalThis.Map\nMap.tile = 32', ['changes-renamed-object', 'patches-builtin']],
    ['class JSON {}\nnamespace M { import JSON = K.J\nJSON.parse = g }', ['patches-builtin']],
    ['class JSON {}\nnamespace M { export import JSON = K.J\nJSON.parse = g }', ['patches-builtin']],
    ['class JSON {}\nnamespace M { enum JSON { a }\nJSON.parse = g }', ['patches-builtin']],
    ['class JSON {}\nnamespace M { import/**/JSON = K.J\nJSON.parse = g }', ['patches-builtin']],
    ['class JSON {}\nnamespace M { namespace JSON { export let a = 1 }\nJSON.parse = g }', ['patches-builtin']],
    ['class JSON {}\nnamespace M { namespace JSON.K { export let a = 1 }\nJSON.parse = g }', ['patches-builtin']],
    ['class JSON {}\nnamespace M { module JSON { export let a = 1 }\nJSON.parse = g }', ['patches-builtin']],
    ['const JSON: any = {}\nnamespace M { import JSON = K.J\nJSON.parse = g }', ['patches-builtin']],
    ['const JSON: any = {}\nnamespace M { export import JSON = K.J\nJSON.parse = g }', ['patches-builtin']],
    ['const JSON: any = {}\nnamespace M { enum JSON { a }\nJSON.parse = g }', ['patches-builtin']],
    ['const JSON: any = {}\nnamespace M { import/**/JSON = K.J\nJSON.parse = g }', ['patches-builtin']],
    ['const JSON: any = {}\nnamespace M { namespace JSON { export let a = 1 }\nJSON.parse = g }', ['patches-builtin']],
    ['const JSON: any = {}\nnamespace M { namespace JSON.K { export let a = 1 }\nJSON.parse = g }', ['patches-builtin']],
    ['const JSON: any = {}\nnamespace M { module JSON { export let a = 1 }\nJSON.parse = g }', ['patches-builtin']],
    ['class JSON {}\nfunction f(JSON: any) { var JSON: any\nJSON.parse = g }', ['patches-builtin']],
    ['class JSON {}\nfunction f(x: any) { const JSON = x // eval(\nJSON.parse = g }', ['patches-builtin']],
    ['class JSON {}\nenum Kind { a }\nnamespace Text { export const one = 1 }\nJSON.text = 1', []],
    ['function f(x: any) { let JSON: any = {};\n(JSON as any) = x\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n(<any>JSON) = x\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\nJSON! = x\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n(JSON satisfies any) = x\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n[(JSON)] = x\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n[JSON as any] = x\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n[JSON!] = x\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n[[(JSON)]] = x\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n[...(JSON)] = x\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n[(JSON) = 1] = x\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n({ a: (JSON) } = x)\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n({ JSON, a: (b) } = x)\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n({ a: JSON! } = x)\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\nfor ((JSON as any) of x);\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\nfor ([(JSON)] of x);\nJSON.parse = g }', ['patches-builtin']],
    ['function f(x: any) { let JSON: any = {};\n(JSON as any) ??= x\nJSON.parse = g }', ['patches-builtin']],
    ['class JSON {}\n(JSON as any) = x\nJSON.parse = g', ['patches-builtin']],
    ['class JSON {}\n[JSON as any] = x\nJSON.parse = g', ['patches-builtin']],
    ['class JSON {}\n({ JSON } = x)\nJSON.parse = g', ['patches-builtin']],
    ['let Map: any = {};\nconst all = [Map as any, (Map), { a: Map! }]\nMap.tile = 32', []],
  ])('%s: %j', (text, expected) => expect(stopping(codeFindings('src/a.ts', base, `${base}${text}\n`)).map((finding) => finding.replace(/:.*/s, '')).filter((rule, index, all) => all.indexOf(rule) === index).toSorted()).toEqual(expected))

  it('a type that mentions the process is no use of it', () => {
    expect(stopping(codeFindings('src/a.ts', base, `${base}type P = typeof process\n`))).toEqual([])
  })
})
