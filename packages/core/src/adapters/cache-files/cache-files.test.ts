import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCacheFiles, namesIn, treeBytes } from './cache-files.ts'

const [old, young] = ['a'.repeat(32), 'b'.repeat(32)]
const before = '2026-01-01T00:00:00.000Z'
let home = ''
const at = (...names: readonly string[]): string => path.join(home, ...names)

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'ratchet-cache-'))
  for (const name of ['state/cache/runs', `state/cache/setup/${old}/tree`, `state/cache/setup/${young}`, 'state/cache/setup/tiers', 'outside']) mkdirSync(at(name), { recursive: true })
  for (const name of ['aaaa.state', 'bbbb.state', 'aaaa.state.new', 'note.txt']) writeFileSync(at('state/cache/runs', name), 'x')
  writeFileSync(at('outside/cccc.state'), 'x')
  writeFileSync(at(`state/cache/setup/${old}/tree/file`), 'four')
  symlinkSync(at('outside'), at(`state/cache/setup/${old}/tree/link`))
  for (const name of [old, 'tiers']) utimesSync(at('state/cache/setup', name), 0, 0)
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

describe('caches', () => {
  it('that may go are states of runs that cannot go on, and old setups while none can', async () => {
    const caches = createCacheFiles(at('state'))
    const names = async (unfinished: readonly string[]): Promise<readonly string[]> => (await caches.list({ unfinished, before })).map((one) => path.relative(at('state/cache'), one.path)).toSorted()
    expect(await names(['bbbb'])).toEqual(['runs/aaaa.state', 'runs/aaaa.state.new'])
    expect(await names([])).toEqual(['runs/aaaa.state', 'runs/aaaa.state.new', 'runs/bbbb.state', `setup/${old}`])
    await caches.remove(await caches.list({ unfinished: [], before }))
    expect(await names([])).toEqual([])
    expect([existsSync(at('state/cache/runs/note.txt')), existsSync(at('state/cache/setup', young)), existsSync(at('state/cache/setup/tiers')), existsSync(at('outside/cccc.state'))]).toEqual([true, true, true, true])
  })

  it('that a kill left half-removed go with the next prune, and never look whole', async () => {
    const caches = createCacheFiles(at('state'))
    mkdirSync(at(`state/cache/setup/${young}.gone`))
    expect((await caches.list({ unfinished: [], before: '1970-01-01T00:00:00.000Z' })).map((one) => path.basename(one.path))).toContain(`${young}.gone`)
  })

  it('are not looked for behind a link, nor removed behind one that came meanwhile', async () => {
    const caches = createCacheFiles(at('state'))
    const listed = await caches.list({ unfinished: [], before })
    rmSync(at('state/cache/runs'), { recursive: true })
    symlinkSync(at('outside'), at('state/cache/runs'))
    writeFileSync(at('outside/aaaa.state'), 'theirs')
    await caches.remove(listed)
    expect((await caches.list({ unfinished: [], before })).length).toBe(0)
    expect([existsSync(at('outside/aaaa.state')), existsSync(at('outside/cccc.state'))]).toEqual([true, true])
    rmSync(at('state'), { recursive: true })
    symlinkSync(at('outside'), at('state'))
    expect(await caches.list({ unfinished: [], before })).toEqual([])
    expect(await createCacheFiles(at('nowhere')).list({ unfinished: [], before })).toEqual([])
  })

  it('that vanish while they are looked at are none', () => {
    const vanishing = (place: string): readonly string[] => {
      rmSync(place, { recursive: true })
      return readdirSync(place)
    }
    expect(namesIn(at('state/cache/setup', old), vanishing)).toEqual([])
    expect(namesIn(at('state/cache/runs/note.txt'))).toEqual([])
    const refused = Object.assign(new Error('refused'), { code: 'EACCES' })
    expect(() => namesIn(at('state/cache/runs'), () => { throw refused })).toThrow(refused)
  })

  it('are measured without what their links lead to', () => {
    writeFileSync(at('outside/large'), 'x'.repeat(100_000))
    expect(treeBytes(at('state/cache/setup', old))).toBeLessThan(1000)
    expect(treeBytes(at('nowhere'))).toBe(0)
  })
})
