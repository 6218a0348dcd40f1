import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextDigest } from './context-digest.ts'

const path = 'src/a.js'
const around = 'x'.repeat(60)
const edit = (start: number, replacement = 'new') => ({ path, start, end: start + 3, replacement, part: 0 })

describe('the digest of an edit in its context', () => {
  it('is the same wherever the text around it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, other, after) => {
        const one = contextDigest([edit(before.length + 60)], [{ path, text: `${before}${around}old${around}${after}` }])
        const two = contextDigest([edit(other.length + 60)], [{ path, text: `${other}${around}old${around}${before}` }])
        expect(one).toBe(two)
      }),
    )
  })

  it('tells apart what is removed, what is put in, what stands around, and where', () => {
    const text = `${around}old${around}`
    const same = contextDigest([edit(60)], [{ path, text }])
    const others = [
      contextDigest([edit(60, 'newer')], [{ path, text }]),
      contextDigest([edit(60)], [{ path, text: text.replace('old', 'odd') }]),
      contextDigest([edit(60)], [{ path, text: `${around}old!${around}` }]),
      contextDigest([{ ...edit(60), path: 'src/b.js' }], [{ path: 'src/b.js', text }]),
      contextDigest([edit(60), { path, start: 0, end: 1, replacement: '', part: 0 }], [{ path, text }]),
    ]
    expect(new Set([same, ...others]).size).toBe(6)
  })

  it('does not depend on the order of the edits', () => {
    const text = `${around}old${around}old${around}`
    const edits = [edit(60), edit(123)]
    expect(contextDigest(edits.toReversed(), [{ path, text }])).toBe(contextDigest(edits, [{ path, text }]))
  })

  it('of a file that nobody has read is none', () => {
    expect(contextDigest([edit(0)], [])).toBeNull()
  })
})
