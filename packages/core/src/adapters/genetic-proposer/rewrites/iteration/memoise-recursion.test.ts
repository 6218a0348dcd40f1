import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { memoiseRecursion } from './memoise-recursion.ts'

const small = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -3, max: 12 }) }, { weight: 1, arbitrary: fc.constantFrom<unknown>(-0, 0.5, 2.5, Number.NaN, '3', '', 'abc', true, null, undefined, 4n, [2], {}) })
const one = fc.oneof({ weight: 6, arbitrary: fc.tuple(small) }, { weight: 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(small, small, small) })
const coordinate = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -2, max: 6 }) }, { weight: 1, arbitrary: fc.constantFrom<unknown>(-0, 1.5, '2', 'ab', 2n, null) })
const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 })

const ofOne: Readonly<Record<string, string>> = {
  'ES5': `function fib(n) {\n  if (!(n > 1)) return n;\n  return fib(n - 1) + fib(n - 2);\n}\nfunction subject() { return fib.apply(null, arguments) }`,
  'an arrow': `const fib = (n) => n > 1 ? fib(n - 1) + fib(n - 2) : 1\nfunction subject(...all) { return [fib(...all), fib.length] }`,
  'a loop': `function catalan(n) { if (!(n > 1)) return 1; let total = 0; for (let i = 0; i < n && i < 9; i++) { total += catalan(i) * (n - i < n ? catalan(n - i - 1) : 1); if (total > 1e5) break } return total }\nfunction subject(n) { return catalan(n > 6 ? 6 : n) }`,
  'the sign of zero shows': `function signs(n) { return n > 0 ? signs((n - 1) * 0) + signs((1 - n) * -0) : 1 / n }\nfunction subject(n) { return signs(n) }`,
  'errors': `function odd(n) { if (n === 5) throw new RangeError('five' + n); if (!(n > 0)) { return 0 } else { const a = odd(n - 1), b = odd(n - 3); return a * 2 + b } }\nfunction subject(n) { return odd(n) }`,
  'it ends without a result': `function maybe(n) { switch (n) { case 1: return 'one'; case 2: return; default: if (n > 2) return maybe(n - 1) + maybe(n - 2) } }\nfunction subject(n) { return maybe(n) }`,
  'a call within a call': `const top = 5\nfunction hof(n) { return n > 0 && n < 13 ? n - hof(hof(n - 1)) : 0 }\nfunction subject(n) { return hof(n) + top }`,
}
const ofTwo: Readonly<Record<string, string>> = {
  'paths in a grid': `function paths(r, c) { if (!(r > 0) || !(c > 0)) return 1; return paths(r - 1, c) + paths(r, c - 1) }\nfunction subject(r, c) { return paths(r, c) }`,
  'a function in a variable': `function subject(r, c) { const most = 6; const choose = function (n, k) { return !(k > 0) || !(n > k) || n > most ? 1 : choose(n - 1, k - 1) + choose(n - 1, k); }; return choose(r, c) }`,
}

