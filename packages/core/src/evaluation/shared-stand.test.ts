import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { BaselineStand } from './baseline-stand.ts'
import { SharedStand } from './shared-stand.ts'

function stands() {
  const log: string[] = []
  const make = (key: string, fails = false) => async (): Promise<BaselineStand> => {
    log.push(`make ${key}`)
    await sleep(2)
    if (fails) throw new Error(`no ${key}`)
    const prepared = { tree: { path: key, mounts: [], readOnly: [], loopback: false }, build: null, protectedDigests: new Map<string, string>(), [Symbol.asyncDispose]: async () => void log.push(`free ${key}`) }
    return { key, prepared, testRuns: [], version: null, copy: null, times: new Map() }
  }
  const use = (name: string) => async (stand: BaselineStand): Promise<string> => {
    log.push(`${name} in`)
    await sleep(3)
    log.push(`${name} out`)
    return `${name} ${stand.key}`
  }
  return { log, make, use, shared: new SharedStand() }
}

describe('a shared stand', () => {
  it('is made once for all who ask at the same time, and freed with its owner', async () => {
    const { log, make, use, shared } = stands()
    expect(await Promise.all(['1', '2', '3'].map((name) => shared.use('a', make('a'), use(name))))).toEqual(['1 a', '2 a', '3 a'])
    expect(await shared.use('a', make('a'), use('4'))).toBe('4 a')
    await shared[Symbol.asyncDispose]()
    expect(log.filter((line) => /make|free/.test(line))).toEqual(['make a', 'free a'])
    expect(log.at(-1)).toBe('free a')
  })

  it('makes room for another only when nobody uses it any more', async () => {
    const { log, make, use, shared } = stands()
    const results = await Promise.all([shared.use('a', make('a'), use('1')), shared.use('b', make('b'), use('2')), shared.use('a', make('a'), use('3')), shared.use('b', make('b'), use('4'))])
    expect(results).toEqual(['1 a', '2 b', '3 a', '4 b'])
    await shared[Symbol.asyncDispose]()
    for (const key of ['a', 'b']) expect(log.filter((line) => line === `make ${key}`).length).toBe(log.filter((line) => line === `free ${key}`).length)
    const held = new Set<string>()
    for (const line of log) {
      const [what = '', key = ''] = line.split(' ')
      if (what === 'make') {
        expect(held.size).toBe(0)
        held.add(key)
      } else if (what === 'free') held.delete(key)
      else expect(held.size).toBe(1)
    }
  })

  it('that cannot be made fails all who wait for it, and is tried again', async () => {
    const { log, make, use, shared } = stands()
    const results = await Promise.allSettled([shared.use('a', make('a', true), use('1')), shared.use('a', make('a'), use('2'))])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await shared.use('a', make('a'), use('3'))).toBe('3 a')
    await shared[Symbol.asyncDispose]()
    expect(log).toEqual(['make a', 'make a', '3 in', '3 out', 'free a'])
  })

  it('stays when a user of it fails', async () => {
    const { log, make, use, shared } = stands()
    await expect(shared.use('a', make('a'), async () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect(await shared.use('a', make('a'), use('2'))).toBe('2 a')
    await shared[Symbol.asyncDispose]()
    expect(log.filter((line) => line === 'make a')).toHaveLength(1)
  })
})
