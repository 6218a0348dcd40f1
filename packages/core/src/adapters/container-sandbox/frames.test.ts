import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameReader, ordersOf, type FrameKind } from './frames.ts'

const letters: Readonly<Record<FrameKind, string>> = { started: 'H', failed: 'F', stdout: '1', stderr: '2', channel: 'X', collected: 'C', 'disk-limit': 'D', ended: 'E' }
const kinds = Object.keys(letters) as readonly FrameKind[]

function encoded(kind: FrameKind, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.write(letters[kind], 'latin1')
  head.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

describe('frames', () => {
  it('come out as they went in, whatever pieces the stream comes in', () => {
    const frame = fc.record({ kind: fc.constantFrom(...kinds), bytes: fc.uint8Array({ maxLength: 300 }) })
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (frames, cuts) => {
        const stream = Buffer.concat(frames.map(({ kind, bytes }) => encoded(kind, bytes)))
        const seen: { kind: FrameKind; bytes: Uint8Array }[] = []
        const reader = new FrameReader((kind, bytes) => seen.push({ kind, bytes: Uint8Array.from(bytes) }))
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const end = at + (cuts[turn % cuts.length] ?? 1)
          expect(reader.add(stream.subarray(at, end))).toBe(true)
          at = end
        }
        expect(seen).toEqual(frames)
      }),
    )
  })

  it('are told from anything else, and an impossible length is not waited for', () => {
    const take = (): void => expect.unreachable()
    expect(new FrameReader(take).add(Buffer.from('Error: no such image'))).toBe(false)
    expect(new FrameReader(take).add(Buffer.from([0x31, 0xff, 0xff, 0xff, 0xff]))).toBe(false)
  })

  it('orders carry any bytes with their length', () => {
    expect([...ordersOf(['a\0b', new Uint8Array([255])], [['x'], []])]).toEqual([0, 0, 0, 3, 97, 0, 98, 0, 0, 0, 1, 255, 0, 0, 0, 1, 0, 0, 0, 1, 120, 0, 0, 0, 0])
  })
})
