import { describe, expect, it } from 'vitest'
import type { LaunchResult } from '../sandbox/sandbox.ts'
import { findSlowdowns } from './find-slowdowns.ts'
import type { LaunchTree } from './launch-plan.ts'

const taken = (cpuMs: number, wallMs = cpuMs): LaunchResult => ({ usage: { cpuMs, wallMs } }) as LaunchResult
const arms = { baseline: { path: '/b', readOnly: [], mounts: [] } as LaunchTree, candidate: { path: '/c', readOnly: [], mounts: [] } as LaunchTree }

/** What is found where launches take these times, one after the other, and how many launches it took. */
async function find(first: readonly [number, number], baseline: readonly number[], candidate: readonly number[]): Promise<{ readonly found: number; readonly launches: number }> {
  const left = { '/b': [...baseline], '/c': [...candidate] }
  let launches = 0
  const launch = async (tree: LaunchTree): Promise<LaunchResult> => {
    launches++
    return taken(left[tree.path as '/b' | '/c'].shift() ?? Number.NaN)
  }
  const found = await findSlowdowns({ seed: 1, first: [taken(first[0]), taken(first[1])], launch, arms })
  return { found: found.length, launches }
}

describe('inputs that got much slower', () => {
  it('are found where every look says so', async () => {
    expect(await find([50, 900], [50, 60, 50], [800, 900, 700])).toEqual({ found: 1, launches: 6 })
  })

  it('are not found where one look says otherwise: that was the machine', async () => {
    expect(await find([50, 900], [50, 60], [60, 900])).toEqual({ found: 0, launches: 2 })
    expect(await find([50, 900], [50, 60], [900, 60])).toEqual({ found: 0, launches: 4 })
  })

  it('are found where a change waits instead of working', async () => {
    const waiting = await findSlowdowns({ seed: 1, first: [taken(50, 60), taken(50, 1500)], launch: async ({ path }) => (path === '/b' ? taken(50, 70) : taken(60, 1400)), arms })
    expect(waiting).toEqual([{ seed: 1, baseline: [60, 70, 70, 70], candidate: [1500, 1400, 1400, 1400] }])
    // A machine that was busy for a while.
    let launches = 0
    expect(await findSlowdowns({ seed: 1, first: [taken(50, 60), taken(50, 1500)], launch: async () => taken(50, launches++ < 2 ? 900 : 60), arms })).toEqual([])
  })

  it('cost no look more where nothing is much slower', async () => {
    expect(await find([50, 130], [], [])).toEqual({ found: 0, launches: 0 })
    expect(await find([5000, 7000], [], [])).toEqual({ found: 0, launches: 0 })
  })
})
