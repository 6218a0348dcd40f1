import { describe, expect, it } from 'vitest'
import { functionSpans, weighedSpans, weightAt } from './hot-ranges.ts'
import { parseSource } from './parse-source.ts'

const text = `const outer = (list) => {
  return list.map((x) => x + 1)
}
function other() {}
`
const source = parseSource({ path: 'a.js', text })
const spans = source === null ? [] : functionSpans(source)
const hot = (path: string, line: number, weight: number) => ({ kind: 'hot-function' as const, path, functionName: 'f', line, weight })

describe('where the time goes', () => {
  it('is the function that begins on the profile\'s line, and every function around counts for what lies within', () => {
    const weighed = weighedSpans('a.js', spans, [hot('a.js', 1, 0.5), hot('a.js', 2, 0.25)])
    expect(weightAt(weighed, text.indexOf('x + 1'))).toBe(0.75)
    expect(weightAt(weighed, text.indexOf('return'))).toBe(0.5)
    expect(weightAt(weighed, text.indexOf('other'))).toBe(0)
  })

  it('ignores other files and lines where no function begins', () => {
    expect(weighedSpans('a.js', spans, [hot('b.js', 1, 1), hot('a.js', 3, 1)])).toEqual([])
  })

  it('takes the innermost of several on one line', () => {
    const nested = parseSource({ path: 'a.js', text: 'const f = () => (x) => x * 2\n' })
    const weighed = nested === null ? [] : weighedSpans('a.js', functionSpans(nested), [hot('a.js', 1, 1)])
    expect(weighed).toEqual([{ start: 16, end: 28, weight: 1 }])
  })
})
