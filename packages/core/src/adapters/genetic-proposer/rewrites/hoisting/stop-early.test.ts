import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { stopEarly } from './stop-early.ts'

const item = fc.constantFrom<unknown>(0, -0, 1, 2, Number.NaN, 'a', 'b', '', undefined, null, true)
const element = fc.oneof(item, fc.record({ x: item }, { requiredKeys: [] }))
const list = fc.oneof(fc.array(element, { maxLength: 6 }), fc.sparseArray(element, { maxLength: 6 }), fc.constantFrom<unknown>('ab', '', null, undefined, 3, { length: 2, 0: 1 }))
const drawn = fc.tuple(list, item, fc.oneof(item, list))

const loops: Readonly<Record<string, string>> = {
  'a loop of the old kind': `function subject(a, v) {
  var found = false;
  for (var i = 0; i < a.length; i++) {
    if (a[i] === v) {
      found = true;
    }
  }
  return found;
}`,
  'without braces': 'function subject(a, v) { let all = true; for (const x of a) if (x !== v) all = false; return all }',
  'over a copy': 'function subject(b, v) { const a = Array.from(b ?? []); let all = true; for (const x of a) if (x !== v) all = false; return all }',
  'without semicolons': 'function subject(a, v) {\n  let found = 0\n  for (let i = 1; i < a.length; i += 2) {\n    if (typeof a[i] === "string" || a[i] > 1) {\n      found = 1\n    }\n  }\n  return found\n}',
  'keys of an object': "function subject(a, v) { var hit = null; for (var k in a) { if (k === '1' || a[k] === v) hit = 'yes' } return hit }",
  'characters': 'function subject(a) { let dash = false; for (let i = 0; i < a.length; i++) { if (a.charCodeAt(i) === 98) dash = true; } return dash }',
  'a property behind a test': 'function subject(a, v) { let found = false; for (const e of a) { if (e && e.x === v) { found = true } } return found }',
  'a Set made here': 'function subject(a, v) { const known = new Set([v, 1]); let found = false; for (const x of a) if (known.has(x)) found = true; return found }',
  'a property of what stays': 'function subject(a, v, o) { let found = false; for (const e of a) { if (e === v && o.length > 1) found = true } return found }',
  'under a label, in another loop': 'function subject(a, v) { let n = 0; outer: for (const y of a) { let seen = false; for (const x of a) if (x === y) seen = true; if (seen) { n++; continue outer } n += 10 } return n }',
}

const hits: Readonly<Record<string, string>> = {
  'a count that is compared': 'function subject(a, v) { return [a.filter(x => x === v).length > 0, a.filter(x => x === v).length === 0, a.filter(function (x) { return x !== v }).length !== 0] }',
  'a count in a condition': 'function subject(a, v) { if (a.filter((x) => x === v).length) return 1; return !a.filter((x, i) => i > 2).length ? 2 : 3 }',
  'the first hit': 'function subject(a, v) { return [a.filter(x => x > 0)[0], a.filter(x => typeof x === "string" && x !== v)[0], a.filter((x) => x)[0], a.filter((e) => e != null && e.x === v)[0]] }',
  'keys': 'function subject(a, v) { return [Object.keys(a).filter((k) => k.startsWith("1")).length > 0, Object.keys(a).filter((k) => a[k] !== v)[0], Object.keys(a).filter((k) => k === v).length < 1] }',
  'a rest parameter': 'function subject(a, v) { return inner(v, ...a) }\nfunction inner(v, ...a) { return a.filter((x) => x === v).length >= 1 }',
}

