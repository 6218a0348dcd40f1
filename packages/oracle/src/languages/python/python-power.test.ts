import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { specSchema, type Spec, type SpecInput } from '../../spec.ts'
import type { Case, TaggedJson } from '../../tagged.ts'
import { generateCases } from '../../values.ts'
import { drivenLines } from './driven-lines.ts'
import { pythonLanguage } from './python-language.ts'

interface Weakness {
  readonly name: string
  readonly function: string
  readonly source: string
  readonly tests?: string
  readonly honest?: string
  readonly wrong: string
}

const weaknesses: readonly Weakness[] = [
  {
    name: 'a second pass over a one-shot iterator',
    function: 'spread',
    source: 'def spread(values):\n  low = high = None\n  for v in values:\n    low = v if low is None or v < low else low\n    high = v if high is None or v > high else high\n  return low, high',
    tests: 'assert spread([1, 2]) == (1, 2)',
    wrong: 'def spread(values):\n  return (min(values, default=None), max(values, default=None))',
  },
  {
    name: 'a shorter way for the default of a parameter',
    function: 'label',
    source: 'def label(text: str, *, style="plain", width=8):\n  if style not in ("plain", "loud"): raise ValueError(style)\n  return (text.upper() if style == "loud" else text).ljust(width)',
    wrong: 'def label(text: str, *, style="plain", width=8):\n  if style == "plain" and len(text) > 12: return text.strip()\n  if style not in ("plain", "loud"): raise ValueError(style)\n  return (text.upper() if style == "loud" else text).ljust(width)',
  },
  {
    name: 'a protocol that classes and old sequences take part in',
    function: 'can_loop',
    source: 'def can_loop(x):\n  try:\n    iter(x)\n    return True\n  except TypeError:\n    return False',
    tests: 'assert can_loop([1])\nassert not can_loop(5)',
    wrong: 'def can_loop(x): return hasattr(x, "__iter__")',
  },
  {
    name: 'an inner dictionary that is not copied',
    function: 'changed',
    source: 'def changed(d, path, func):\n  first, *rest = path\n  old = d.get(first)\n  return {**d, first: func(old) if not rest else changed(dict(old) if isinstance(old, dict) else {}, rest, func)}',
    tests: 'inc = lambda x: x + 1\nassert changed({"a": {"b": 1}}, ["a", "b"], inc)\nassert changed({"a": 1}, ["a"], lambda v: 2)',
    wrong: 'def changed(d, path, func):\n  first, *rest = path\n  old = d.get(first)\n  if rest and isinstance(old, dict) and len(rest) == 1:\n    old[rest[0]] = func(old.get(rest[0]))\n    return {**d, first: old}\n  return {**d, first: func(old) if not rest else changed(dict(old) if isinstance(old, dict) else {}, rest, func)}',
  },
  {
    name: 'an argument that loses its elements to a random choice',
    function: 'drawn',
    source: 'import random\ndef drawn(items: list) -> list:\n  if not items: return []\n  at = random.randrange(len(items))\n  return [items[at], *drawn(items[:at] + items[at + 1:])]',
    wrong: 'import random\ndef drawn(items: list) -> list:\n  if not items: return []\n  return [items.pop(random.randrange(len(items))), *drawn(items)]',
  },
  {
    name: 'rounding beside powers of a base',
    function: 'digits',
    source: 'def digits(n: int) -> int:\n  n, found = abs(n), 0\n  while n >= 1000: n, found = n // 1000, found + 1\n  return found',
    wrong: 'import math\ndef digits(n: int) -> int:\n  return int(math.log(abs(n), 1000)) if n else 0',
  },
  {
    name: 'case folding of other scripts than Latin',
    function: 'key',
    source: 'def key(name: str) -> str: return name.lower().replace("_", "-")',
    wrong: 'import string\nTABLE = str.maketrans(string.ascii_uppercase + "_", string.ascii_lowercase + "-")\ndef key(name: str) -> str: return name.translate(TABLE)',
  },
  {
    name: 'lazy results of whatever kind',
    function: 'without',
    source: 'import itertools\ndef without(values: list[int]): return itertools.filterfalse(lambda v: v % 2, values)',
    honest: 'def without(values: list[int]): return (v for v in values if not v % 2)',
    wrong: 'def without(values: list[int]): return filter(lambda v: v % 2 == 0 and v, values)',
  },
]

const seeds = [3, 4, 5]
const casesOfSeed = 300

async function inferredSpec(weakness: Weakness): Promise<Spec> {
  const inferred = await pythonLanguage.infer({ language: 'python', module: 'm.py', function: weakness.function, source: weakness.source, tests: [{ path: 'test_m.py', text: weakness.tests ?? '' }] })
  if (inferred === null) throw new Error('nothing inferred')
  const { sizes: _sizes, ...signature } = inferred
  return specSchema.parse({ version: 1, language: 'python', module: 'm.py', function: weakness.function, ...signature, cases: casesOfSeed, huge: weakness.function === 'digits' } as SpecInput)
}

