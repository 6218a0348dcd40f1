import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Language } from './code-rule.ts'
import { hasLoopForEver, hasOnlyOrdinaryLoops, mayHoldForEver } from './endless.ts'
import { parseAs } from './languages.ts'

const script = ['while_statement', 'do_statement', 'for_statement']
const asked = (language: Language, kinds: readonly string[], text: string): boolean => hasLoopForEver(parseAs(language, text).root(), kinds)

/** Were it true of ordinary loops, the rules would be compiled for every text that has one. */
describe('a loop that may never end', () => {
  it.each<readonly [Language, readonly string[], string]>([
    ['javascript', script, 'for (let i = 0; i < list.length; i++) f(i)'],
    ['typescript', script, 'for (let i = 0, n = size(); i < n; i += 2) { f(i) }'],
    ['javascript', script, 'while (open.length > 0) open.pop()'],
    ['javascript', script, 'do { step() } while (left > 0)'],
    ['python', ['while_statement'], 'while queue:\n    queue.pop()'],
    ['cpp', script, 'void f() { for (int i = 0; i < n; i++) g(i); while (x < n) x++; }'],
  ])('is not seen in an ordinary one (%s: %s%s)', (language, kinds, text) => expect(asked(language, kinds, text)).toBe(false))

  it.each<readonly [Language, readonly string[], string]>([
    ['javascript', script, 'for (;;) f()'],
    ['javascript', script, 'for (let i = 0; ; i++) f(i)'],
    ['javascript', script, 'for (; /* x */ ;) f()'],
    ['javascript', script, 'for (; /* x */ true; i++) f()'],
    ['javascript', script, 'for (let i = 0; i < 9; i++) for (;;) f()'],
    ['typescript', script, 'do { f() } while (true)'],
    ['python', ['while_statement'], 'while 1 == 1:\n    f()'],
    ['cpp', script, 'void f() { for (;;) g(); }'],
    ['cpp', script, 'void f() { for (int i = 0; ; i++) g(i); }'],
  ])('is seen in one that has no end (%s: %s%s)', (language, kinds, text) => expect(asked(language, kinds, text)).toBe(true))
})

describe('loops whose heads are ordinary', () => {
  it.each([
    'for (let i = 0; i < list.length; i++) f(i)', 'for (const [key, value] of map) f(key, value)', 'for (auto x : list) f(x);', 'while (left > 0) left--', 'do { f() } while (x < y)', 'while queue:\n    queue.pop()',
  ])('%s', (text) => expect(hasOnlyOrdinaryLoops(text, true)).toBe(true))

  it.each([
    'for (;;) f()', 'for (let of;;) f()', 'for (let of = (1);;) f()', 'for (let i = 0; ; i++) f()', 'for (/* const x of y */;;) f()', 'while (true) f()', 'while /* x < y */ (1) f()', 'while (x < y) f() // while (a', 'while not queue(): pass',
    '# while (a\nwhile True:\n    x += 1 # )', 'for (let i: number = (0);;) f()', 'for (EVER) f();', 'while True:\n    f()',
  ])('is not said of %s', (text) => expect(hasOnlyOrdinaryLoops(text, true)).toBe(false))

  // Where the grammar cannot make sense of a text, a person is asked in any case.
  it('is said of no text that can be read and whose tree has one that may not end', () => {
    const part = fc.constantFrom('for', 'while', 'do', '(', ')', '{', '}', ';', ' ', 'i < n', 'true', '1', 'const x of y', 'let of', '/*', '*/', '//', '\n', '"', 'f()', ':', 'i++', 'x', '=')
    const loops: readonly (readonly [Language, readonly string[]])[] = [['javascript', script], ['python', ['while_statement']]]
    fc.assert(fc.property(fc.array(part, { maxLength: 24 }), (parts) => {
      const text = parts.join(' ')
      for (const [language, kinds] of loops) {
        if (!hasOnlyOrdinaryLoops(text, kinds.includes('for_statement'))) continue
        const root = parseAs(language, text).root()
        if (root.find({ rule: { kind: 'ERROR' } }) !== null) continue
        const conditions = root.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } }).map((loop) => loop.field('condition')?.text() ?? '')
        for (const condition of conditions) expect([text, mayHoldForEver(condition) || !/[^;\s]/.test(condition)]).toEqual([text, false])
      }
    }), { numRuns: 2_000, seed: 5 })
  })
})