describe('stop-early', () => {
  for (const [name, program] of Object.entries({ ...loops, ...hits })) {
    it(`keeps behaviour: ${name}`, () => expect(expectSameBehaviour(stopEarly, program, drawn).length).toBeGreaterThan(0))
  }

  it('finds every place', () => {
    for (const [program, count] of [[hits['a count that is compared'], 3], [hits['a count in a condition'], 2], [hits['the first hit'], 4], [hits['keys'], 3]] as const) expect(rewritesOf(stopEarly, program as string)).toHaveLength(count)
  })

  it('leaves the loop after the flag is set', () => {
    expect(rewritesOf(stopEarly, loops['a loop of the old kind'] as string)).toEqual([
      `function subject(a, v) {
  var found = false;
  for (var i = 0; i < a.length; i++) {
    if (a[i] === v) {
      found = true;
      break;
    }
  }
  return found;
}`,
    ])
    expect(rewritesOf(stopEarly, loops['over a copy'] as string)[0]).toContain('if (x !== v) { all = false; break; } return all')
    expect(rewritesOf(stopEarly, loops['without braces'] as string)[0]).toContain('if (x !== v) { all = false; if (Array.isArray(a)) break; } return all')
  })

  it('takes no more and no less from what gives everything once', () => {
    const walks = { parameter: 'a', property: 'o.p', assigned: 'l', 'an alias': 'c' }
    for (const [name, walked] of Object.entries(walks)) {
      const program = `function subject(a, o, v) { let l = []; l = a; const c = a; let found = false; for (const x of ${walked}) if (x === v) found = true; return found }`
      const [after = ''] = rewritesOf(stopEarly, program)
      const run = (text: string): readonly unknown[] => {
        const given = [1, 2, 3, 4].values()
        return [(new Function(`${text}; return subject`)() as (...values: readonly unknown[]) => unknown)(given, { p: given }, 2), [...given]]
      }
      expect([name, run(after)]).toEqual([name, run(program)])
      expect([name, run(program)]).toEqual([name, [true, []]])
    }
  })

  it('looks at a list that may be something else when the program runs', () => {
    const before = 'function subject(a: number[]): boolean { return a.filter((x: number) => x > 1).length === 0 }'
    expect(rewritesOf(stopEarly, before, 'x.ts')).toEqual(['function subject(a: number[]): boolean { return (Array.isArray(a) ? !a.some((x: number) => x > 1) : a.filter((x: number) => x > 1).length === 0) }'])
  })

  const refused: Readonly<Record<string, string>> = {
    'an element without properties would throw later': 'function subject(a) { let f = false; for (const x of a) if (x.y) f = true; return f }',
    'an element of an element': 'function subject(a) { let f = false; for (let i = 0; i < a.length; i++) if (a[i][0]) f = true; return f }',
    'what is not evaluated at the first hit may throw': 'function subject(a, o) { let f = false; for (const x of a) if (x || o.p) f = true; return f }',
    'the condition calls something': 'function subject(a, g) { let f = false; for (const x of a) if (g(x)) f = true; return f }',
    'a method of the program may do anything': 'function subject(a, cache) { let f = false; for (const x of a) if (cache.has(x)) f = true; return f }',
    'bits are put together': 'function subject(a, v) { let f = false; for (const x of a) if ((x ^ v) !== 0) f = true; return f }',
    'tokens are compared': 'function tokensEqual(a, v) { let same = true; for (const x of a) if (x !== v) same = false; return same }',
    'a function of a name compares': 'const constantTimeEqual = (a, v) => { let same = true; for (const x of a) if (x !== v) same = false; return same }',
    'tokens are compared by a filter': 'function hasToken(a, v) { return a.filter((x) => x === v).length > 0 }',
    'the condition counts': 'function subject(a) { let f = false, n = 0; for (const x of a) if (n++ === x) f = true; return [f, n] }',
    'more is done': 'function subject(a) { let f = false, n = 0; for (const x of a) { n++; if (x) f = true } return [f, n] }',
    'more is set': 'function subject(a) { let f, at; for (const x of a) if (x) { f = true; at = x } return at }',
    'the value differs': 'function subject(a) { let last; for (const x of a) if (x) last = x; return last }',
    'otherwise something else': 'function subject(a) { let f; for (const x of a) if (x) f = true; else f = false; return f }',
    'the variable of the loop is used afterwards': 'function subject(a) { var f = false; for (var i = 0; i < a.length; i++) if (a[i]) f = true; return [f, i] }',
    'a variable from outside counts': 'function subject(a, i) { let f = false; for (; i < a.length; i++) if (a[i]) f = true; return [f, i] }',
    'the step does more': 'function subject(a, g) { let f = false; for (let i = 0; i < a.length; i = g(i)) if (a[i]) f = true; return f }',
    'a flag of the program\'s surroundings': 'function subject(a) { for (const x of a) if (x) done = true }',
    'a property for a flag': 'function subject(a, o) { for (const x of a) if (x) o.f = true }',
    'it waits': 'async function subject(a) { let f = false; for await (const x of a) if (x) f = true; return f }',
    'an iterator that goes on afterwards': 'function subject(m) { const left = m.values(); let f = false; for (const x of left) if (x) f = true; return [f, ...left] }',
    'what an iterator gives on is an iterator': 'function subject(a, v) { const l = a.map((x) => x); let f = false; for (const x of a.filter((y) => y)) if (x === v) f = true; return f }',
    'a Set of the program': 'class Set {} function subject(a, v) { let f = false; for (const x of new Set(a)) if (x === v) f = true; return f }',
    'an Array of the program': 'const Array = other; function subject(a, v) { let f = false; for (const x of a) if (x === v) f = true; return f }',
    'the list is the result of a call': 'function subject(g) { let f = false; for (const x of g()) if (x) f = true; return f }',
    'the count is used': 'function subject(a) { return a.filter((x) => x === 1).length > 1 }',
    'the callback may throw later': 'function subject(a) { return a.filter((x) => x.y === 1).length > 0 }',
    'the callback changes something': 'function subject(a) { let n = 0; return [a.filter((x) => (n += 1) && x).length > 0, n] }',
    'the callback calls something': 'function subject(a, g) { return a.filter((x) => g(x)).length > 0 }',
    'a callback from elsewhere': 'function subject(a, g) { return a.filter(g).length > 0 }',
    'a second argument': 'function subject(a) { return a.filter((x) => x === 1, a).length > 0 }',
    'a hole could be found': 'function subject(a) { return a.filter((x) => x !== 1)[0] }',
    'a hole could be found, by a name': 'function subject(a, v) { return a.filter((x) => x === v)[0] }',
    'this': 'function subject(a) { return a.filter(function (x) { return x === this }).length > 0 }',
    'an async callback': 'function subject(a) { return a.filter(async (x) => x === 1).length > 0 }',
    'a generator': 'function subject(a) { return a.filter(function* (x) { return x === 1 }).length > 0 }',
    'an optional chain': 'function subject(a) { return a?.filter((x) => x === 1).length > 0 }',
    'the first hit is called or assigned': 'function subject(a) { a.filter((x) => x)[0](); a.filter((x) => x)[0] = 1 }',
    'the list is the result of an unknown call': 'function subject(g) { return g().filter((x) => x === 1).length > 0 }',
    'eval in reach': 'function subject(a) { let f = false; for (const x of a) if (x) f = true; return eval("f") }',
  }
  for (const [name, program] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(stopEarly, program)).toEqual([]))
})
