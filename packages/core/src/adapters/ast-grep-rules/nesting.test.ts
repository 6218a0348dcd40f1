import type { SgNode } from '@ast-grep/napi'
import { describe, expect, it } from 'vitest'
import { parseAs } from './languages.ts'
import { isTooNested } from './nesting.ts'

/** What is asked, without any short cut. */
function isTooLong(root: SgNode, text: string): boolean {
  let total = 0
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const child of node.children()) {
      const { start, end } = child.range()
      if (end.index - start.index < 200) continue
      total += end.index - start.index
      open.push(child)
    }
  }
  return text.length >= 1_000 && total > 2_000_000 + 50 * text.length
}

describe('code that is nested too deep', () => {
  const shapes: readonly (readonly [string, (times: number) => string])[] = [
    ['signs', (times) => `x = ${'!'.repeat(times)}1`],
    ['brackets', (times) => `x = ${'('.repeat(times)}1${')'.repeat(times)}`],
    ['lists', (times) => `x = ${'['.repeat(times)}1${']'.repeat(times)}`],
    ['dots', (times) => `x${'.a'.repeat(times)}`],
    ['calls', (times) => `f${'()'.repeat(times)}`],
    ['loops', (times) => `${'while(1)'.repeat(times / 4)};`],
    ['functions one after the other', (times) => `function f(list) {\n${'  if (list.length > 1) list.pop()\n'.repeat(9)}}\n`.repeat(times / 50)],
    ['blocks in functions', (times) => `function f() {${'{'.repeat(times / 20)}${'}'.repeat(times / 20)}}\n`.repeat(20)],
  ]

  it.each(shapes)('is told as exactly as by looking at every node: %s', (_, textOf) => {
    for (const times of [300, 900, 1_400, 1_700, 2_100, 3_000, 6_000]) {
      const text = textOf(times)
      const root = parseAs('javascript', text).root()
      expect([times, isTooNested(root, text)]).toEqual([times, isTooLong(root, text)])
    }
  })
})
