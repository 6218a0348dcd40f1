import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noTime, withEvaluation } from './evaluation-time.ts'

const start = Date.parse('2026-03-01T12:00:00Z')
const minute = 60_000
const hour = 60 * minute

interface Ran {
  /** In ms after the first begin, by a clock that is never set. */
  readonly at: number
  readonly wallMs: number
  /** How far the machine's clock was off at that moment. */
  readonly off?: number
  readonly alone?: true
  readonly lane?: number
}

function spent(ran: readonly Ran[]): number {
  return ran.reduce((time, { at, wallMs, off = 0, alone, lane = 0 }) => withEvaluation(time, { startedAt: new Date(start + at + off).toISOString(), wallMs, ...(alone === undefined ? { processors: [2 * lane, 2 * lane + 1] } : {}) }), noTime).spentMs
}

/** Two lanes, ten minutes each, begun five minutes apart. */
const lanes = (count: number, off: (index: number) => number): readonly Ran[] => Array.from({ length: count }, (_, index) => ({ at: index * 5 * minute, wallMs: 10 * minute, off: off(index), lane: index % 2 }))

describe('evaluation time', () => {
  it('counts what went on side by side once, and pauses not at all', () => {
    expect(spent(lanes(4, () => 0))).toBe(25 * minute)
    expect(spent([{ at: 0, wallMs: 10 * minute }, { at: hour, wallMs: 10 * minute }])).toBe(20 * minute)
  })

  it.each([
    ['put back', (index: number) => (index < 4 ? 0 : -3 * hour)],
    ['put forward', (index: number) => (index < 4 ? 0 : 3 * hour)],
    ['put forward and back again', (index: number) => (index > 2 && index < 6 ? 24 * 365 * hour : 0)],
  ])('comes out right, to one evaluation, where the clock is %s', (_, off) => {
    expect(Math.abs(spent(lanes(12, off)) - spent(lanes(12, () => 0)))).toBeLessThanOrEqual(10 * minute)
  })

  it('of evaluations alone is what they took, whatever the clock shows', () => {
    expect(spent([0, -hour, hour].map((off, index) => ({ at: index * 5 * minute, wallMs: 4 * minute, off, alone: true })))).toBe(12 * minute)
  })

  it('takes a record without a begin for one that was begun with the last', () => {
    const time = withEvaluation(noTime, { startedAt: new Date(start).toISOString(), wallMs: minute, processors: [0] })
    expect(withEvaluation(time, { startedAt: '', wallMs: 2 * minute, processors: [1] }).spentMs).toBe(2 * minute)
  })

  it.each([1, 2, 3, 7])('loses nothing to a clock that is put back by less than a minute all the time, in %i lanes', (count) => {
    const long = 50_000
    const ran = Array.from({ length: 20 * count }, (_, index) => ({ at: Math.floor(index / count) * long, wallMs: long, off: -Math.floor(index / count) * 50_000, lane: index % count }))
    expect(spent(ran)).toBe(20 * long)
    expect(spent(ran.slice(0, count + 1))).toBe(2 * long)
  })

  const drawn = fc.record({
    lanes: fc.integer({ min: 1, max: 5 }),
    ran: fc.array(fc.record({ wallMs: fc.integer({ min: 1, max: hour }), idle: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: hour })) }), { minLength: 1, maxLength: 80 }),
    jumps: fc.array(fc.record({ at: fc.integer({ min: 0, max: 40 * hour }), by: fc.oneof(fc.integer({ min: -2 * minute, max: 2 * minute }), fc.integer({ min: -1000 * hour, max: 1000 * hour })) }), { maxLength: 12 }),
  })

  it('is between half and twice of what was worked, give or take an evaluation for each jump, whatever the clock does', () => {
    fc.assert(
      fc.property(drawn, ({ lanes: count, ran, jumps }) => {
        const free = Array.from({ length: count }, () => 0)
        const begun: Ran[] = ran.map(({ wallMs, idle }) => {
          const lane = free.indexOf(Math.min(...free))
          const at = (free[lane] ?? 0) + idle
          free[lane] = at + wallMs
          return { at, wallMs, lane, off: jumps.reduce((sum, jump) => sum + (jump.at <= at ? jump.by : 0), 0) }
        })
        const sorted = begun.toSorted((a, b) => a.at - b.at)
        const busy = sorted.reduce(({ ms, until }, { at, wallMs }) => ({ ms: ms + Math.max(0, at + wallMs - Math.max(at, until)), until: Math.max(until, at + wallMs) }), { ms: 0, until: 0 }).ms
        const allowed = count > 2 ? jumps.length * Math.max(...ran.map(({ wallMs }) => wallMs)) : 0
        expect(spent(sorted)).toBeGreaterThanOrEqual(busy / 2 - allowed)
        expect(spent(sorted)).toBeLessThanOrEqual(busy * 2 + allowed)
        if (jumps.length === 0) expect(spent(sorted)).toBe(busy)
      }),
      { numRuns: 400 },
    )
  })

  it('grows by each evaluation by no less than nothing and no more than it took', () => {
    const ran = fc.record({ at: fc.integer({ min: 0, max: hour }), wallMs: fc.integer({ min: 0, max: hour }), off: fc.integer({ min: -1000 * hour, max: 1000 * hour }) })
    fc.assert(
      fc.property(fc.array(ran), (drawn) => {
        let time = noTime
        for (const { at, wallMs, off } of drawn) {
          const next = withEvaluation(time, { startedAt: new Date(start + at + off).toISOString(), wallMs, processors: [0] })
          expect(next.spentMs - time.spentMs).toBeGreaterThanOrEqual(0)
          expect(next.spentMs - time.spentMs).toBeLessThanOrEqual(wallMs)
          time = next
        }
      }),
    )
  })
})
