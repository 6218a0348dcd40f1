import { hashBytes, nodeHash, type Hash } from './merkle-hash.ts'
import type { NodePlace, NodeReader } from './merkle-tree.ts'
import { tilePath, tileWidth } from './tile.ts'
import { readTile, type TileStore } from './tile-store.ts'

const tileHeight = 8

/** Nodes of a tree of `size` entries, out of its tiles: what lies between two levels of tiles is computed. */
export class TileNodes implements NodeReader {
  readonly #store: TileStore
  readonly #size: number
  readonly #read = new Map<string, Uint8Array>()

  constructor(store: TileStore, size: number) {
    this.#store = store
    this.#size = size
  }

  node({ level, index }: NodePlace): Hash {
    const [tileLevel, above] = [Math.floor(level / tileHeight), level % tileHeight]
    const first = index * 2 ** above
    const bytes = this.#tile(tileLevel, Math.floor(first / tileWidth))
    let hashes: readonly Hash[] = Array.from({ length: 2 ** above }, (_, at) => slice(bytes, (first % tileWidth) + at))
    while (hashes.length > 1) hashes = Array.from({ length: hashes.length / 2 }, (_, at) => nodeHash(hashes[2 * at] as Hash, hashes[2 * at + 1] as Hash))
    return hashes[0] as Hash
  }

  /** Hashes of a tile that this tree has, at most `tileWidth`. @throws RangeError where the file is missing or too short */
  #tile(level: number, index: number): Uint8Array {
    const width = Math.min(tileWidth, Math.floor(this.#size / tileWidth ** level) - index * tileWidth)
    const path = tilePath({ level, index, width })
    const known = this.#read.get(path)
    if (known !== undefined) return known
    const bytes = readTile(this.#store, path)
    if (width < 1 || bytes === null || bytes.length < width * hashBytes) throw new RangeError(`the log has no ${path}`)
    this.#read.set(path, bytes)
    return bytes
  }
}

function slice(bytes: Uint8Array, at: number): Hash {
  const hash = bytes.subarray(at * hashBytes, (at + 1) * hashBytes)
  if (hash.length !== hashBytes) throw new RangeError('the log has no such node')
  return hash
}
