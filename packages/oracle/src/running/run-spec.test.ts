import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { specSchema, type SpecInput } from '../spec.ts'
import { runSpec } from './run-spec.ts'

const { signal } = new AbortController()
let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'oracle-run-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** Calls the body's function `f` with every list of arguments and gives the answers without their heads. */
async function answers(body: string, examples: SpecInput['examples'], more: Partial<SpecInput> = {}): Promise<readonly unknown[]> {
  await writeFile(path.join(directory, 'm.mjs'), body)
  const spec = specSchema.parse({ version: 1, language: 'javascript', module: 'm.mjs', function: 'f', parameters: [{ name: 'a', generator: { kind: 'any' } }], examples, cases: examples?.length ?? 1, ...more })
  const found: Record<string, unknown>[] = []
  for await (const line of runSpec(spec, { directory, seed: 1, classes: ['example'], environment: { ...process.env, RATCHET_SEED: '77' }, signal })) found.push(JSON.parse(line) as Record<string, unknown>)
  return found.map(({ case: _, class: __, mutated, ...rest }) => (mutated === null ? rest : { ...rest, mutated }))
}

const result = async (body: string, ...args: NonNullable<SpecInput['examples']>[number]): Promise<unknown> => ((await answers(body, [args]))[0] as { readonly result?: unknown }).result

describe('what a run tells of a call', () => {
  it('distinguishes what JSON does not', async () => {
    expect(await result('export const f = () => [-0, 0, NaN, Infinity, undefined, 1n, , Symbol("s"), new Date(0), /a/g, new Map([[1, 2]]), new Set([3]), new Uint8Array(2), Object.create(null), new (class Point { x = 1 })()]')).toEqual([
      { $: '-0' }, 0, { $: 'nan' }, { $: 'inf' }, { $: 'undefined' }, { $: 'bigint', v: '1' }, { $: 'hole' }, { $: 'symbol', v: 's' }, { $: 'date', v: 0 }, { $: 'regexp', v: 'a', flags: 'g' },
      { $: 'map', v: [[1, 2]] }, { $: 'set', v: [3] }, { $: 'bytes', type: 'Uint8Array', v: [0, 0] }, { $: 'object', proto: null }, { $: 'object', class: 'Point', own: [['x', 1]] },
    ])
  })

  it('tells an argument from its copy, and one object from two', async () => {
    expect(await result('export const f = (a) => [a, a[0], { ...a[0] }]', [{ x: 1 }])).toEqual([{ $: 'argument', v: '0' }, { $: 'argument', v: '0.0' }, { x: 1 }])
    expect(await result('export const f = () => { const a = { x: 1 }; a.a = a; return [a, a] }')).toEqual([{ x: 1, a: { $: 'ref', v: 1 } }, { $: 'ref', v: 1 }])
  })

  it('marks getters, hidden properties and proxies', async () => {
    expect(await result('export const f = () => ({ get a() { return 1 }, get b() { throw new TypeError("no") } })')).toEqual({ a: { $: 'get', v: 1 }, b: { $: 'get', thrown: { $: 'error', name: 'TypeError', message: 'no' } } })
    expect(await result('export const f = () => Object.defineProperty({}, "toJSON", { value: 1 })')).toEqual({ $: 'object', own: [['toJSON', 1, 'hidden']] })
    expect(await result('export const f = () => new Proxy({ a: 1 }, {})')).toEqual({ $: 'proxy', v: { a: 1 } })
  })

  it('drains iterators and waits for promises', async () => {
    expect(await result('export function* f() { yield 1; return 2 }')).toEqual({ $: 'iterator', v: [1], returned: 2 })
    expect(await answers('export async function f() { throw new RangeError("late") }\n', [[]])).toEqual([{ thrown: { name: 'RangeError', message: 'late' }, async: true }])
    expect(await answers('export async function* f() { yield 1; yield 2 }\n//', [[]])).toEqual([{ result: [1, 2], async: true }])
    expect(await answers('export const f = (a) => (a === 1 ? new Promise(() => undefined) : a)', [[1], [2]])).toEqual(expect.arrayContaining([expect.objectContaining({ pending: true }), expect.objectContaining({ result: 2 })]))
  })

  it('tells changed arguments, output, and the fields of errors', async () => {
    expect(await answers('export const f = (a) => { a.push(3); console.log("x") }', [[[1]]])).toEqual([{ result: { $: 'undefined' }, mutated: [[1, 3]], output: 'x\n' }])
    expect(await answers('export const f = () => { throw Object.assign(new Error("m"), { code: "E" }) }', [[]])).toEqual([{ thrown: { name: 'Error', message: 'm', own: { code: 'E' } } }])
  })

  it('leaves the engine\'s own wording out, but not the kind of error', async () => {
    expect(await answers('export const f = (a) => a.b.c', [[{}]])).toEqual([{ thrown: { name: 'TypeError', message: { $: 'engine' } } }])
    expect(await answers('export const f = (a) => a.b.c', [[{}]], { errors: 'exact' })).toEqual([{ thrown: { name: 'TypeError', message: "Cannot read properties of undefined (reading 'c')" } }])
  })

  it('rounds within a tolerance and sorts keys where it shall', async () => {
    expect(await answers('export const f = () => ({ b: 0.1 + 0.2, a: 1 })', [[]], { tolerance: { relative: 1e-12 }, keyOrder: 'ignored' })).toEqual([{ result: { a: 1, b: 0.3 } }])
  })

  it('does not hand the seed to the function', async () => {
    expect(await result('export const f = () => process.env.RATCHET_SEED')).toEqual({ $: 'undefined' })
  })

  it('is not fooled by patched intrinsics', async () => {
    const patches = `
      const honest = JSON.stringify
      JSON.stringify = () => '"same"'
      Array.prototype.map = () => []; Array.prototype.push = () => 0; Array.prototype[Symbol.iterator] = function* () {}
      Map.prototype.get = () => undefined; Map.prototype.set = function () { return this }; Map.prototype.forEach = () => {}
      Reflect.ownKeys = () => []; Object.getOwnPropertyDescriptor = () => undefined; Function.prototype.call = () => 'same'
      Promise.prototype.then = () => undefined; String.prototype.slice = () => ''; RegExp.prototype.exec = () => null
      Object.defineProperty(Object.prototype, 'get', { value: () => 1, configurable: true })
      Object.defineProperty(Array.prototype, '0', { set() {}, get: () => 'same', configurable: true })
      export const f = async (a) => new Map([]).size === 0 && { list: [1, a], toJSON: () => 'same' }`
    const [answer] = (await answers(patches, [[{ b: [2] }]])) as [{ readonly result: unknown; readonly globals: readonly string[] }]
    expect(answer.result).toEqual({ list: [1, { $: 'argument', v: '0' }], toJSON: { $: 'fn' } })
    expect(answer.globals).toEqual(expect.arrayContaining(['JSON.stringify', 'Object.prototype.get', 'Array.prototype.map']))
  })

  it('notices a prototype that a call pollutes', async () => {
    expect(await answers('export const f = () => { Object.prototype.polluted = 1 }', [[]])).toEqual([{ result: { $: 'undefined' }, globals: ['Object.prototype.polluted'] }])
  })
})
