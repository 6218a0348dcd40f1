import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divideCores } from './lane.ts'

describe('lanes', () => {
  it('are of one size, share nothing, and never tear a core apart', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 40 }), fc.integer({ min: 2, max: 40 }), (threads, count) => {
        let next = 0
        const cores = threads.map((many) => Array.from({ length: many }, () => next++))
        const lanes = divideCores(cores, count)
        expect(lanes?.length ?? 0).toBe(count > cores.length ? 0 : count)
        const all = (lanes ?? []).flatMap((lane) => lane ?? [])
        expect(new Set(all).size).toBe(all.length)
        for (const core of cores) expect((lanes ?? []).filter((lane) => core.some((processor) => lane?.includes(processor))).length).toBeLessThanOrEqual(1)
        for (const core of cores) for (const lane of lanes ?? []) expect(core.every((processor) => lane?.includes(processor)) || !core.some((processor) => lane?.includes(processor))).toBe(true)
      }),
    )
  })

  it('is a single one wherever the kernel likes, whatever the machine', () => {
    expect(divideCores([], 1)).toEqual([null])
    expect(divideCores([[0], [1]], 1)).toEqual([null])
  })
})
