import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { specSchema, type Spec, type SpecInput } from '../../spec.ts'
import type { Case, TaggedJson } from '../../tagged.ts'
import { generateCases } from '../../values.ts'
import { dataFunctions } from './data-functions.fixture.ts'
import { drivenLines } from './driven-lines.ts'
import { pythonLanguage } from './python-language.ts'
import { textFunctions, type FunctionFixture } from './text-functions.fixture.ts'

const file = 'src/text/subject.py'

async function inferredSpec(fixture: FunctionFixture): Promise<Spec> {
  const inferred = await pythonLanguage.infer({ language: 'python', module: file, function: fixture.name, source: fixture.baseline, tests: [{ path: 'test.py', text: fixture.tests }] })
  if (inferred === null) throw new Error(`nothing inferred for ${fixture.name}`)
  const { examples, ...rest } = inferred
  return specSchema.parse({ version: 1, language: 'python', module: file, function: fixture.name, ...rest, examples, cases: 300, huge: false } as SpecInput)
}

async function linesOf(spec: Spec, source: string, seed = 7): Promise<readonly string[]> {
  const cases = generateCases(spec, seed).slice(0, 300)
  // A driver that breaks the protocol answers nothing more: that is a mismatch, and its text says which.
  return await drivenLines(pythonLanguage, spec, { files: { [file]: source }, cases }).catch((error: unknown) => [String(error)])
}

async function answer(source: string, request: { readonly args: readonly TaggedJson[]; readonly spec?: Partial<SpecInput>; readonly more?: Partial<Case> }): Promise<unknown> {
  const spec = specSchema.parse({ version: 1, language: 'python', module: 'm.py', function: 'f', parameters: [], ...request.spec } as SpecInput)
  const one: Case = { id: 'c', class: 'valid', args: request.args, ...request.more }
  const [line = ''] = await drivenLines(pythonLanguage, spec, { files: { 'm.py': source }, cases: [one] })
  const { case: _case, class: _class, ...outcome } = JSON.parse(line) as Record<string, unknown>
  return outcome
}

// Two dozen processes each: slow where the machine has other work.
const hasPython = spawnSync('python3', ['--version']).status === 0

describe.skipIf(!hasPython).each([...textFunctions, ...dataFunctions])('the Python driver on $name (skipped without python3)', (fixture) => {
  it('agrees with itself and with honest rewrites, and finds every wrong variant', async () => {
    const spec = await inferredSpec(fixture)
    const baseline = await linesOf(spec, fixture.baseline)
    expect(baseline.length).toBe(300)
    expect(baseline.filter((line) => line.includes('"result"')).length).toBeGreaterThan(10)
    expect(await linesOf(spec, fixture.baseline)).toEqual(baseline)
    for (const [name, source] of Object.entries(fixture.honest)) {
      const found = await linesOf(spec, source)
      const differing = baseline.flatMap((line, index) => (line === found[index] ? [] : [[line, found[index]]]))
      expect({ name, differing: differing.slice(0, 3) }).toEqual({ name, differing: [] })
    }
    for (const [name, source] of Object.entries(fixture.wrong)) {
      const found = await linesOf(spec, source)
      expect({ name, isFound: found.some((line, index) => line !== baseline[index]) || found.length < baseline.length }).toEqual({ name, isFound: true })
    }
  })
})

