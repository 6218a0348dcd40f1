import { describe, expect, it } from 'vitest'
import type { Generator } from '../../spec.ts'
import { inferPython } from './infer-python.ts'

function generators(source: string, request: { readonly function?: string; readonly tests?: readonly string[]; readonly isWhole?: boolean } = {}): Readonly<Record<string, Generator>> {
  const tests = (request.tests ?? []).map((text) => ({ path: 'test_m.py', text }))
  const inferred = inferPython({ language: 'python', module: 'm.py', function: request.function ?? 'f', source, tests })
  return Object.fromEntries((inferred?.parameters ?? []).map(({ name, generator }) => [name, request.isWhole === true ? generator : plain(generator)]))
}

/** The types alone: no magnitudes, scripts and known numbers, and a parameter with a default as if it had none. */
function plain(generator: Generator): Generator {
  return JSON.parse(JSON.stringify(generator), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const { known: _known, magnitudes: _magnitudes, ...rest } = value as Record<string, unknown>
    if (rest['kind'] === 'defaulted') return rest['of']
    if (rest['alphabet'] === 'scripts') delete rest['alphabet']
    const options = rest['options'] as readonly { readonly kind: string }[] | undefined
    if (options !== undefined) {
      // An int goes where a float is asked for.
      const others = options.some(({ kind }) => kind === 'number') ? options.filter(({ kind }) => kind !== 'integer') : options
      return others.length === 1 ? others[0] : { ...rest, options: others }
    }
    return rest
  }) as Generator
}

const [integer, number, text]: readonly Generator[] = [{ kind: 'integer' }, { kind: 'number' }, { kind: 'string' }]

describe('inferPython', () => {
  it('reads annotations, forward references and unions', () => {
    const source = `
from typing import *
def f(a: int, b: "float", c: List[str], d: dict[str, list[int]], e: Optional[bytes], g: int | None, h: tuple[int, str], i: Callable[[int], bool],
      j: Literal["x", 2], k: tuple[int, ...], l: set[int], m: Mapping[int, str]): pass
`
    expect(generators(source)).toEqual({
      a: integer, b: number, c: { kind: 'array', items: text }, d: { kind: 'record', keys: text, values: { kind: 'array', items: integer } },
      e: { kind: 'oneOf', options: [{ kind: 'bytes' }, { kind: 'null' }] }, g: { kind: 'oneOf', options: [integer, { kind: 'null' }] },
      h: { kind: 'tuple', items: [integer, text] }, i: { kind: 'function', returns: { kind: 'boolean' }, arity: 1 },
      j: { kind: 'oneOf', options: [{ kind: 'constant', value: 'x' }, { kind: 'constant', value: 2 }] }, k: { kind: 'array', items: integer },
      l: { kind: 'set', items: integer }, m: { kind: 'map', keys: integer, values: text },
    })
  })

  it('resolves aliases and typed dictionaries of the module', () => {
    const source = `
Vector = list[float]
Id = NewType("Id", int)
class Point(TypedDict, total=False):
    x: int
    y: Vector
def f(a: Vector, b: Id, c: Point): pass
`
    const vector = { kind: 'array', items: number }
    expect(generators(source)).toEqual({ a: vector, b: integer, c: { kind: 'object', properties: { x: integer, y: vector }, optional: ['x', 'y'] } })
  })

  it.each([
    ['Google', 'Args:\n        a (int): one.\n        b (list of str): two.\n        c (float, optional): three.\n\n    Returns:\n        d (str): four.'],
    ['NumPy', 'Parameters\n    ----------\n    a : int\n        one\n    b : list of str\n    c : float, optional\n\n    Returns\n    -------\n    d : str'],
    ['Sphinx', ':param int a: one\n    :param b: two\n    :type b: list of str\n    :type c: float\n    :rtype: str'],
  ])('reads docstrings in the style of %s', (_style, docstring) => {
    expect(generators(`def f(a, b, c=None):\n    """Does.\n\n    ${docstring}\n    """\n    return a`)).toEqual({
      a: integer, b: { kind: 'array', items: text }, c: number,
    })
  })

  it('takes examples from tests, doctests and parametrised tests, with names that stand for literals', () => {
    const source = 'def f(a, b=2):\n    """\n    >>> f([1], b=3)\n    4\n    """\n    return a'
    const tests = ['DATA = [1.5, 2]\nassert m.f(DATA) == 3\nf(unknown)\nassert f([(1, "x\\n")], 0x10)', '@pytest.mark.parametrize("xs, n", [([7], 1), ([], 2)])\ndef test(xs, n):\n    assert f(xs, n)']
    const inferred = inferPython({ language: 'python', module: 'm.py', function: 'f', source, tests: tests.map((each) => ({ path: 't', text: each })) })
    expect(inferred?.examples).toEqual([[[1], 3], [[1.5, 2]], [[{ $: 'tuple', v: [1, 'x\n'] }], 16], [[7], 1], [[], 2]])
    expect(inferred?.parameters[1]).toMatchObject({ name: 'b', generator: { kind: 'defaulted', of: integer, value: 2 } })
  })

  it('looks at what the body does where nothing is declared', () => {
    expect(generators('def f(a, b, c, d):\n    for x in range(c): a.append(x)\n    return b.lower() + str(d / 2.0)')).toEqual({
      a: { kind: 'array', items: { kind: 'any' } }, b: text, c: integer, d: number,
    })
    expect(generators('def f(a): pass')).toEqual({ a: { kind: 'any' } })
  })

  it('draws from the words of example texts and of the source, but not from messages', () => {
    const found = generators('def f(s: str):\n    if s.endswith("KB"): return 1\n    raise ValueError("no unit")', { tests: ['f("10 MB")'] })
    expect(found).toEqual({ s: { kind: 'string', pieces: ['10 MB', '10', ' ', 'MB', 'KB'] } })
  })

  it('finds methods, static methods, and what a constructor wants', () => {
    const source = 'class C:\n    def __init__(self, n: int): pass\n    def m(self, s: str): pass\n    @staticmethod\n    def s(x: float): pass\n@dataclass\nclass D:\n    a: int\n    b: str = ""\n    def m(self): pass'
    const infer = (name: string): unknown => inferPython({ language: 'python', module: 'm.py', function: name, source, tests: [] })
    expect(infer('C.m')).toMatchObject({ parameters: [{ name: 's', generator: text }], construct: [{ name: 'n', generator: integer }], examples: [] })
    expect(infer('C.s')).toMatchObject({ parameters: [{ name: 'x' }], examples: [] })
    expect(infer('D.m')).toMatchObject({ construct: [{ name: 'a', generator: integer }, { name: 'b' }] })
    expect(infer('C.nothing')).toBeNull()
  })

  it('widens by what tests pass, and keeps *args as the rest', () => {
    expect(generators('def f(a: int): pass', { tests: ['f(None)\nf("x")'] })).toMatchObject({ a: { kind: 'oneOf', options: [integer, { kind: 'null' }, { kind: 'string' }] } })
    expect(inferPython({ language: 'python', module: 'm.py', function: 'f', source: 'def f(*xs: int, key=None, **kw): pass', tests: [] })).toMatchObject({ rest: integer })
  })

  it('survives source that is no Python', () => {
    expect(inferPython({ language: 'python', module: 'm.py', function: 'f', source: 'def f(a: List[: pass ((((\x00', tests: [{ path: 't', text: 'f(' }, { path: 'u', text: '"""' }] })).toBeDefined()
  })
})
