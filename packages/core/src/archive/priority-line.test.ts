import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PriorityLine } from './priority-line.ts'

const scores = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -2, max: 2 })), { maxLength: 200 })
const ahead = ([a, scoreA]: readonly [number, number], [b, scoreB]: readonly [number, number]): number => (scoreA === scoreB ? a - b : scoreB - scoreA)

describe('a line of those who wait', () => {
  it('lets go the highest score first, the earliest of equals, whenever they came', () => {
    fc.assert(
      fc.property(scores, fc.infiniteStream(fc.nat({ max: 3 })), (list, pops) => {
        const line = new PriorityLine()
        const waiting: (readonly [number, number])[] = []
        const pop = (): void => expect(line.pop()).toBe(waiting.sort(ahead).shift()?.[0])
        for (const [entry, score] of list.entries()) {
          line.push(entry, score)
          waiting.push([entry, score])
          if (pops.next().value === 0) pop()
        }
        while (waiting.length > 0) pop()
        expect(line.pop()).toBeUndefined()
      }),
    )
  })

  it('is the same in whatever order they came', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.nat({ max: 99 }), fc.integer({ min: 0, max: 3 })), { selector: ([entry]) => entry }), (list) => {
        const lines = [list, list.toReversed()].map((order) => {
          const line = new PriorityLine()
          for (const [entry, score] of order) line.push(entry, score)
          return Array.from(list, () => line.pop())
        })
        expect(lines[1]).toEqual(lines[0])
      }),
    )
  })
})
