import { describe, expect, it } from 'vitest'
import type { ObjectReader, RawEntry } from './object-reader.ts'
import { TreeListing } from './tree-listing.ts'

const id = (name: string): string => Buffer.from(name).toString('hex').padEnd(40, '0')
const entry = (mode: string, name: string, of: string): RawEntry => ({ mode, name: Buffer.from(name), id: id(of) })

describe('listing many trees', () => {
  it('reads a folder that they share once while it is kept, and does not keep every folder that there ever was', async () => {
    const files = 200
    const read = new Map<string, number>()
    const trees = new Map<string, readonly RawEntry[]>([[id('shared'), Array.from({ length: 10 }, (_, k) => entry('100644', `s${k}`, `s${k}`))]])
    for (let tree = 0; tree < 1400; tree++) trees.set(id(`t${tree}`), [...Array.from({ length: files }, (_, k) => entry('100644', `f${k}`, `f${tree}-${k}`)), entry('40000', 'shared', 'shared')])
    const tree = async (of: string): Promise<readonly RawEntry[]> => {
      read.set(of, (read.get(of) ?? 0) + 1)
      return trees.get(of) ?? []
    }
    const listing = new TreeListing({ tree } as unknown as ObjectReader)
    const list = async (of: number): Promise<void> => {
      const entries = await listing.list(id(`t${of}`))
      expect(entries.size).toBe(files + 10)
      expect([entries.get('f7')?.id, entries.get('shared/s3')?.id]).toEqual([id(`f${of}-7`), id('s3')])
    }
    for (let of = 0; of < 1400; of++) await list(of)
    for (const of of [1399, 0]) await list(of)
    expect([read.get(id('t1399')), read.get(id('t0'))]).toEqual([1, 2])
    expect(read.get(id('shared'))).toBeLessThan(10)
  })
})