/** The lines of every seed, all by one driver: its start costs more than its calls. */
async function linesOf(spec: Spec, source: string, cases: readonly Case[]): Promise<readonly (readonly string[])[]> {
  const lines = await drivenLines(pythonLanguage, spec, { files: { 'm.py': source }, cases })
  return seeds.map((_, index) => lines.slice(casesOfSeed * index, casesOfSeed * (index + 1)))
}

type Outcome = Readonly<Record<string, unknown>>

async function all(source: string, lists: readonly (readonly TaggedJson[])[], more: Partial<Case> = {}): Promise<readonly Outcome[]> {
  const spec = specSchema.parse({ version: 1, language: 'python', module: 'm.py', function: 'f', parameters: [{ name: 'a', generator: { kind: 'any' } }, { name: 'b', generator: { kind: 'any' } }, { name: 'c', generator: { kind: 'any' } }] })
  const lines = await drivenLines(pythonLanguage, spec, { files: { 'm.py': source }, cases: lists.map((args) => ({ id: 'c', class: 'valid', args, ...more })) })
  return lines.map((line) => JSON.parse(line) as Outcome)
}

async function one(source: string, args: readonly TaggedJson[], more: Partial<Case> = {}): Promise<Outcome | undefined> {
  return (await all(source, [args], more))[0]
}

const hasPython = spawnSync('python3', ['--version']).status === 0
const absent: TaggedJson = { $: 'undefined' }

describe.skipIf(!hasPython)('what inferred inputs show of Python functions (skipped without python3)', () => {
  it.each(weaknesses)('shows $name, with every seed', async (weakness) => {
    const spec = await inferredSpec(weakness)
    const cases = seeds.flatMap((seed) => generateCases(spec, seed).slice(0, casesOfSeed))
    const baseline = await linesOf(spec, weakness.source, cases)
    expect(baseline.map((lines) => lines.length)).toEqual(seeds.map(() => casesOfSeed))
    expect(await linesOf(spec, weakness.source, cases)).toEqual(baseline)
    if (weakness.honest !== undefined) expect(await linesOf(spec, weakness.honest, cases)).toEqual(baseline)
    const found = await linesOf(spec, weakness.wrong, cases)
    for (const [index, lines] of baseline.entries()) expect(lines).not.toEqual(found[index])
  })

  it('tells no address of an argument, and masks those of the module', async () => {
    const source = 'class C: pass\ndef f(a): return [str(a).replace("0x", ""), repr([a]), repr(C())]'
    const outcomes = await all(source, [[{ $: 'iterator', v: [1] }], [{ $: 'fn', v: { kind: 'first' } }], [{ $: 'python', v: 'object' }], [{ $: 'python', v: 'subscripted' }]])
    expect(outcomes).toMatchObject(Array.from({ length: 4 }, () => ({ result: [expect.any(String), expect.any(String), expect.any(String)] })))
    expect(JSON.stringify(outcomes)).not.toMatch(/[0-9a-f]{8}/)
    expect(await one('def f(a): return hex(a)', [3735928559])).toMatchObject({ result: '0xdeadbeef' })
  })

  it('leaves an argument out, wherever it stands', async () => {
    expect(await one('def f(a, b=2, c=3): return [a, b, c]', [1, absent, 5])).toMatchObject({ result: [1, 2, 5] })
    expect(await one('def f(a, b=2, c=3, /): return [a, b, c]', [1, absent, 5])).toMatchObject({ result: [1, 2, 5] })
    expect(await one('def f(a, b=2, *, c=3): return [a, b, c]', [1, absent, absent])).toMatchObject({ result: [1, 2, 3] })
    expect(await one('def f(a): return a', [absent])).toMatchObject({ result: null })
  })

  it('ends a call that does not end, and goes on', async () => {
    const timeout = { thrown: { name: 'timeout', message: null }, mutated: null }
    expect(await one('def f(a):\n  while a != 0: a -= 1', [-1])).toMatchObject(timeout)
    expect(await one('def f(a):\n  while True:\n    try: a += 1\n    except BaseException: pass', [1])).toMatchObject(timeout)
    expect(await one('def f(a):\n  while True: yield from ()', [1])).toMatchObject(timeout)
  }, 30_000)

  it('gives the second call of a pair its iterator anew, and looks at none before the call', async () => {
    expect(await one('def f(a): return list(a)', [{ $: 'iterator', v: [1, 2], form: 'generator' }], { repeat: 'same' })).toMatchObject({ result: [1, 2], mutated: null, again: { result: [1, 2] } })
  })
})
