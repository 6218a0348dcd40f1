import { describe, expect, it } from 'vitest'
import { applyEdits } from '../../../proposal/apply-edits.ts'
import type { CodeOperator } from '../edit-operator.ts'
import { scriptSource } from '../script-source.ts'
import { classicOperators } from './classic-operators.ts'

function results(name: string, text: string, path = 'a.js'): readonly string[] {
  const operator = classicOperators.find((candidate) => candidate.name === name) as CodeOperator
  const source = scriptSource({ path, text })
  return source === null ? [] : operator.sites(source).map((site) => applyEdits(text, site.edits()))
}

const block = 'function f() {\n  one()\n  two()\n  return 3\n}\n'

describe('classic edits', () => {
  it('delete a statement with its line', () => {
    expect(results('delete-statement', block)).toEqual([
      'function f() {\n  two()\n  return 3\n}\n',
      'function f() {\n  one()\n  return 3\n}\n',
      'function f() {\n  one()\n  two()\n}\n',
    ])
  })

  it('delete only the statement where a line holds more', () => {
    expect(results('delete-statement', 'a(); b()\n')).toEqual([' b()\n', 'a(); \n'])
  })

  it('swap neighbours', () => {
    expect(results('swap-statements', block)).toEqual([
      'function f() {\n  two()\n  one()\n  return 3\n}\n',
      'function f() {\n  one()\n  return 3\n  two()\n}\n',
    ])
  })

  it('copy a statement before any other of its block, and move it', () => {
    expect(results('copy-statement', block)).toHaveLength(6)
    expect(results('copy-statement', block)).toContain('function f() {\n  two()\n  one()\n  two()\n  return 3\n}\n')
    expect(results('move-statement', block)).toHaveLength(4)
    expect(results('move-statement', block)).toContain('function f() {\n  return 3\n  one()\n  two()\n}\n')
  })

  it('change operators within their group', () => {
    expect(results('change-operator', 'x = a && b')).toEqual(['x = a || b', 'x = a ?? b'])
    expect(results('change-operator', 'x += 1')).toEqual(['x -= 1', 'x *= 1'])
    expect(results('change-operator', 'x = a in b')).toEqual([])
  })

  it('change comparison bounds', () => {
    expect(results('change-bound', 'while (i < n) i++')).toEqual(['while (i <= n) i++', 'while (i > n) i++', 'while (i >= n) i++'])
  })

  it('change whole numbers, never below zero, never to themselves', () => {
    expect(results('change-constant', 'x = 8')).toEqual(['x = 9', 'x = 7', 'x = 0', 'x = 4', 'x = 16'])
    expect(results('change-constant', 'x = 0')).toEqual(['x = 1'])
    expect(results('change-constant', 'x = 1.5 + 10n')).toEqual([])
  })

  it('negate and decide conditions', () => {
    expect(results('change-condition', 'if (a > b) c()')).toEqual(['if (!(a > b)) c()', 'if (true) c()', 'if (false) c()'])
  })

  it('leave imports, exports, declarations, directives and comments where they are', () => {
    const text = "'use strict'\nimport a from 'a'\n// a note\nexport const b = 1\nfunction c() {}\nclass D {}\n"
    for (const name of ['delete-statement', 'swap-statements', 'copy-statement', 'move-statement']) expect(results(name, text, 'a.mjs')).toEqual([])
  })

  it('reach TypeScript and the cases of a switch', () => {
    expect(results('delete-statement', 'switch (a) { case 1: b(); break }', 'a.ts')).toContain('switch (a) { case 1:  break }')
  })
})

describe('what classic edits weigh', () => {
  const weights = (name: string, text: string): readonly number[] => {
    const operator = classicOperators.find((candidate) => candidate.name === name) as CodeOperator
    const source = scriptSource({ path: 'a.js', text })
    return source === null ? [] : operator.sites(source).map(({ weight = 1 }) => (operator.gain ?? 1) * weight)
  }

  it('tries first what leaves out a call of which nothing is taken', () => {
    expect(weights('delete-statement', 'log(a)\nconst b = read(a)\nb.c = 1\n')).toEqual([9, 3, 3])
  })

  it('gives a statement the same chance to be copied or moved in a long block as in a short one', () => {
    for (const count of [2, 5, 20]) {
      const sum = weights('copy-statement', Array.from({ length: count }, (_, index) => `x${index}()\n`).join('')).reduce((a, b) => a + b, 0)
      expect(sum / count).toBeLessThan(1)
      expect(sum / count).toBeGreaterThanOrEqual(0.5)
    }
  })
})