describe.skipIf(!hasPython)('what the Python driver sees (skipped without python3)', () => {
  it('tells apart what compares equal', async () => {
    const values = ['1', '1.0', 'True', '[1]', '(1,)', '{1}', 'frozenset([1])', 'b"1"', '"1"', 'iter([1])', '-0.0', '0.0', '{1: 2}', '{"1": 2}', 'lambda: 1', 'lambda: 2', 'len']
    const spec = specSchema.parse({ version: 1, language: 'python', module: 'm.py', function: 'f', parameters: [] })
    const cases = values.map((_, index): Case => ({ id: 'c', class: 'valid', args: [index] }))
    const lines = await drivenLines(pythonLanguage, spec, { files: { 'm.py': `def f(k): return [${values.join(', ')}][k]` }, cases })
    expect(new Set(lines).size).toBe(values.length)
  })

  it('keeps every digit, and every kind of number', async () => {
    expect(await answer('def f(): return [0.1 + 0.2, float("nan"), -0.0, float("-inf"), 2**53, 1e22]', { args: [] })).toEqual({
      result: [0.30000000000000004, { $: 'nan' }, { $: '-0' }, { $: '-inf' }, { $: 'bigint', v: '9007199254740992' }, 1e22],
      mutated: null,
    })
  })

  it('reports a changed argument, and a result that is one', async () => {
    expect(await answer('def f(xs):\n  xs.append(1)\n  return xs', { args: [[]] })).toEqual({ result: { $: 'share', v: 0, of: [1] }, mutated: [[1]] })
    expect(await answer('def f(xs): return list(xs)', { args: [[1]] })).toEqual({ result: [1], mutated: null })
  })

  it('builds floats, tuples and sets where the spec says so', async () => {
    const parameters = [
      { name: 'a', generator: { kind: 'number' } },
      { name: 'b', generator: { kind: 'tuple', items: [{ kind: 'integer' }] } },
      { name: 'c', generator: { kind: 'set', items: { kind: 'integer' } } },
      { name: 'd', generator: { kind: 'record', keys: { kind: 'string' }, values: { kind: 'array', items: { kind: 'number' } } } },
    ] as SpecInput['parameters']
    const source = 'def f(a, b, c, d): return [type(a).__name__, type(b).__name__, type(c).__name__, type(d["x"][0]).__name__]'
    expect(await answer(source, { args: [1, [1], { $: 'set', v: [1] }, { x: [1] }], spec: { parameters } })).toEqual({ result: ['float', 'tuple', 'set', 'float'], mutated: null })
  })

  it('waits for coroutines and drains generators', async () => {
    expect(await answer('async def f(x): return x', { args: [1] })).toEqual({ result: 1, mutated: null, async: true })
    expect(await answer('def f():\n  yield 1\n  raise ValueError("end")', { args: [] })).toMatchObject({ result: { $: 'iterator', v: [1], thrown: { name: 'ValueError', message: 'end' } } })
    expect(await answer('import itertools\ndef f(): return (i for i in itertools.count())', { args: [] })).toMatchObject({ result: { $: 'iterator', more: true } })
  })

  it('keeps the message of what the module raises, and only the name of what the interpreter says', async () => {
    expect(await answer('def f(x):\n  raise KeyError("no " + x)', { args: ['a'] })).toMatchObject({ thrown: { name: 'KeyError', message: "'no a'" } })
    expect(await answer('def f(x): return len(x)', { args: [1] })).toMatchObject({ thrown: { name: 'TypeError', message: null } })
    expect(await answer('def f(x): return x.lower()', { args: [1] })).toMatchObject({ thrown: { name: 'TypeError', message: null } })
    expect(await answer('import sys\ndef f(): sys.exit(4)', { args: [] })).toMatchObject({ thrown: { name: 'SystemExit', message: '4' } })
    expect(await answer('def f(): return f()', { args: [] })).toMatchObject({ thrown: { name: 'RecursionError' } })
  })

  it('passes functions, shared objects and parameters that go by name', async () => {
    const compare = { $: 'fn', v: { kind: 'compare', sign: -1, modulo: null } }
    expect(await answer('import functools\ndef f(xs, by): return sorted(xs, key=functools.cmp_to_key(by))', { args: [[1, 3, 2], compare] })).toMatchObject({ result: [3, 2, 1] })
    expect(await answer('def f(xs): return xs[0] is xs[1]', { args: [[{ $: 'share', v: 1, of: [] }, { $: 'share', v: 1 }]] })).toMatchObject({ result: true })
    expect(await answer('def f(x): return x[1] is x', { args: [{ $: 'share', v: 9, of: [1, { $: 'share', v: 9 }] }] })).toMatchObject({ result: true })
    const parameters = [{ name: 'a', generator: { kind: 'any' } }, { name: 'b', generator: { kind: 'any' } }] as SpecInput['parameters']
    expect(await answer('def f(a, *, b): return [a, b]', { args: [1, 2], spec: { parameters } })).toMatchObject({ result: [1, 2] })
  })

  it('makes an object for every call of a method, and shows what the call left in it', async () => {
    const source = 'class C:\n  def __init__(self, start): self.n = start\n  def add(self, x):\n    self.n += x\n    return self.n\n'
    const request = { args: [2], spec: { function: 'C.add' }, more: { construct: [1], repeat: 'same' as const } }
    expect(await answer(source, request)).toMatchObject({ result: 3, mutated: [2, { $: 'instance', class: 'C', v: { n: 3 } }], again: { result: 5 } })
  })

  it('tells objects apart by private state where there is nothing else', async () => {
    const source = (value: number): string => `class Box:\n  def __init__(self, x): self._x = x\n  def __eq__(self, other): return True\ndef f(): return Box(${value})`
    expect(await answer(source(1), { args: [] })).not.toEqual(await answer(source(2), { args: [] }))
  })

  it('rounds to what the tolerance leaves', async () => {
    const spec = { tolerance: { relative: 1e-9 } }
    expect(await answer('def f(): return 0.1 + 0.2', { args: [], spec })).toEqual({ result: 0.3, mutated: null })
  })

  it('loads a module by its package, and a module whose name the standard library has', async () => {
    const spec = specSchema.parse({ version: 1, language: 'python', module: 'src/pkg/json.py', function: 'f', parameters: [] })
    const files = { 'src/pkg/__init__.py': '', 'src/pkg/other.py': 'x = 5', 'src/pkg/json.py': 'from .other import x\ndef f(): return x' }
    expect(await drivenLines(pythonLanguage, spec, { files, cases: [{ id: 'c', class: 'valid', args: [] }] })).toEqual(['{"case":"c","class":"valid","result":5,"mutated":null}'])
  })

  it('loads nothing that the tree would have loaded for it', async () => {
    const spec = specSchema.parse({ version: 1, language: 'python', module: 'm.py', function: 'f', parameters: [] })
    const evil = 'import builtins\nbuiltins.EVIL = 1'
    const files = { 'm.py': 'import builtins\ndef f(): return hasattr(builtins, "EVIL")', 'sitecustomize.py': evil, 'usercustomize.py': evil, 'encodings.py': evil }
    expect(await drivenLines(pythonLanguage, spec, { files, cases: [{ id: 'c', class: 'valid', args: [] }] })).toEqual(['{"case":"c","class":"valid","result":false,"mutated":null}'])
  })
})
