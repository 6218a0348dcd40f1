import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NewEvent } from '../journal/event.ts'
import type { StoredEvent } from '../journal/hash-chain.ts'
import { continued, MemoryTiles, numbered, privateKey, publishRequest, publishRows, rowsAfter, signedJournal } from '../testing/signed-journal.ts'
import type { Checkpoint } from './checkpoint.ts'
import { logEntry } from './log-entry.ts'
import { leafHash } from './merkle-hash.ts'
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './merkle-proof.ts'
import { rootOver } from './open-log.ts'
import { publishLog } from './publish-log.ts'
import { bundleBytes, tilePath, tilesBetween } from './tile.ts'
import { TileNodes } from './tile-nodes.ts'
import type { TileStore } from './tile-store.ts'

const key = privateKey()
const all = signedJournal(700, key)

async function published(store: TileStore, rows: readonly StoredEvent[]): Promise<Checkpoint> {
  const result = await publishRows(store, rows, key)
  if (!result.ok) throw new Error(result.detail)
  return result.checkpoint
}

describe('publishing a journal', () => {
  it('in any portions makes the same files and the same root as at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 2, max: 700 }), { minLength: 1, maxLength: 5 }), async (sizes) => {
        const store = new MemoryTiles()
        const ordered = sizes.toSorted((a, b) => a - b)
        let last: Checkpoint | null = null
        for (const size of ordered) {
          const next = await published(store, all.slice(0, size))
          expect(next.size).toBe(size)
          const nodes = new TileNodes(store, size)
          if (last !== null) expect(verifyConsistency({ older: last.size, newer: size, olderRoot: last.root, newerRoot: next.root, proof: consistencyProof(last.size, size, nodes) })).toBe(true)
          last = next
        }
        const [size = 0] = ordered.slice(-1)
        const whole = new MemoryTiles()
        await published(whole, all.slice(0, size))
        for (const [path, bytes] of whole.files) expect(store.files.get(path)).toEqual(bytes)
        for (const tile of tilesBetween(0, size)) expect(store.files.has(tilePath(tile))).toBe(true)
        // No partial tile stays where the full one is there.
        for (const path of store.files.keys()) if (path.includes('.p/')) expect(store.files.has(path.replace(/\.p\/\d+$/, ''))).toBe(false)
        expect(last?.root).toEqual(await rootOver(rowsAfter(all, 0), size))
      }),
      { numRuns: 30 },
    )
  })

  it('lets anybody prove an event to who has the checkpoint and the tiles alone', async () => {
    const store = new MemoryTiles()
    const { size, root } = await published(store, all)
    const nodes = new TileNodes(store, size)
    const other = signedJournal(700, key, 'other')
    for (const index of [0, 1, 255, 256, 511, 512, 599, 699]) {
      const proof = inclusionProof(index, size, nodes)
      expect(verifyInclusion({ index, size, leaf: leafHash(logEntry(all[index] as StoredEvent)), root, proof })).toBe(true)
      expect(verifyInclusion({ index, size, leaf: leafHash(logEntry(other[index] as StoredEvent)), root, proof })).toBe(false)
    }
  })

  it.each(['tile/0/000', 'tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2', 'tile/entries/002.p/88'])('makes %s anew where it is missing, damaged or short', async (path) => {
    for (const damage of ['gone', 'changed', 'short'] as const) {
      const store = new MemoryTiles()
      await published(store, all.slice(0, 600))
      const bytes = store.files.get(path) as Uint8Array
      if (damage === 'gone') store.files.delete(path)
      else store.files.set(path, damage === 'short' ? bytes.subarray(0, 40) : bytes.map((byte, at) => (at === 50 ? byte ^ 1 : byte)))
      const whole = new MemoryTiles()
      // What is full is only looked at again when it is needed; the root says whether everything is what it was.
      expect((await published(store, all.slice(0, 601))).root).toEqual((await published(whole, all.slice(0, 601))).root)
    }
  })

  const elsewhere = numbered(250, 'else')
  it.each([
    ['an event was changed', 'forked', (rows: readonly StoredEvent[]) => continued(rows.slice(0, 100), elsewhere.concat(elsewhere))],
    ['the whole was made anew', 'forked', () => signedJournal(600, key, 'other')],
    ['the end was cut off', 'rolled-back', (rows: readonly StoredEvent[]) => rows.slice(0, 450)],
    ['it was cut before its key', 'rolled-back', (rows: readonly StoredEvent[]) => rows.slice(0, 1)],
    ['everything is gone', 'forked', () => []],
    ['it was rolled back and went on differently', 'forked', (rows: readonly StoredEvent[]) => continued(rows.slice(0, 450), elsewhere)],
    ['it was rolled back and went on less far', 'rolled-back', (rows: readonly StoredEvent[]) => continued(rows.slice(0, 450), elsewhere.slice(0, 10))],
    ['the last event was changed', 'forked', (rows: readonly StoredEvent[]) => continued(rows.slice(0, 499), elsewhere.slice(0, 1))],
  ])('signs nothing, and keeps what it had, when %s', async (_, problem, tamper) => {
    for (const withTiles of [true, false]) {
      const store = new MemoryTiles()
      await published(store, all.slice(0, 500))
      if (!withTiles) store.remove('tile')
      const before = new Map(store.files)
      expect(await publishRows(store, tamper(all.slice(0, 500)), key)).toMatchObject({ ok: false, problem })
      expect([...store.files.keys()]).toEqual([...before.keys()])
      for (const [path, bytes] of before) expect(Buffer.compare(bytes, store.files.get(path) as Uint8Array)).toBe(0)
    }
  })

  it('signs nothing where the checkpoint is none of its own', async () => {
    const store = new MemoryTiles()
    await published(store, all.slice(0, 10))
    const own = store.checkpoint()
    const stranger = new MemoryTiles()
    await publishLog({ ...publishRequest(stranger, all.slice(0, 10), privateKey()) })
    for (const note of [own.replace('10\n', '11\n'), '', 'nothing', stranger.checkpoint()]) {
      store.files.set('checkpoint', Buffer.from(note))
      expect(await publishRows(store, all, key)).toMatchObject({ ok: false, problem: 'forged' })
    }
    store.files.set('checkpoint', Buffer.from(own))
    expect(await publishRows(store, all, key)).toMatchObject({ ok: true })
  })

  it('signs nothing of a journal with an event that no log can hold, and says which', async () => {
    for (const [count, more] of [[10, 1], [10, 300], [256, 3]] as const) {
      const long = { kind: 'k'.repeat(70_000), body: {} } as unknown as NewEvent
      const rows = continued(all.slice(0, count), [...numbered(more, 'more'), long, ...numbered(more, 'after')])
      const store = new MemoryTiles()
      await published(store, all.slice(0, count))
      const before = store.checkpoint()
      expect(await publishRows(store, rows, key)).toMatchObject({ ok: false, detail: expect.stringContaining(`event ${count + more + 1} `) as string })
      expect(store.checkpoint()).toBe(before)
      expect(await publishRows(new MemoryTiles(), rows, key)).toMatchObject({ ok: false })
    }
  })

  it('is not deceived by a last entry that was put into its bundle to fit another journal', async () => {
    for (const size of [20, 256, 300, 512]) {
      const store = new MemoryTiles()
      await published(store, all.slice(0, size))
      const fork = continued(all.slice(0, 10), numbered(size - 10, 'fork'))
      const path = tilePath({ level: 'entries', index: Math.ceil(size / 256) - 1, width: ((size - 1) % 256) + 1 })
      store.files.set(path, bundleBytes(fork.slice(Math.floor((size - 1) / 256) * 256).map(logEntry)))
      expect(await publishRows(store, fork, key)).toMatchObject({ ok: false, problem: 'forked' })
    }
  })

  it('killed at any write leaves what the next one mends, and what was signed stays true', async () => {
    for (const [first, second] of [[2, 3], [200, 300], [250, 256], [256, 512], [400, 700]] as const) {
      const whole = new MemoryTiles()
      await published(whole, all.slice(0, second))
      for (let writes = 0; ; writes++) {
        const store = new MemoryTiles()
        await published(store, all.slice(0, first))
        const killed = await publishRows(killedAfter(store, writes), all.slice(0, second), key).catch((error: unknown) => error)
        if (!(killed instanceof Error)) break
        // The journal may have gone on meanwhile.
        const { root } = await published(store, all.slice(0, Math.min(700, second + 1)))
        expect(root).toEqual(await rootOver(rowsAfter(all, 0), Math.min(700, second + 1)))
        const again = new MemoryTiles()
        for (const [path, bytes] of store.files) again.files.set(path, bytes)
        expect(await published(again, all)).toMatchObject({ size: 700 })
      }
    }
  })
})

function killedAfter(store: TileStore, writes: number): TileStore {
  let left = writes
  const counted = <A extends readonly unknown[]>(work: (...args: A) => void) => (...args: A): void => {
    if (left-- <= 0) throw new Error('killed')
    work(...args)
  }
  return { read: (path) => store.read(path), write: counted((path, bytes) => store.write(path, bytes)), remove: counted((path) => store.remove(path)) }
}
