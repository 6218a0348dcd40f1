import { hashBytes, type Hash } from './merkle-hash.ts'
import { MerkleFrontier } from './merkle-tree.ts'
import { bundleBytes, bundleEntries, tilePath, tileWidth } from './tile.ts'
import { TileNodes } from './tile-nodes.ts'
import { readTile, type TileStore } from './tile-store.ts'

const tileHeight = 8

/** Appends entries to the tiles of a log. What is full is written at once, what is not with `flush`. */
export class TileWriter {
  readonly #store: TileStore
  readonly #frontier: MerkleFrontier
  /** By level of tiles: hashes of the last tile, which is not full. */
  readonly #open: Hash[][] = []
  #bundle: Uint8Array[]

  /**
   * Goes on behind the `size` entries that the store has tiles of.
   *
   * @throws RangeError when a tile is missing or short
   */
  constructor(store: TileStore, size: number) {
    this.#store = store
    const nodes = new TileNodes(store, size)
    this.#frontier = MerkleFrontier.read(size, nodes)
    for (let level = 0; tileWidth ** level <= size; level++) {
      const count = Math.floor(size / tileWidth ** level)
      const first = count - (count % tileWidth)
      this.#open.push(Array.from({ length: count - first }, (_, at) => nodes.node({ level: level * tileHeight, index: first + at })))
    }
    this.#bundle = [...readBundle(store, { size, width: size % tileWidth })]
  }

  get size(): number {
    return this.#frontier.size
  }

  root(): Hash {
    return this.#frontier.root()
  }

  /** Null of an empty log. */
  lastEntry(): Uint8Array | null {
    return this.#bundle.at(-1) ?? readBundle(this.#store, { size: this.size, width: Math.min(tileWidth, this.size) }).at(-1) ?? null
  }

  append(entry: Uint8Array): void {
    this.#bundle.push(entry)
    for (const { level, hash } of this.#frontier.append(entry)) {
      if (level % tileHeight > 0) continue
      const open = (this.#open[level / tileHeight] ??= [])
      open.push(hash)
      if (open.length === tileWidth) this.#write(level / tileHeight)
    }
    if (this.#bundle.length === tileWidth) this.#writeBundle()
  }

  /** Makes the store hold all that was appended. */
  flush(): void {
    for (const [level, open] of this.#open.entries()) if (open.length > 0) this.#write(level)
    if (this.#bundle.length > 0) this.#writeBundle()
  }

  #write(level: number): void {
    const open = this.#open[level] ?? []
    const count = Math.floor(this.size / tileWidth ** level)
    this.#put({ level, index: Math.ceil(count / tileWidth) - 1, width: open.length }, Buffer.concat(open, open.length * hashBytes))
    if (open.length === tileWidth) this.#open[level] = []
  }

  #writeBundle(): void {
    const width = this.#bundle.length
    this.#put({ level: 'entries', index: Math.ceil(this.size / tileWidth) - 1, width }, bundleBytes(this.#bundle))
    if (width === tileWidth) this.#bundle = []
  }

  /** What is partial stays until it is full, for who still reads by an older checkpoint. */
  #put(tile: Parameters<typeof tilePath>[0], bytes: Uint8Array): void {
    const path = tilePath(tile)
    this.#store.write(path, bytes)
    if (tile.width === tileWidth) this.#store.remove(`${path}.p`)
  }
}

/** The last `width` entries of a log, which lie in one bundle. @throws RangeError when it is missing or short */
function readBundle(store: TileStore, { size, width }: { readonly size: number; readonly width: number }): readonly Uint8Array[] {
  if (width === 0) return []
  const path = tilePath({ level: 'entries', index: Math.ceil(size / tileWidth) - 1, width })
  const bytes = readTile(store, path)
  const entries = bytes === null ? [] : bundleEntries(bytes).slice(0, width)
  if (entries.length !== width) throw new RangeError(`the log has no ${path}`)
  return entries
}
