import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { CallOutcome, Isolate, IsolateLimits, IsolateValue } from '../../isolate/isolate.ts'
import { createQuickjsIsolates } from './quickjs-isolate.ts'

const never = new AbortController().signal
/** Time on the clock: far more than anything here takes on a busy machine, but for what is to be stopped. */
const limits: IsolateLimits = { callMs: 15_000, memoryBytes: 32 * 1024 ** 2, stackBytes: 256 * 1024, outputCharacters: 100_000 }
const isolates = createQuickjsIsolates()
const opened: Isolate[] = []
afterEach(async () => {
  for (const isolate of opened.splice(0)) await isolate[Symbol.asyncDispose]()
})

async function open(source: string, change: Partial<IsolateLimits> = {}): Promise<Isolate> {
  const outcome = await isolates.open(source, { ...limits, ...change }, never)
  if (outcome.kind === 'refused') throw new Error(outcome.reason)
  opened.push(outcome.isolate)
  return outcome.isolate
}

const once = async (isolate: Isolate, name: string, ...list: readonly IsolateValue[]): Promise<CallOutcome | undefined> => (await isolate.call({ name, argumentLists: [list] }, never))[0]
const returned = (value: IsolateValue): CallOutcome => ({ kind: 'returned', value, argumentsAfter: null })

describe('an isolate', () => {
  it('calls functions of a module many times', async () => {
    const isolate = await open('let calls = 0; export const add = (a, b) => a + b; export function count() { return ++calls }')
    const outcomes = await isolate.call({ name: 'add', argumentLists: Array.from({ length: 1000 }, (_, index) => [index, 1]) }, never)
    expect(outcomes.map((outcome) => (outcome.kind === 'returned' ? outcome.value : outcome))).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1))
    expect([await once(isolate, 'count'), await once(isolate, 'count')]).toEqual([returned(1), returned(2)])
    expect(await once(isolate, 'nothing')).toMatchObject({ kind: 'refused' })
    expect(await once(isolate, '__proto__')).toMatchObject({ kind: 'refused' })
  })

  it('hands values through as what they are', async () => {
    const isolate = await open('export const same = (x) => x')
    const values: readonly IsolateValue[] = [
      Number.NaN, -0, 0, Infinity, -Infinity, undefined, null, true, '', 'a\u0000\ud800漢😀"\\', 123n, -(2n ** 200n), 1e308, 5e-324, [], {}, [[undefined]], { a: undefined, '': 1, '1': 2 },
      new Map<IsolateValue, IsolateValue>([[{ k: 1 }, new Set([1, 'x', new Map()])], [Number.NaN, -0]]), new Date(1234567890123), new Date(Number.NaN), ['u'], ['n', 'NaN'], { kind: 'engine' },
      JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}') as IsolateValue,
    ]
    for (const value of values) expect(await once(isolate, 'same', value)).toStrictEqual(returned(value))
    // oxlint-disable-next-line no-sparse-arrays
    const holes = await once(isolate, 'same', [1, , 3] as unknown as IsolateValue)
    expect(holes?.kind === 'returned' && Object.keys(holes.value as object)).toEqual(['0', '2'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('hands any such value through, whatever it holds', async () => {
    const isolate = await open('export const same = (x) => x', { callMs: 15_000 })
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withSparseArray: true, maxDepth: 4 })
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const outcome = await once(isolate, 'same', value as IsolateValue)
        expect(outcome).toStrictEqual(returned(value as IsolateValue))
      }),
      { numRuns: 150 },
    )
  })

  it('refuses what cannot cross, in both directions', async () => {
    const isolate = await open('export const give = (what) => ({ f: () => 1, s: Symbol("x"), c: new (class A {}), p: Promise.resolve(1), t: new Uint8Array(2), r: /x/, e: new Error("x"), k: { [Symbol.iterator]: 1 } })[what]; export const cycle = () => { const a = []; a.push(a); return a }')
    for (const what of ['f', 's', 'c', 'p', 't', 'r', 'e', 'k']) expect([what, await once(isolate, 'give', what)]).toMatchObject([what, { kind: 'refused' }])
    expect(await once(isolate, 'cycle')).toMatchObject({ kind: 'refused' })
    expect(await once(isolate, 'give', new Uint8Array(1) as unknown as IsolateValue)).toMatchObject({ kind: 'refused' })
    const cycle: unknown[] = []
    cycle.push(cycle)
    expect(await once(isolate, 'give', cycle as IsolateValue)).toMatchObject({ kind: 'refused' })
  })

  it('takes a thrown error for a value, whatever was thrown', async () => {
    const isolate = await open(`export const fail = (what) => { throw { error: new RangeError('too far'), text: 'text', nothing: undefined, object: { a: [1] }, getter: new (class extends Error { get message() { throw 1 } }), own: Object.assign(new Error('m'), { name: { no: 1 } }) }[what] }`)
    expect(await once(isolate, 'fail', 'error')).toEqual({ kind: 'threw', name: 'RangeError', message: 'too far', value: undefined, argumentsAfter: null })
    expect(await once(isolate, 'fail', 'text')).toMatchObject({ kind: 'threw', value: 'text' })
    expect(await once(isolate, 'fail', 'nothing')).toMatchObject({ kind: 'threw', value: undefined })
    expect(await once(isolate, 'fail', 'object')).toMatchObject({ kind: 'threw', value: { a: [1] } })
    expect(await once(isolate, 'fail', 'getter')).toMatchObject({ kind: 'threw', message: '' })
    expect(await once(isolate, 'fail', 'own')).toMatchObject({ kind: 'threw', name: '', message: 'm' })
  })

  it('reports arguments as the call left them, and never changes ours', async () => {
    const isolate = await open('export const sort = (list) => { list.sort(); return list.length }; export const spoil = (o) => { o.x = -0; throw new Error("late") }')
    const list = [3, 1, 2]
    expect(await isolate.call({ name: 'sort', argumentLists: [[list]], observeArguments: true }, never)).toEqual([{ kind: 'returned', value: 3, argumentsAfter: [[1, 2, 3]] }])
    expect(list).toEqual([3, 1, 2])
    expect(await isolate.call({ name: 'spoil', argumentLists: [[{}]], observeArguments: true }, never)).toMatchObject([{ kind: 'threw', argumentsAfter: [{ x: -0 }] }])
  })
})

