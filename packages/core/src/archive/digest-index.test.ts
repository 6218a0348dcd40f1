import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DigestIndex } from './digest-index.ts'

const digest = (text: string): string => createHash('sha1').update(text).digest('hex')

describe('an index of digests', () => {
  it('gives each its place, as a list and a set would', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 300 }), { maxLength: 600 }), (numbers) => {
        const index = new DigestIndex()
        const places = new Map<string, number>()
        for (const number of numbers) {
          const key = digest(String(number))
          const known = places.get(key)
          if (known === undefined) places.set(key, places.size)
          expect(index.add(key)).toEqual({ place: places.get(key), isNew: known === undefined })
        }
        expect(index.size).toBe(places.size)
        for (const [key, place] of places) expect([index.indexOf(key), index.at(place)]).toEqual([place, key])
        expect(index.has(digest('none of them'))).toBe(false)
      }),
    )
  })

  it('keeps apart what begins and ends alike', () => {
    const index = new DigestIndex()
    const alike = Array.from({ length: 100 }, (_, k) => `${'ab'.repeat(8)}${k.toString(16).padStart(4, '0')}${'ab'.repeat(10)}`)
    for (const key of alike) index.add(key)
    expect(alike.map((key) => index.indexOf(key))).toEqual(alike.map((_, k) => k))
  })

  it('is the same after packing, and goes on as it would have', () => {
    fc.assert(
      fc.property(fc.nat({ max: 400 }), fc.nat({ max: 400 }), (before, after) => {
        const index = new DigestIndex({ width: 12 })
        for (let k = 0; k < before; k++) index.add(digest(String(k)))
        const again = DigestIndex.unpack({ facts: null, columns: structuredClone(index.pack('of')) }, 'of', { width: 12 })
        for (let k = before; k < before + after; k++) for (const each of [index, again]) expect(each.add(digest(String(k)))).toEqual({ place: k, isNew: true })
        for (let k = 0; k < before + after; k++) expect(again.indexOf(digest(String(k)))).toBe(k)
        expect([again.size, again.has(digest('none of them'))]).toEqual([index.size, false])
      }),
    )
  })

  it('keeps only as much of each as it is told', () => {
    const index = new DigestIndex({ width: 16 })
    index.add('a'.repeat(64))
    expect([index.has('a'.repeat(64)), index.at(0)]).toEqual([true, 'a'.repeat(32)])
  })

  it.each(['', 'xyz', 'g'.repeat(40), 'abcdef'.repeat(3)])('refuses %j, which is no digest', (text) => {
    expect(() => new DigestIndex().add(text)).toThrow(TypeError)
  })

  it('refuses digests of another length than the first', () => {
    const index = new DigestIndex()
    index.add('a'.repeat(40))
    expect(() => index.add('a'.repeat(64))).toThrow(TypeError)
  })
})
