import { hashBytes } from './merkle-hash.ts'
import type { NodeReader } from './merkle-tree.ts'

/** Levels of the tree that one tile holds, and how many hashes of the lowest of them. */
const tileHeight = 8
export const tileWidth = 2 ** tileHeight

/** Part of the tree as public tools fetch it (C2SP tlog-tiles): the hashes [index * 256, index * 256 + width) of every eighth level. */
export interface Tile {
  /** 0 holds hashes of entries. */
  readonly level: number
  readonly index: number
  /** 256, or fewer where the tree ends within it. */
  readonly width: number
}

/** What lies below the log's address: `tile/0/x001/067`, `tile/entries/000.p/12`. */
export function tilePath({ level, index, width }: Tile | (Omit<Tile, 'level'> & { readonly level: 'entries' })): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  const place = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level}/${place}${width < tileWidth ? `.p/${width}` : ''}`
}

/** Every tile that a tree of `size` needs and one of `known` has not: what is full never changes. */
export function tilesBetween(known: number, size: number): readonly Tile[] {
  const tiles: Tile[] = []
  for (let level = 0; ; level++) {
    const [before, now] = [Math.floor(known / tileWidth ** level), Math.floor(size / tileWidth ** level)]
    if (now === 0) return tiles
    for (let index = Math.floor(before / tileWidth); index * tileWidth < now; index++) {
      const width = Math.min(tileWidth, now - index * tileWidth)
      if (before < index * tileWidth + width) tiles.push({ level, index, width })
    }
  }
}

export function tileBytes({ level, index, width }: Tile, nodes: NodeReader): Uint8Array {
  return Buffer.concat(Array.from({ length: width }, (_, at) => nodes.node({ level: level * tileHeight, index: index * tileWidth + at })), width * hashBytes)
}

/** The longest entry that a bundle can hold: its length is written in two bytes. */
export const longestEntry = 2 ** 16 - 1

/** @throws RangeError for an entry that is longer than a bundle can say */
export function bundleBytes(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > longestEntry) throw new RangeError(`an entry of ${entry.length} bytes does not fit into a bundle`)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(entry.length)
      return [length, entry]
    }),
  )
}

/** What `bundleBytes` put together; what ends in the middle of an entry ends before it. */
export function bundleEntries(bytes: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const entries: Uint8Array[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const end = at + 2 + view.getUint16(at)
    if (end > bytes.length) return entries
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return entries
}