describe('the limits of an isolate', () => {
  it('stop endless loops, also those that the engine does not ask in, and go on afterwards', async () => {
    const isolate = await open('export const f = (how) => { if (how === "loop") for (;;) {} if (how === "caught") for (;;) { try { for (;;) {} } catch {} } if (how === "native") return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1); if (how === "regex") return /^(a+)+$/.test("a".repeat(40) + "b"); return how }', { callMs: 1500 })
    const outcomes = await isolate.call({ name: 'f', argumentLists: [['loop'], ['fine'], ['caught'], ['native'], ['fine'], ['regex'], ['fine']] }, never)
    const stopped: CallOutcome = { kind: 'stopped', limit: 'time' }
    expect(outcomes).toEqual([stopped, returned('fine'), stopped, stopped, returned('fine'), stopped, returned('fine')])
  })

  it('stop hogs and deep recursion', async () => {
    const isolate = await open('export const hog = () => { const all = []; for (;;) all.push({ a: 1 }) }; export const text = () => { let t = "x"; for (;;) t += t }; export const deep = (n) => deep(n + 1) + 1; export const fine = () => 1', { callMs: 15_000, memoryBytes: 8 * 1024 ** 2 })
    for (const name of ['hog', 'text', 'deep']) {
      const outcome = await once(isolate, name, 0)
      expect([name, outcome?.kind === 'stopped' || outcome?.kind === 'threw']).toEqual([name, true])
      expect(await once(isolate, 'fine')).toEqual(returned(1))
    }
    expect(await once(isolate, 'hog')).toEqual({ kind: 'stopped', limit: 'memory-or-stack' })
  })

  it('refuse results that are too large', async () => {
    const isolate = await open('export const big = (n) => "x".repeat(n)', { memoryBytes: 64 * 1024 ** 2 })
    expect(await once(isolate, 'big', 10_000)).toMatchObject({ kind: 'returned' })
    expect(await once(isolate, 'big', 2_000_000)).toEqual({ kind: 'stopped', limit: 'output' })
    expect(await once(isolate, 'big', 1)).toEqual(returned('x'))
  })

  it('hold while a module is evaluated', async () => {
    for (const source of ['for (;;) {}', 'throw new Error("no")', 'import fs from "node:fs"', 'this is no module', 'await new Promise(() => {}); export const f = 1', 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)']) {
      expect([source, (await isolates.open(source, { ...limits, callMs: 500 }, never)).kind]).toEqual([source, 'refused'])
    }
  })

  it('end with the caller', async () => {
    const isolate = await open('export const f = (x) => { if (x) for (;;) {} return 1 }', { callMs: 60_000 })
    await expect(isolate.call({ name: 'f', argumentLists: [[true]] }, AbortSignal.timeout(100))).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(await once(isolate, 'f', false)).toEqual(returned(1))
    await isolate[Symbol.asyncDispose]()
    await expect(once(isolate, 'f', false)).rejects.toMatchObject({ code: 'isolate-closed' })
  })
})

describe('what an isolate can reach', () => {
  it('is nothing of ours, no clock and no randomness', async () => {
    const isolate = await open(`const root = (0, eval)('this')
      export const names = () => Object.getOwnPropertyNames(root).filter((name) => /^(process|require|fetch|console|setTimeout|setInterval|performance|WebAssembly|Worker|std|os|bjson|print|scriptArgs|SharedArrayBuffer|Atomics|WeakRef|FinalizationRegistry)$/.test(name))
      export const clock = (how) => ({ now: () => Date.now(), made: () => new Date().getTime(), called: () => Date(), random: () => Math.random(), derived: () => new (class extends Date {})().getTime(), own: () => new (new Date(0).constructor)().getTime() })[how]()
      export const date = () => [new Date(5).getTime(), new Date(0) instanceof Date, Date.UTC(1970, 0, 1), new Date(2020, 0).getFullYear()]
      export const imported = () => { try { return (0, eval)('import("node:fs")') instanceof Promise } catch { return 'threw' } }`)
    expect(await once(isolate, 'names')).toEqual(returned([]))
    for (const how of ['now', 'made', 'called', 'random', 'derived', 'own']) expect([how, await once(isolate, 'clock', how)]).toMatchObject([how, { kind: 'threw', name: 'TypeError' }])
    expect(await once(isolate, 'date')).toEqual(returned([5, true, 0, 2020]))
    expect((await once(isolate, 'imported'))?.kind).toBe('returned')
  })

  it('is not another isolate, nor the host', async () => {
    const hostile = await open(`Object.prototype.polluted = 1; Array.prototype.map = () => 'taken'; JSON.stringify = () => '{"kind":"returned","value":"forged"}'; String.prototype.toString = () => 'x'
      Map.prototype.forEach = () => {}; Function.prototype.call = () => 'called'; Object.keys = () => []
      export const f = (x) => x`)
    const other = await open('export const f = () => [({}).polluted, [1].map(String)]')
    expect(await once(hostile, 'f', { a: [1, new Map([[1, 2]])] })).toEqual(returned({ a: [1, new Map([[1, 2]])] }))
    expect(await once(other, 'f')).toEqual(returned([undefined, ['1']]))
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})
