import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { membershipToSet } from './membership-to-set.ts'

// Few values, so that hits are common; NaN, -0 and holes, because indexOf, includes and Set treat them differently.
const item = fc.constantFrom<unknown>(0, -0, 1, 2, Number.NaN, 'a', 'b', undefined, null)
const list = fc.oneof(fc.array(item, { maxLength: 8 }), fc.sparseArray(item, { maxLength: 8 }))
const lists = fc.tuple(list, list)

const programs: Readonly<Record<string, string>> = {
  'indexOf in a loop over a rest parameter': `function subject(a, b) { return inner(a, ...b) }
function inner(a, ...b) { const out = []; for (const x of a) { if (b.indexOf(x) === -1) out.push(x) } return out }`,
  'includes in a callback': `function subject(a, b) { const keys = b.filter(() => true); return a.filter(x => keys.includes(x)) }`,
  'a parameter that may be anything': `function subject(a, b) { const out = []; for (let i = 0; i < a.length; i++) { if (b.indexOf(a[i]) >= 0) out.push(i) } return out }`,
  'without braces': `function subject(a, b) { let n = 0; if (a.length) for (const x of a) if (b.includes(x)) n++; return n }`,
  'a list made within an outer loop': `function subject(a, b) { const out = []; for (const x of a) { const kept = b.filter(y => y !== x); for (const z of b) { if (kept.includes(z)) out.push(z) } } return out }`,
  'under a label': `function subject(a, b) { let n = 0; outer: for (const x of a) { if (b.includes(x)) continue outer; n++ } return n }`,
  'a switch case': `function subject(a, b) { let n = 0; switch (a.length) { case 0: break; default: a.forEach(function (x) { if (b.indexOf(x) > -1) n++ }) } return n }`,
}

