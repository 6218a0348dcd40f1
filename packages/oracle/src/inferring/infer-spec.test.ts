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

  it('says so where a function cannot be compared', async () => {
    const { notes, trial } = await infer({ 'm.ts': 'export const f = (n: number): number => n + Math.random()' })
    expect(trial.unstable).toBeGreaterThan(0)
    expect(notes.join()).toContain('randomness')
  }, 30_000)

  it('refuses a function that is not there', async () => {
    await expect(infer({ 'm.ts': 'const f = 1' })).rejects.toMatchObject({ code: 'function-not-found' })
  })
})
