import { describe, expect, it } from 'vitest'
import type { Language } from './code-rule.ts'
import { hasLoopForEver } from './endless.ts'
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
