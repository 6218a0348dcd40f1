import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameReader, frameKinds, readGuestReport } from './frame-reader.ts'

function written(letter: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.write(letter, 'latin1')
  head.writeUInt32BE(content.length, 1)
  return Buffer.concat([head, content])
}

const letter = fc.constantFrom(...(Object.keys(frameKinds) as (keyof typeof frameKinds)[]))

describe('frames', () => {
  it('come out as they were sent, wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(letter, fc.uint8Array({ maxLength: 40 }))), fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(([kind, content]) => written(kind, content)))
        const reader = new FrameReader()
        const got = []
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const length = cuts[turn % cuts.length] ?? 1
          got.push(...reader.take(bytes.subarray(at, at + length)))
          at += length
        }
        expect(got.map(({ kind, content }) => [kind, [...content]])).toEqual(sent.map(([kind, content]) => [frameKinds[kind], [...content]]))
      }),
    )
  })

  it('of an unknown kind, or without end, are refused', () => {
    for (const bad of [written('Z', new Uint8Array()), written('_', new Uint8Array()), Buffer.from('O\xff\xff\xff\xff', 'latin1')]) {
      expect(() => new FrameReader().take(bad)).toThrow(RangeError)
    }
  })
})

describe('the report of how a command ended', () => {
  it('is read', () => {
    expect(readGuestReport(Buffer.from('137 1 0 1'))).toEqual({ exitCode: 137, memoryLimitHit: true, processLimitHit: false })
    expect(readGuestReport(Buffer.from('0 0 3 0'))).toEqual({ exitCode: null, memoryLimitHit: false, processLimitHit: true })
  })

  it.each(['', '0', '256 0 0 1', '-1 0 0 1', '0 0 0 2', '0 0 0 1 ', '0 0 0 1\n', 'a 0 0 1', '0  0 0 1'])('is refused as %j', (text) => {
    expect(() => readGuestReport(Buffer.from(text))).toThrow(RangeError)
  })
})