describe('memoise-recursion', () => {
  for (const [name, text] of Object.entries(ofOne)) it(`keeps behaviour: ${name}`, () => void expectSameBehaviour(memoiseRecursion, text, one))
  for (const [name, text] of Object.entries(ofTwo)) it(`keeps behaviour: ${name}`, () => void expectSameBehaviour(memoiseRecursion, text, fc.tuple(coordinate, coordinate)))

  it('keeps behaviour: the distance of two texts', () => {
    const text = `function distance(a, b) { if (!a) return b.length; if (!b) return a.length; const rest = distance(a.slice(1), b.slice(1)); if (a[0] === b[0]) return rest; return 1 + Math.min(rest, distance(a.slice(1), b), distance(a, b.slice(1))) }\nfunction subject(a, b) { return distance(a, b) }`
    expectSameBehaviour(memoiseRecursion, text, fc.tuple(word, word))
  })

  it('leaves the function its name and gives its copy a memo', () => {
    expect(rewritesOf(memoiseRecursion, `export function fib(n: number): number {\n  if (n < 2) return n;\n  return fib(n - 1) + fib(n - 2);\n}\n`, 'x.ts')).toEqual([
      `export function fib(n: number): number {
  if (typeof n !== 'object' && typeof n !== 'function') return fibRemembered(n, new Map());
  if (n < 2) return n;
  return fib(n - 1) + fib(n - 2);
}

function fibRemembered(n, memo) {
  const isExact = !Object.is(n, -0);
  const known = isExact ? memo.get(n) : undefined;
  if (known !== undefined) return known;
  if (n < 2) return n;
  { const value = fibRemembered(n - 1, memo) + fibRemembered(n - 2, memo); if (isExact && memo.size < 1000000) memo.set(n, value); return value; }
}
`,
    ])
  })

  it('is not done twice', () => {
    const [after = ''] = rewritesOf(memoiseRecursion, ofOne['ES5'] ?? '')
    expect(rewritesOf(memoiseRecursion, after)).toEqual([])
  })

  it('finds the same places in TypeScript', () => {
    for (const text of Object.values({ ...ofOne, ...ofTwo })) expect(rewritesOf(memoiseRecursion, text, 'subject.ts')).toEqual(rewritesOf(memoiseRecursion, text))
  })

  const refused: Readonly<Record<string, string>> = {
    'one call only': 'function f(n) { return n > 0 ? n + f(n - 1) : 0 }',
    'calls of which only one runs': 'function gcd(a, b) { return a === b ? a : a > b ? gcd(a - b, b) : gcd(a, b - a) }',
    'a captured variable': 'let k = 1; function f(n) { return n > 1 ? f(n - 1) + f(n - k) : 1 }',
    'a captured text': 'function outer(s) { function f(n) { return n > 1 ? f(n - 1) + f(n - 2) : s[n] } return f(s.length) }',
    'a call of another function': 'function f(n) { log(n); return n > 1 ? f(n - 1) + f(n - 2) : 1 }',
    'random numbers': 'function f(n) { return n > 1 ? f(n - 1) + f(n - 2) : Math.random() }',
    'a fresh list as result': 'function f(n) { return n > 1 ? [f(n - 1), f(n - 2)] : [] }',
    'an object': 'function f(node) { return node.left ? f(node.left) + f(node.right) : 1 }',
    'three parameters': 'function f(a, b, c) { return a > 0 ? f(a - 1, b, c) + f(a - 2, b, c) : b + c }',
    'a parameter with a default': 'function f(n, m = 1) { return n > 1 ? f(n - 1, m) + f(n - 2, m) : 1 }',
    'an argument left out': 'function f(n, m) { return n > 1 ? f(n - 1) + f(n - 2, m) : m }',
    'the function is replaced': 'function f(n) { return n > 1 ? f(n - 1) + f(n - 2) : 1 } f = wrap(f)',
    'arguments are looked at': 'function f(n) { return arguments.length > 0 && n > 1 ? f(n - 1) + f(n - 2) : 1 }',
    'async': 'async function f(n) { return n > 1 ? f(n - 1) + f(n - 2) : 1 }',
    'a generator': 'function* f(n) { return n > 1 ? f(n - 1) + f(n - 2) : 1 }',
    'this': 'function f(n) { return n > 1 ? f(n - 1) + f(n - 2) : this }',
    'it catches its own overflow': 'function f(n) { try { return f(n - 1) + f(n - 2) } catch { return 1 } }',
    'a parameter is assigned': 'function f(n) { n--; return n > 1 ? f(n) + f(n - 1) : 1 }',
    'a shadowed name': 'function f(n) { const f = g; return n > 1 ? f(n - 1) + f(n - 2) : 1 }',
    'a directive': 'function f(n) { "use strict"; return n > 1 ? f(n - 1) + f(n - 2) : 1 }',
    'a Map of the program': 'class Map {} function f(n) { return n > 1 ? f(n - 1) + f(n - 2) : 1 }',
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(memoiseRecursion, text)).toEqual([]))
})
