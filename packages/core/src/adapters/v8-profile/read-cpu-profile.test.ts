import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCpuProfile } from './read-cpu-profile.ts'

const node = (id: number, functionName: string, url: string, lineNumber: number): unknown => ({ id, callFrame: { functionName, url, lineNumber } })
const profile = {
  nodes: [node(1, 'slow', 'file:///work/src/a%20b.js', 4), node(2, '', '/work/index.js', 0), node(3, 'dep', 'file:///work/node_modules/x.js', 1), node(4, 'internal', 'node:fs', 1)],
  samples: [1, 1, 2, 3, 4, 9],
  timeDeltas: [30, 30, 20, 500, 500, 10],
}

describe('readCpuProfile', () => {
  it('gives the shares of self time in the target, hottest first', () => {
    expect(readCpuProfile(JSON.stringify(profile), '/work/')).toEqual([
      { kind: 'hot-function', path: 'src/a b.js', functionName: 'slow', line: 5, weight: 0.75 },
      { kind: 'hot-function', path: 'index.js', functionName: '(anonymous)', line: 1, weight: 0.25 },
    ])
  })

  it('tells no shares of times that nobody can add up', () => {
    expect(readCpuProfile(JSON.stringify({ ...profile, timeDeltas: [1e308, 1e308, 1e308, 1, 1, 1] }), '/work/')).toBeNull()
    expect(readCpuProfile(JSON.stringify({ ...profile, timeDeltas: [-1e308, 30, 1e15, 1, 1, 1] }), '/work/')?.every(({ weight }) => weight > 0 && weight <= 1)).toBe(true)
  })

  it('answers null for what is no profile, and never throws', () => {
    for (const text of ['', '{', '[]', '{"nodes":[],"samples":[1],"timeDeltas":[]}', '{"nodes":{},"samples":[],"timeDeltas":[]}']) expect(readCpuProfile(text, '/work/')).toBeNull()
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readCpuProfile(text, '/work/')).toBeNull()
      }),
    )
  })
})
