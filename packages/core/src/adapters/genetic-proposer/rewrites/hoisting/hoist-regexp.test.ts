import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { hoistRegexp } from './hoist-regexp.ts'

// Patterns that match, that do not parse, and that are no text at all; among the texts such as make a difference for flags.
const pattern = fc.constantFrom<unknown>('a', 'A+', '^b', '(', '', '[', 'a|b', null, undefined, 0, -0, Number.NaN, /a/g, /A/iy, ['a'], {})
const text = fc.constantFrom<unknown>('a', 'ab', 'aab', 'AbA', '', 'b a', 'xyz')
const texts = fc.oneof(fc.array(text, { maxLength: 6 }), fc.string({ unit: fc.constantFrom('a', 'b', 'A') }))
const drawn = fc.tuple(texts, pattern)

const programs: Readonly<Record<string, string>> = {
  'test in a filter': 'function subject(a, p) { return Array.from(a).filter(s => new RegExp(p).test(s)) }',
  'a pattern put together, with flags': `function subject(a, p) {
  var out = [];
  for (var i = 0; i < a.length; i++) {
    if (new RegExp('^' + p + '$', 'i').test(a[i])) out.push(i);
  }
  return out;
}`,
  'by way of a name': `function subject(a, p) {
  var out = [];
  for (var i = 0; i < a.length; i++) {
    var re = new RegExp('(' + p + ')', 'i');
    var m = re.exec(a[i]);
    if (m) out.push(m[1], m.index, a[i].replace(re, '<$1>'));
  }
  return out;
}`,
  'called without new': `function subject(a, p) { const out = []; for (const s of a) { out.push(s.split(RegExp(p)), s.match(RegExp(p))) } return out }`,
  'a helper of the file': `function escapeRegExp(s) { return String(s).replace(/[.*+?^{}()|[\\]\\\\]/g, '\\\\$&') }
function subject(a, p) { return Array.from(a).map(function (s) { return s.search(new RegExp('b|' + escapeRegExp(p))) }) }`,
  'a pattern that does not parse, in a loop that may not run': `function subject(a, p) { let n = 0; for (const s of a) { if (s && new RegExp(\`\${p}+\`).test(s)) n++ } return n }`,
  'within two loops, fixed in the inner one': `function subject(a, p) { var n = 0; for (const q of a) { const source = String(q); for (let i = 0; i < a.length; i++) if (new RegExp(source).test(a[i])) n++ } return n + String(p).length }`,
  'under a label, without braces': `function subject(a, p) { let n = 0; outer: for (const s of a) if (new RegExp(p, 'u').test(s)) continue outer; else n++; return n }`,
}

describe('hoist-regexp', () => {
  for (const [name, program] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => {
      for (const after of expectSameBehaviour(hoistRegexp, program, drawn)) expect(after).toContain('let pattern')
    })
  }

  it('makes the object at its first use, before the loop only its name', () => {
    const before = `function subject(a, p) {
  for (const s of a) {
    if (new RegExp('^' + p).test(s)) return s
  }
}`
    expect(rewritesOf(hoistRegexp, before)).toEqual([
      `function subject(a, p) {
  let pattern;
  for (const s of a) {
    if ((pattern || (pattern = new RegExp('^' + p))).test(s)) return s
  }
}`,
    ])
  })

  it('asks at run time whether an unknown pattern is text, also in TypeScript', () => {
    const before = 'function subject(a: string[], p: string): boolean { return a.some((s) => new RegExp(p).test(s)) }'
    expect(rewritesOf(hoistRegexp, before, 'x.ts')[0]).toContain("(typeof p === 'string' ? (pattern || (pattern = new RegExp(p))) : new RegExp(p)).test(s)")
  })

  const refused: Readonly<Record<string, string>> = {
    'global': "function subject(a, p) { for (const s of a) if (new RegExp(p, 'g').test(s)) return s }",
    'sticky among others': "function subject(a, p) { for (const s of a) if (new RegExp(p, 'iy').test(s)) return s }",
    'an escape among the flags': "function subject(a, p) { for (const s of a) if (new RegExp(p, '\\x67').test(s)) return s }",
    'flags from elsewhere': 'function subject(a, p, f) { for (const s of a) if (new RegExp(p, f).test(s)) return s }',
    'the pattern differs each time': 'function subject(a) { for (const s of a) if (new RegExp(s).test(s)) return s }',
    'the pattern is assigned in the loop': "function subject(a, p) { for (const s of a) { if (new RegExp(p).test(s)) return s; p += 'x' } }",
    'the pattern is assigned by a closure': "function subject(a, p) { const more = () => { p = p + '.' }; for (const s of a) { more(); if (new RegExp(p).test(s)) return s } }",
    'a part of the pattern is a list that grows': "function subject(a, p) { const q = []; for (const s of a) { q.push(s); if (new RegExp('^' + q).test(s)) return s } }",
    'the object is kept': 'function subject(a, p) { return a.map(s => new RegExp(p)) }',
    'the object is kept by way of a name': 'function subject(a, p) { const out = []; for (const s of a) { const re = new RegExp(p); if (re.test(s)) out.push(re) } return out }',
    'its position is set': 'function subject(a, p) { for (const s of a) { const re = new RegExp(p); re.lastIndex = 1; if (re.test(s)) return s } }',
    'matchAll demands a flag': "function subject(a, p) { for (const s of a) use(s.matchAll(new RegExp(p))) }",
    'an unknown function makes the pattern': 'function subject(a, p) { for (const s of a) if (new RegExp(make(p)).test(s)) return s }',
    'a RegExp of the program': 'function RegExp() {} function subject(a, p) { for (const s of a) if (new RegExp(p).test(s)) return s }',
    'nothing repeats it': 'function subject(a, p) { return new RegExp(p).test(a) }',
    'a function that runs later': 'function subject(a, p) { for (const s of a) later(() => new RegExp(p).test(s)) }',
    'an async loop': 'async function subject(a, p) { for (const s of a) { await s; if (new RegExp(p.q).test(s)) return s } }',
    'a field of a class': 'class A { found = [1].map((s) => new RegExp(p).test(s)) }',
    'an optional call': 'function subject(a, p) { for (const s of a) if (new RegExp(p)?.test(s)) return s }',
    'a shadowed name that changes': "function subject(a, p) { for (const s of a) { let p = ''; p += s; if (new RegExp(p).test(s)) return s } }",
  }
  for (const [name, program] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(hoistRegexp, program)).toEqual([]))
})
