import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareSpec } from './comparing/compare-spec.ts'
import { inferSpec } from './inferring/infer-spec.ts'
import { weakSpots, type WeakSpot } from './testing/weak-spots.fixture.ts'

const { signal } = new AbortController()
const now = (): number => performance.now()
let work = ''

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'oracle-weak-'))
})
afterAll(() => rm(work, { recursive: true, force: true }))

async function tree(spot: WeakSpot, side: 'right' | 'wrong'): Promise<string> {
  const directory = path.join(work, `${spot.module}-${side}`)
  await mkdir(directory, { recursive: true })
  const files = { 'package.json': '{"type":"module"}', ...spot.files, [spot.module]: spot.source.replace('WORK', () => spot[side]) }
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text)
  return directory
}

describe('a spec as it is inferred', () => {
  it.each(weakSpots.map((spot) => [spot.name, spot] as const))('sees %s', async (_, spot) => {
    const baseline = await tree(spot, 'right')
    const { spec, trial } = await inferSpec({ directory: baseline, module: spot.module, function: spot.function, environment: process.env, signal, now })
    expect(trial.validThrown * 2).toBeLessThan(trial.valid)
    const comparison = await compareSpec(spec, { baseline, candidate: await tree(spot, 'wrong'), seeds: [11], shown: 0, environment: process.env, signal, now })
    expect(comparison.mismatches).toBeGreaterThan(0)
    const same = await compareSpec(spec, { baseline, candidate: baseline, seeds: [13], shown: 0, environment: process.env, signal, now })
    expect(same.mismatches).toBe(0)
  }, 120_000)
})