describe('membership-to-set', () => {
  for (const [name, text] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => {
      for (const after of expectSameBehaviour(membershipToSet, text, lists)) expect(after).toContain('.has(')
    })
  }

  it('keeps behaviour for a string where a list could be', () => {
    expectSameBehaviour(membershipToSet, programs['a parameter that may be anything'] as string, fc.tuple(list, fc.oneof(list, fc.string(), fc.constant(null))))
  })

  it('keeps behaviour for a string made out of an array', () => {
    const text = 'function subject(o, a) { const s = Object.keys(o).join(","); const t = [1].concat(a).length; let n = 0; for (const x of a) if (s.includes(x) || t === x) n++; return n }'
    expectSameBehaviour(membershipToSet, text, fc.tuple(fc.dictionary(fc.constantFrom('a', 'b', 'ab'), fc.nat(3)), fc.array(fc.constantFrom('a', 'b', ',', 'ab'), { maxLength: 4 })))
  })

  it('asks no iterator that a method gives for what only a list can answer', () => {
    const program = 'function subject(a, b) { const ids = b.map((y) => y); const kept = []; for (const x of a) if (ids.includes(x)) kept.push(x); return kept }'
    const [after = ''] = rewritesOf(membershipToSet, program)
    expect(after).toContain('Array.isArray(ids) ? new Set(ids) : null')
    const run = (text: string, given: unknown): unknown => {
      try {
        return (new Function(`${text}; return subject`)() as (...values: readonly unknown[]) => unknown)([1, 2], given)
      } catch (error) {
        return (error as Error).name
      }
    }
    expect([run(after, [2, 3].values()), run(after, [2, 3])]).toEqual([run(program, [2, 3].values()), run(program, [2, 3])])
    expect(rewritesOf(membershipToSet, program.replace('b.map', 'Object.keys(b).map'))[0]).toContain('const idsSet = new Set(ids);')
  })

  const refused: Readonly<Record<string, string>> = {
    'the list grows in the loop': 'function subject(a, b) { for (const x of a) { if (!b.includes(x)) b.push(x) } return b }',
    'the list grows through a function': 'function subject(a, b) { const add = x => b.push(x); for (const x of a) { if (!b.includes(x)) add(x) } return b }',
    'an element is replaced in the loop': 'function subject(a, b) { for (let i = 0; i < a.length; i++) { if (b.includes(a[i])) b[i] = 1 } return b }',
    'the list is handed on in the loop': 'function subject(a, b) { for (const x of a) { if (b.includes(x)) change(b) } }',
    'the name is assigned again': 'function subject(a, b) { b = b.slice(); for (const x of a) if (b.includes(x)) return x }',
    'the list is made in the same loop': 'function subject(a) { for (const x of a) { const b = [1, 2]; if (b.includes(x)) return x } }',
    'nothing repeats it': 'function subject(a, b) { return a.includes(b) }',
    'the callback runs later': 'function subject(a, b) { return () => b.includes(a) }',
    'an async callback': 'function subject(a, b) { return a.map(async x => { await 0; return b.includes(x) }) }',
    'a start position': 'function subject(a, b) { for (const x of a) if (b.includes(x, 1)) return x }',
    'the position is used': 'function subject(a, b) { const out = []; for (const x of a) out.push(b.indexOf(x)); return out }',
    'a Set of the program': 'class Set {}; function subject(a, b) { for (const x of a) if (b.includes(x)) return x }',
    'the list gets a second name in the loop': 'function subject(a, b) { for (const x of a) { const c = b || []; if (b.includes(x)) c.push(x) } return b }',
    'the loop is in the field of a class': 'function subject(a, b) { class A { field = a.filter(x => b.includes(x)) } return new A().field }',
    'eval in reach': 'function subject(a, b) { for (const x of a) if (b.includes(x)) return x; eval("0") }',
    'it would call the line before': 'function subject(a, b) { for (const x of a) { a.pop()\n b.includes(x) && a.push(x) } }',
    'a method of this is called': 'class A { run(a, b) { for (const x of a) if (!b.includes(x)) this.add(x) } }',
    'this is handed on': 'class A { run(a, b) { for (const x of a) if (!b.includes(x)) add(this, x) } }',
    'the list was taken from a property, and its owner is called': 'function subject(a, o) { const taken = o.taken; for (const x of a) if (!taken.includes(x)) o.take(x) }',
    'the list was taken from a property, and somebody is called': 'function subject(a, o, take) { const { taken } = o; for (const x of a) if (!taken.includes(x)) take(x) }',
    'what holds the list is handed on': 'function subject(a, b) { const o = { b }; for (const x of a) if (!b.includes(x)) take(o, x) }',
    'an element is handed on': 'function subject(b) { for (const x of b) if (!b.includes(x.parent)) drop(x) }',
    'an element is called': 'function subject(b) { b.forEach((x) => { if (!b.includes(x.parent)) x.drop() }) }',
    'another name for the list grows': 'function subject(a, b) { const c = b; for (const x of a) if (!b.includes(x)) c.push(x) }',
    'an element is replaced by another way': 'function subject(a, o) { const taken = o.taken; for (const x of a) if (!taken.includes(x)) o.taken[0] = x }',
    'it is emptied by another way': 'function subject(a, o) { const taken = o.taken; for (const x of a) if (!taken.includes(x)) o.taken.length = 0 }',
    'it waits': 'async function subject(a, b, next) { for (const x of a) if (!b.includes(x)) await next }',
    'somebody who is called may have what was given': 'const all = [1]; function grow(x) { all.push(x) } function subject(a, b) { for (const x of a) if (!b.includes(x)) grow(x) } subject([2, 2], all)',
    'what was given came in under two names': 'function subject(a, b, c) { for (const x of a) if (!b.includes(x)) c.push(x) }',
    'a setter may change what was given': 'function subject(a, b, o) { for (const x of a) if (!b.includes(x)) o.more = x }',
    'it was made here and handed on before': 'function subject(a, keep, more) { const b = [1]; keep(b); for (const x of a) if (!b.includes(x)) more(x) }',
    'it is one of its own that was handed on and taken back': 'function subject(a) { const kept = [1]; const o = { kept }; const b = o.kept; for (const x of a) if (!b.includes(x)) kept.push(x) }',
    'it is another name for what was given': 'function subject(a, b, more) { const c = b; for (const x of a) if (!c.includes(x)) more(x) }',
    'the value is a call': 'function subject(a, b) { for (const x of a) if (b.includes(x())) return x }',
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(membershipToSet, text)).toEqual([]))

  it('is refused: a Set of the program in TypeScript', () => {
    const text = 'class Set {}\nexport function subject(a: string[], b: string[]) { for (const x of a) if (b.includes(x)) return x }'
    expect(rewritesOf(membershipToSet, text, 'x.ts')).toEqual([])
    expect(rewritesOf(membershipToSet, text.replace('class Set {}', ''), 'x.ts')).toHaveLength(1)
  })

  it('is still done where others are called with something else', () => {
    expect(rewritesOf(membershipToSet, 'function subject(a, o, report) { const b = Object.keys(o); for (const x of a) if (!b.includes(x)) report(x, a.length) }')).toHaveLength(1)
    expect(rewritesOf(membershipToSet, 'function subject(a, o) { const taken = o.taken; const out = []; for (const x of a) if (!taken.includes(x)) out.push(String(x)); return out }')).toHaveLength(1)
  })

  it('is still done with a parameter where only functions of the file are called that keep to themselves', () => {
    expect(rewritesOf(membershipToSet, 'function twice(x) { return [x, x].length }\nfunction subject(a, b) { let n = 0; for (const x of a) if (!b.includes(x)) n += twice(x); return n }')).toHaveLength(1)
  })

  it('tells an inner name from an outer one that is spelt the same', () => {
    const text = 'const b = [1]\nfunction subject(a, o) { const { b } = o; for (const x of a) if (b.includes(x)) return x }'
    expect(rewritesOf(membershipToSet, text)[0]).toMatch(/const \{ b \} = o; const bSet/)
  })
})
