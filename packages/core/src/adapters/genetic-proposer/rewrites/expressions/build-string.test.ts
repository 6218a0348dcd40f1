import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { buildString } from './build-string.ts'

const value = fc.constantFrom<unknown>(0, -0, 1.5, Number.NaN, 'a', '<b>', '', undefined, null, true, 3n)
const values = fc.tuple(fc.oneof({ weight: 4, arbitrary: fc.oneof(fc.array(value, { maxLength: 6 }), fc.sparseArray(value, { maxLength: 6 })) }, { weight: 1, arbitrary: fc.oneof(fc.string(), fc.constantFrom(null, 5)) }))

const programs: Readonly<Record<string, string>> = {
  'ES5': `function subject(list) { var out = [], i = 0; for (; i < list.length; i++) { out.push('<' + list[i] + '>'); } return out.join(''); }`,
  'templates in a for-of': `function subject(list) { const parts = []; parts.push('['); for (const x of list) parts.push(\`\${x}\`, ', '); parts.push("]"); return parts.join("") }`,
  'text methods': `function subject(list) { let out = []; let n = 0; while (n < list.length) { const s = String(list[n++]); if (s) out.push(s.toUpperCase()); else out.push(s ? 'x' : \`y\`) } return out.join('').length + out.join('') }`,
  'a part that calls something': `function show(x) { return '(' + x + ')' } function subject(list) { const out = []; for (let i = 0; i < list.length; i++) { out.push(\`\${show(list[i])}\`) } const text = out.join(''); return { text } }`,
  'a list for each round': `function subject(list) { const all = []; for (const x of list) { const row = []; for (const y of list) { row.push(typeof x + '' + y) } all.push(row.join('')) } return all.join('\\n') }`,
  'no semicolons': `function subject(list) {\n  const out = []\n  for (const x of list) {\n    out.push('' + x)\n  }\n  return out.join('')\n}`,
}

describe('build-string', () => {
  for (const [name, text] of Object.entries(programs)) it(`keeps behaviour: ${name}`, () => void expectSameBehaviour(buildString, text, values))

  it('turns the array into a text, and drops its type', () => {
    const text = `function subject(list: string[]): string {\n  const parts: string[] = [];\n  for (const x of list) parts.push(x.trim(), x + '\\n');\n  return parts.join('');\n}`
    expect(rewritesOf(buildString, text, 'x.ts')).toEqual([`function subject(list: string[]): string {\n  let parts = '';\n  for (const x of list) parts += x.trim() + (x + '\\n');\n  return parts;\n}`])
  })

  it('finds the same places in TypeScript', () => {
    for (const text of Object.values(programs)) expect(rewritesOf(buildString, text, 'subject.ts')).toEqual(rewritesOf(buildString, text))
  })

  const refused: Readonly<Record<string, string>> = {
    'a part that may be null': `function subject(a) { const out = []; for (const x of a) out.push(x); return out.join('') }`,
    'a part that may be missing': `function subject(a) { const out = []; for (const x of a) out.push(x[0]); return out.join('') }`,
    'a part that may be a list': `function subject(a) { const out = []; for (const x of a) out.push(x.slice(1)); return out.join('') }`,
    'a separator': `function subject(a) { const out = []; for (const x of a) out.push('' + x); return out.join('-') }`,
    'the default separator': `function subject(a) { const out = []; for (const x of a) out.push('' + x); return out.join() + [''].join('') }`,
    'the length is asked for': `function subject(a) { const out = []; for (const x of a) out.push('' + x); return out.join('') + out.length }`,
    'the result of push is used': `function subject(a) { const out = []; let n; for (const x of a) n = out.push('' + x); return out.join('') + n }`,
    'the array is handed on': `function subject(a) { const out = []; for (const x of a) { out.push('' + x); f(out) } return out.join('') }`,
    'a closure adds to it': `function subject(a) { const out = []; const add = s => { out.push('' + s) }; for (const x of a) { out.push(\`\${add(x)}\`) } return out.join('') }`,
    'it is used before': `function subject(a) { for (const x of a) { out.push('' + x) } var out = []; return out.join('') }`,
    'the name is assigned': `function subject(a) { let out = []; for (const x of a) { out.push('' + x); if (!x) out = [] } return out.join('') }`,
    'it does not begin empty': `function subject(a) { const out = ['a']; for (const x of a) out.push('' + x); return out.join('') }`,
    'parts are spread': `function subject(a) { const out = []; for (const x of a) out.push(...x); return out.join('') }`,
    'no loop': `function subject(a) { const out = []; out.push('a'); return out.join('') }`,
    'an optional call': `function subject(a) { const out = []; for (const x of a) out.push('' + x); return out?.join('') }`,
    'a switch case may be jumped over': `function subject(a) { switch (a.length) { case 1: var out = []; default: for (const x of a) out.push('' + x); return out.join('') } }`,
    'an index is read': `function subject(a) { const out = []; for (const x of a) out.push('' + x); return out[0] + out.join('') }`,
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(buildString, text)).toEqual([]))
})
