import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { NewEvent } from '../journal/event.ts'
import { genesis, linkEvent, parseEvent, type StoredEvent } from '../journal/hash-chain.ts'
import { keyText, LogKeys } from '../transparency-log/log-keys.ts'
import { logOrigin } from '../transparency-log/log-origin.ts'
import { publishLog, type Publication, type PublishRequest } from '../transparency-log/publish-log.ts'
import { checkpointPath, type TileStore } from '../transparency-log/tile-store.ts'
import { runStarted } from './sample-events.ts'

export class MemoryTiles implements TileStore {
  readonly files = new Map<string, Uint8Array>()

  read(path: string): Uint8Array | null {
    return this.files.get(path) ?? null
  }

  write(path: string, bytes: Uint8Array): void {
    this.files.set(path, Uint8Array.from(bytes))
  }

  remove(path: string): void {
    for (const name of this.files.keys()) if (name === path || name.startsWith(`${path}/`)) this.files.delete(name)
  }

  checkpoint(): string {
    return Buffer.from(this.files.get(checkpointPath) ?? new Uint8Array()).toString()
  }
}

export function privateKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}

/** Events behind `rows`, linked to them. */
export function continued(rows: readonly StoredEvent[], events: readonly NewEvent[]): readonly StoredEvent[] {
  const all = [...rows]
  for (const event of events) all.push(linkEvent(all.at(-1) ?? genesis, event, new Date(all.length).toISOString()))
  return all
}

export function numbered(count: number, name: string): readonly NewEvent[] {
  return Array.from({ length: count }, (_, index) => runStarted(`${name}-${index}`))
}

/** A journal whose second event introduces `key`. */
export function signedJournal(count: number, key: KeyObject, name = 'r'): readonly StoredEvent[] {
  const first = continued([], numbered(1, name))
  const origin = logOrigin(first[0] as StoredEvent)
  return continued(first, [{ kind: 'key-introduced', body: { key: keyText(origin, key), endorsement: null } }, ...numbered(count - 2, name)]).slice(0, count)
}

export async function* rowsAfter(rows: readonly StoredEvent[], sequence: number): AsyncGenerator<StoredEvent> {
  for (const row of rows) if (row.sequence > sequence) yield row
}

export function publishRequest(store: TileStore, rows: readonly StoredEvent[], key: KeyObject): PublishRequest {
  const origin = rows[0] === undefined ? '' : logOrigin(rows[0])
  const keys = new LogKeys(origin)
  for (const event of rows.map(parseEvent)) if (event.kind === 'key-introduced') keys.add(event.body, event.sequence)
  return { store, published: store.read(checkpointPath), origin, keys, key, events: (sequence) => rowsAfter(rows, sequence) }
}

export function publishRows(store: TileStore, rows: readonly StoredEvent[], key: KeyObject): Promise<Publication> {
  return publishLog(publishRequest(store, rows, key))
}
