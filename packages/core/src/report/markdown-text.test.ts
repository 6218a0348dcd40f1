import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { codeText, oneLine, proseText } from './markdown-text.ts'

const nasty = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('`', '|', '\n', '\r', '\\', '<', '[', ']', '(', '*', '_', '#', 'a', ' ', '\u001b', '\u2028', '\u202e', '\ud83d', '😀'), maxLength: 60 }))

describe('text of a stranger', () => {
  it('is one printable line of bounded length', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 50 }), (text, limit) => {
        const line = oneLine(text, limit)
        // oxlint-disable-next-line no-control-regex -- control characters are what must be gone
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/)
        expect(Array.from(line).length).toBeLessThanOrEqual(limit)
        expect(line.isWellFormed()).toBe(true)
      }),
    )
  })

  it('as prose holds no mark that is not escaped', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const unescaped = proseText(text).replaceAll(/\\[\\`*_[\]|~$#:.]/g, '').replaceAll(/&(amp|lt|gt|#64);/g, '')
        expect(unescaped).not.toMatch(/[\\`*_[\]<>|~&$#@\n]/)
      }),
    )
  })

  it('as code cannot leave its span nor its table cell', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const code = codeText(text)
        expect(code).not.toContain('|')
        expect(code).not.toContain('\n')
        if (code === '(empty)') return
        const fence = /^`+/.exec(code)?.[0] ?? ''
        const inside = code.slice(fence.length, -fence.length)
        expect(inside.match(/`+/g) ?? []).not.toContain(fence)
        expect([inside.startsWith('`'), inside.endsWith('`')]).toEqual([false, false])
      }),
    )
  })
})

test.each([
  ['a | b', 'a \\| b'],
  ['<img src=x>', '&lt;img src=x&gt;'],
  ['[x](http://e.org) https://e.org www.e.org', '\\[x\\](http\\://e.org) https\\://e.org www\\.e.org'],
  ['line\n# head', 'line \\# head'],
  ['@team', '&#64;team'],
])('prose %j becomes %j', (text, expected) => {
  expect(proseText(text)).toBe(expected)
})
