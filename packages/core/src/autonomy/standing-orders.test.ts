import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Order } from './order.ts'
import { standingOrders } from './standing-orders.ts'

const give = (order: string, what: Order['what'], lifts: readonly string[] = []): Order => ({ order, what, reason: '', by: 'jane', at: '2026-01-01T00:00:00.000Z', lifts })
const stateOf = (...orders: readonly Order[]): string => standingOrders(orders).state

/** Orders as several people give them, each seeing only a part of what was there before. */
const history = fc.array(fc.record({ what: fc.constantFrom('pause' as const, 'stop' as const, 'resume' as const), sees: fc.array(fc.nat(30)) }), { maxLength: 25 }).map((steps) =>
  steps.map(({ what, sees }, index) => give(`o${index}`, what, what === 'resume' ? sees.filter((seen) => seen < index).map((seen) => `o${seen}`) : [])))

describe('standingOrders', () => {
  it('goes on as long as nobody has said anything, and again once everything is taken back', () => {
    expect(stateOf()).toBe('going')
    expect(stateOf(give('a', 'pause'))).toBe('paused')
    expect(stateOf(give('a', 'pause'), give('b', 'stop'))).toBe('stopped')
    expect(stateOf(give('a', 'pause'), give('b', 'stop'), give('c', 'resume', ['a', 'b']))).toBe('going')
    expect(stateOf(give('a', 'pause'), give('b', 'stop'), give('c', 'resume', ['b']))).toBe('paused')
  })

  it('keeps a stop that the one who resumed had not seen, whichever was written first', () => {
    const [pause, stop, resume] = [give('a', 'pause'), give('b', 'stop'), give('c', 'resume', ['a'])]
    for (const orders of [[pause, stop, resume], [pause, resume, stop], [resume, stop, pause]]) expect(stateOf(...orders)).toBe('stopped')
  })

  it('does not depend on the order or the number of copies, and is what a naive model says', () => {
    fc.assert(fc.property(history, fc.infiniteStream(fc.nat()), (orders, keys) => {
      const lifted = orders.filter(({ what }) => what === 'resume').flatMap(({ lifts }) => lifts)
      const left = orders.filter(({ what, order }) => what !== 'resume' && !lifted.includes(order)).map(({ what }) => what)
      const expected = left.includes('stop') ? 'stopped' : left.includes('pause') ? 'paused' : 'going'
      const mixed = [...orders, ...orders].map((order) => ({ order, key: keys.next().value ?? 0 })).toSorted((a, b) => a.key - b.key).map(({ order }) => order)
      expect([stateOf(...orders), stateOf(...mixed)]).toEqual([expected, expected])
    }))
  })

  it('is never lifted by a resume that lifts nothing, nor by one that lifts a resume', () => {
    expect(stateOf(give('a', 'stop'), give('b', 'resume'))).toBe('stopped')
    expect(stateOf(give('a', 'stop'), give('b', 'resume', ['a']), give('c', 'resume', ['b']))).toBe('going')
    expect(stateOf(give('a', 'stop'), give('b', 'resume', ['c']), give('c', 'resume', []))).toBe('stopped')
  })
})
