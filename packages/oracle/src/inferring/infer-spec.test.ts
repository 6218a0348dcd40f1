import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inferSpec, type InferredSpec } from './infer-spec.ts'

const { signal } = new AbortController()
let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'oracle-infer-'))
  await mkdir(path.join(directory, 'test'))
  await writeFile(path.join(directory, 'package.json'), '{"type":"module"}')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function infer(files: Readonly<Record<string, string>>, more: { readonly module?: string; readonly function?: string; readonly record?: readonly string[] } = {}): Promise<InferredSpec> {
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text)
  return await inferSpec({ directory, module: 'm.ts', function: 'f', cases: 40, environment: process.env, signal, now: () => performance.now(), ...more })
}

describe('inferSpec', () => {
  it('reads types of TypeScript', async () => {
    const { spec, trial } = await infer({ 'm.ts': "interface Options { deep?: boolean; mode: 'a' | 'b' }\nexport function f(list: readonly number[], options: Options, ...more: string[]): number { return list.length }" })
    expect(spec.parameters).toMatchObject([
      { name: 'list', generator: { kind: 'array', items: { kind: 'number' } } },
      { name: 'options', generator: { kind: 'object', optional: ['deep'], properties: { deep: { kind: 'boolean' }, mode: { kind: 'oneOf', options: [{ value: 'a' }, { value: 'b' }] } } } },
    ])
    expect(spec.rest).toMatchObject({ kind: 'string' })
    expect(trial).toMatchObject({ unstable: 0 })
  }, 30_000)

  it('reads comments, defaults and use, and takes examples from tests and the README', async () => {
    const { spec } = await infer(
      {
        'm.js': '/** @param {?string} text\n * @param {number} [count] */\nfunction f(text, count = 3, compare) { return compare(1, 2) < 0 ? text : count }\nexport default f',
        'test/m.test.js': "import it from '../m.js'\nconst text = 'abc'\nit(text, 2)\n",
        'README.md': '# m\n```js\nimport f from "./m.js"\nf("read me", 1)\n```\n',
      },
      { module: 'm.js', function: 'default' },
    )
    expect(spec.examples).toEqual([['abc', 2], ['read me', 1]])
    expect(spec.parameters).toMatchObject([
      { generator: { kind: 'oneOf', options: [{ kind: 'string', samples: ['abc', 'read me'] }, { kind: 'null' }] } },
      { generator: { kind: 'oneOf' } },
      { generator: { kind: 'function', arity: 2, returns: { kind: 'integer' } } },
    ])
  }, 30_000)

  it('records the calls of tests in a copy of the tree', async () => {
    const source = "'use strict'\nmodule.exports = { f(list) { 'use strict'; return list.length } }\n"
    const files = { 'm.cjs': source, 'test/m.test.cjs': "const { f } = require('../m.cjs')\nrequire('node:test')('t', () => { for (let i = 0; i < 3; i++) f(new Array(i).fill(i)) })\n" }
    const { spec, notes } = await infer(files, { module: 'm.cjs', record: ['node', '--test'] })
    expect(spec.examples).toEqual([[[]], [[1]], [[2, 2]]])
    expect(notes.join()).toContain('3 different calls')
    expect(await readFile(path.join(directory, 'm.cjs'), 'utf8')).toBe(source)
  }, 60_000)

  it('gives a function that counts to its argument numbers that it can count to', async () => {
    const { spec, trial } = await infer({ 'm.ts': 'export function f(n: number): number { let s = 0; for (let i = 0; i < n; i++) s = (s * 31 + i) % 1009; return s }' })
    expect(spec).toMatchObject({ huge: false, parameters: [{ generator: { kind: 'number', max: 1_000_000 } }] })
    expect(trial.cases).toBe(40)
  }, 90_000)

  it('gives a constructor that counts to its argument numbers that it can count to', async () => {
    const source = 'class Sum:\n  def __init__(self, count: int):\n    self.start = 0\n    for at in range(count): self.start += at % 7\n  def plus(self, more: int) -> int: return self.start + more\n'
    const { spec, trial } = await infer({ 'm.py': source }, { module: 'm.py', function: 'Sum.plus' })
    expect(spec).toMatchObject({ huge: false, invalid: true })
    expect(trial).toMatchObject({ cases: 40, validThrown: 0 })
  }, 60_000)

  it('says so where a function cannot be compared', async () => {
    const { notes, trial } = await infer({ 'm.ts': 'export const f = (n: number): number => n + Math.random()' })
    expect(trial.unstable).toBeGreaterThan(0)
    expect(notes.join()).toContain('randomness')
  }, 30_000)

  it('takes texts and numbers of tests and source into whatever holds them', async () => {
    const { spec } = await infer({
      'm.ts': "export function f(fields: Record<string, string>, limits: { most: number }): string { const chunk = 300; return Object.entries(fields).join(';').slice(0, limits.most + chunk) }",
      'test/m.test.ts': "import { f } from '../m.ts'\nf({ 'x-id': 'one two' }, { most: 17 })\n",
    })
    expect(spec.parameters).toMatchObject([
      { generator: { kind: 'record', keys: { samples: ['x-id'] }, values: { samples: ['one two'] } } },
      { generator: { kind: 'object', properties: { most: { kind: 'number', known: [17, 300] } } } },
    ])
    expect(spec.sizes).toEqual(expect.arrayContaining([299, 300, 301, 600]))
  }, 30_000)

  it('calls what a factory returns, as tests do', async () => {
    const { spec } = await infer({ 'm.ts': 'export function f(): (list: number[]) => number { return (list) => list.length }', 'test/m.test.ts': "import { f } from '../m.ts'\nconst count = f()\ncount([1, 2])\nf()([3])\n" })
    expect(spec.follow).toMatchObject({ methods: [''], examples: [[[1, 2]], [[3]]] })
  }, 30_000)

  it.each([
    ['always returns the same', 'export const f = (n: number): string => (n === undefined ? "a" : "a")', /same outcome/],
    ['throws whatever it gets', 'export function f(text: string): void { throw new TypeError(`no ${text}`) }', /every call throws/],
    ['returns functions that are all the same', 'export const f = () => () => 1', /same outcome/],
  ])('refuses a function that %s: such an oracle would pass anything', async (_, source, message) => {
    await expect(infer({ 'm.ts': source })).rejects.toMatchObject({ code: 'function-uninformative', message: expect.stringMatching(message) as string })
  }, 30_000)

  it.each([
    ['export ... from', 'm.mjs', "export { inner as f } from './lib.mjs'\n"],
    ['export *', 'm.mjs', "export * from './other.mjs'\n"],
    ['an import that is exported', 'm.mjs', "import { inner } from './lib.mjs'\nexport { inner as f }\n"],
    ['require of an object', 'm.cjs', "const { g } = require('./lib.cjs')\nmodule.exports = { f: g }\n"],
    ['require of a member', 'm.cjs', "exports.f = require('./lib.cjs').g\n"],
    ['a member of a required object', 'm.cjs', "const lib = require('./lib.cjs')\nmodule.exports = { f: lib.g }\n"],
    ['require of a whole module', 'm.cjs', "exports.f = require('./alone.cjs')\n"],
  ])('follows %s', async (_, module, source) => {
    const { spec } = await infer(
      {
        [module]: source,
        'lib.mjs': '/** @param {string} text */\nexport const inner = (text) => text.length\n',
        'other.mjs': "export { inner as f } from './lib.mjs'\n",
        'lib.cjs': '/** @param {string} text */\nfunction g(text) { return text.length }\nexports.g = g\n',
        'alone.cjs': '/** @param {string} text */\nmodule.exports = function (text) { return text.length }\n',
      },
      { module },
    )
    expect(spec).toMatchObject({ module, function: 'f', parameters: [{ name: 'text', generator: { kind: 'string' } }] })
  }, 30_000)

  it('refuses a function that is not there', async () => {
    await expect(infer({ 'm.ts': 'const f = 1' })).rejects.toMatchObject({ code: 'function-not-found' })
  })
})
