import { generateKeyPairSync } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { genesis, linkEvent, type StoredEvent } from '../journal/hash-chain.ts'
import { runStarted } from '../testing/sample-events.ts'
import { openCheckpoint, type Checkpoint } from './checkpoint.ts'
import { logEntry } from './log-entry.ts'
import { leafHash } from './merkle-hash.ts'
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './merkle-proof.ts'
import { publishLog, rootOver, type Publication, type PublishRequest } from './publish-log.ts'
import { tilePath, tilesBetween } from './tile.ts'
import { TileNodes } from './tile-nodes.ts'
import type { TileStore } from './tile-store.ts'

const pair = generateKeyPairSync('ed25519')
const name = 'ratchet.test'
const known = [{ name, key: pair.publicKey }]

function journal(count: number, seed = 0): readonly StoredEvent[] {
  const rows: StoredEvent[] = []
  for (let index = 0; index < count; index++) rows.push(linkEvent(rows.at(-1) ?? genesis, runStarted(`r${seed}-${index}`), new Date(index).toISOString()))
  return rows
}

class MemoryTiles implements TileStore {
  readonly files = new Map<string, Uint8Array>()
  read(path: string): Uint8Array | null {
    return this.files.get(path) ?? null
  }
  write(path: string, bytes: Uint8Array): void {
    this.files.set(path, Uint8Array.from(bytes))
  }
}

async function* after(rows: readonly StoredEvent[], sequence: number): AsyncGenerator<StoredEvent> {
  for (const row of rows) if (row.sequence > sequence) yield row
}

function publish(store: TileStore, rows: readonly StoredEvent[], more: Partial<PublishRequest> = {}): Promise<Publication> {
  return publishLog({ store, origin: name, events: (sequence) => after(rows, sequence), signers: [{ name, key: pair.privateKey }], known, ...more })
}

async function published(store: TileStore, rows: readonly StoredEvent[]): Promise<Checkpoint> {
  const result = await publish(store, rows)
  if (!result.ok) throw new Error(result.detail)
  return result.checkpoint
}

const all = journal(600)

describe('publishing a journal', () => {
  it('in any portions makes the same files and the same root as at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(600), { minLength: 1, maxLength: 5 }), async (sizes) => {
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
        for (const [path, bytes] of whole.files) if (path !== 'checkpoint') expect(store.files.get(path)).toEqual(bytes)
        for (const tile of tilesBetween(0, size)) expect(store.files.has(tilePath(tile))).toBe(true)
        expect(last?.root).toEqual(await rootOver(after(all, 0), size))
      }),
      { numRuns: 30 },
    )
  })

  it('lets anybody prove an event to who has the checkpoint and the tiles alone', async () => {
    const store = new MemoryTiles()
    const { size, root } = await published(store, all)
    const nodes = new TileNodes(store, size)
    for (const index of [0, 1, 255, 256, 511, 512, 599]) {
      const leaf = leafHash(logEntry(all[index] as StoredEvent))
      expect(verifyInclusion({ index, size, leaf, root, proof: inclusionProof(index, size, nodes) })).toBe(true)
      expect(verifyInclusion({ index, size, leaf: leafHash(logEntry(journal(600, 1)[index] as StoredEvent)), root, proof: inclusionProof(index, size, nodes) })).toBe(false)
    }
  })

  it.each(['tile/0/000', 'tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2', 'tile/entries/002.p/88'])('makes %s anew where it is missing, damaged or short', async (path) => {
    for (const damage of ['gone', 'changed', 'short'] as const) {
      const store = new MemoryTiles()
      await published(store, all)
      const bytes = store.files.get(path) as Uint8Array
      if (damage === 'gone') store.files.delete(path)
      else store.files.set(path, damage === 'short' ? bytes.subarray(0, 40) : bytes.map((byte, at) => (at === 50 ? byte ^ 1 : byte)))
      const more = journal(601)
      const whole = new MemoryTiles()
      await published(whole, more)
      // What is full is only looked at again when it is needed; the root says whether everything is what it was.
      expect((await published(store, more)).root).toEqual((await published(whole, more)).root)
    }
  })

  it.each([
    ['an event was changed', (rows: readonly StoredEvent[]) => rows.map((row, at) => (at === 100 ? linkEvent(rows[99] as StoredEvent, runStarted('other'), row.at) : row))],
    ['the whole was made anew', () => journal(600, 1)],
    ['the end was cut off', (rows: readonly StoredEvent[]) => rows.slice(0, 450)],
    ['everything is gone', () => []],
    ['it was rolled back and went on differently', (rows: readonly StoredEvent[]) => [...rows.slice(0, 450), linkEvent(rows[449] as StoredEvent, runStarted('other'), 'later')]],
    ['the last event was changed', (rows: readonly StoredEvent[]) => [...rows.slice(0, 499), linkEvent(rows[498] as StoredEvent, runStarted('other'), 'later'), ...journal(700).slice(500)]],
  ])('signs nothing, and keeps what it had, when %s', async (_, tamper) => {
    for (const withTiles of [true, false]) {
      const store = new MemoryTiles()
      await published(store, all.slice(0, 500))
      if (!withTiles) for (const path of store.files.keys()) if (path !== 'checkpoint') store.files.delete(path)
      const before = new Map(store.files)
      const rows = tamper(all.slice(0, 500))
      // Changed in the middle, with every link after it as it was: `verify` follows the links; a root made anew from the journal shows it as well.
      if (withTiles && rows.length === 500 && rows[499]?.hash === all[499]?.hash) continue
      expect(await publish(store, rows)).toMatchObject({ ok: false, problem: 'rewritten' })
      expect([...store.files.keys()]).toEqual([...before.keys()])
      for (const [path, bytes] of before) expect(Buffer.compare(bytes, store.files.get(path) as Uint8Array)).toBe(0)
    }
  })

  it('signs nothing where the checkpoint is none of its own', async () => {
    const store = new MemoryTiles()
    await published(store, all.slice(0, 10))
    const other = generateKeyPairSync('ed25519')
    const own = Buffer.from(store.files.get('checkpoint') as Uint8Array).toString()
    const stranger = new MemoryTiles()
    await publish(stranger, all.slice(0, 10), { signers: [{ name, key: other.privateKey }], known: [{ name, key: other.publicKey }] })
    for (const note of [own.replace('10\n', '11\n'), '', 'nothing', Buffer.from(stranger.files.get('checkpoint') as Uint8Array).toString()]) {
      store.files.set('checkpoint', Buffer.from(note))
      expect(await publish(store, all)).toMatchObject({ ok: false, problem: 'forged' })
    }
    store.files.set('checkpoint', Buffer.from(own))
    expect(await publish(store, all, { origin: 'another' })).toMatchObject({ ok: false, problem: 'forged' })
    expect(openCheckpoint((await publish(store, all) as { readonly note: string }).note, known)).toMatchObject({ ok: true })
  })
})
