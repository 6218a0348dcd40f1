import { bundleEntries, tilePath, tileWidth } from './tile.ts'
import { readTile, type TileStore } from './tile-store.ts'

/** Holds what a writer would write against what lies there; writes nothing. Remembers the first difference of each sort. */
export class LogComparison implements TileStore {
  readonly #published: TileStore
  readonly #size: number
  #entries = 0
  #isOver = false
  #differing: string | null = null
  #differingEntry: number | null = null

  /** `size`: of the log that was published. */
  constructor(published: TileStore, size: number) {
    this.#published = published
    this.#size = size
  }

  /** The first file that is missing, or not what it would be made into. */
  get differing(): string | null {
    return this.#differing
  }

  /** Number of the first published entry that is another one, counted from 1. */
  get differingEntry(): number | null {
    return this.#differingEntry
  }

  /** What is written from here on has nothing to be held against. */
  end(): void {
    this.#isOver = true
  }

  read(): null {
    return null
  }

  write(path: string, bytes: Uint8Array): void {
    if (this.#isOver) return
    const published = readTile(this.#published, path)
    const isWhole = published !== null && (published.length === bytes.length || this.#published.read(path) === null)
    const isSame = isWhole && Buffer.compare(published.subarray(0, bytes.length), bytes) === 0
    if (!isSame) this.#differing ??= path
    if (!path.startsWith('tile/entries/')) return
    if (!isSame) this.#differingEntry ??= firstDifference(bytes, this.#bundle(), this.#entries)
    this.#entries += tileWidth
  }

  /** What was published where the next entries go: more of them, where the journal ends before the log does. */
  #bundle(): Uint8Array {
    const width = Math.min(tileWidth, this.#size - this.#entries)
    return readTile(this.#published, tilePath({ level: 'entries', index: this.#entries / tileWidth, width })) ?? new Uint8Array()
  }

  remove(): void {
    // There is nothing to clear up.
  }
}

/** Of the entries that both hold: where one of them ends, nothing is said about the rest. */
function firstDifference(own: Uint8Array, published: Uint8Array, before: number): number | null {
  const theirs = bundleEntries(published)
  const at = bundleEntries(own).findIndex((entry, index) => theirs[index] !== undefined && Buffer.compare(entry, theirs[index]) !== 0)
  return at < 0 ? null : before + at + 1
}
