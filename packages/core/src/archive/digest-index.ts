import { Column, type Numbers } from './column.ts'
import { piecesOf, type PackedState } from './packed-state.ts'

const wordBytes = 4

/**
 * Digests in order of entry, and the place of each: open addressing with linear probing over 32-bit places, at most half full. 25 to 50 bytes an entry instead of the
 * 150 and more of a Map of strings. A digest is uniform already, so its ends are its hash.
 *
 * All digests of one index have one length, a whole number of 32-bit words. At most `width` bytes of each are kept: 16 of a SHA-256 are enough to tell a million apart (a chance of 10^-27 to err).
 */
export class DigestIndex {
  readonly #width: number
  /** The first words of all, the second words, and so on. */
  #words: readonly Column[] = []
  /** Where a digest is put together to be read. */
  readonly #bytes: Buffer
  /** Place + 1 of the digest, or 0. */
  #table = new Int32Array(64)

  constructor(options: { readonly width?: number } = {}) {
    this.#width = options.width ?? 32
    this.#bytes = Buffer.alloc(this.#width)
  }

  /** What `pack(name)` has packed. */
  static unpack(state: PackedState, name: string, options: { readonly width?: number } = {}): DigestIndex {
    const index = new DigestIndex(options)
    const words: Column[] = []
    while (`${name}${words.length}` in state.columns) words.push(new Column(Int32Array, piecesOf(state, `${name}${words.length}`, Int32Array)))
    index.#words = words
    index.#rehash(2 ** Math.ceil(Math.log2(Math.max(64, 2 * index.size + 2))))
    return index
  }

  pack(name: string): Readonly<Record<string, readonly Numbers[]>> {
    return Object.fromEntries(this.#words.map((column, k) => [`${name}${k}`, column.pieces]))
  }

  get size(): number {
    return this.#words[0]?.length ?? 0
  }

  /** Place of the digest, and whether it is new. @throws TypeError for what is no hexadecimal digest of the length that the others have */
  add(digest: string): { readonly place: number; readonly isNew: boolean } {
    const key = this.#keyOf(digest)
    if (this.#words.length === 0) this.#words = Array.from(key, () => new Column(Int32Array))
    const slot = this.#slotOf(key)
    const known = this.#table[slot] as number
    if (known > 0) return { place: known - 1, isNew: false }
    const place = this.size
    for (const [k, column] of this.#words.entries()) column.push(key[k] as number)
    this.#table[slot] = place + 1
    if (2 * this.size > this.#table.length) this.#rehash(2 * this.#table.length)
    return { place, isNew: true }
  }

  has(digest: string): boolean {
    return this.indexOf(digest) !== undefined
  }

  indexOf(digest: string): number | undefined {
    if (this.size === 0) return undefined
    const known = this.#table[this.#slotOf(this.#keyOf(digest))] as number
    return known > 0 ? known - 1 : undefined
  }

  /** As many hexadecimal digits as are kept. */
  at(place: number): string {
    for (let k = 0; k < this.#words.length; k++) this.#bytes.writeInt32BE((this.#words[k] as Column).at(place), k * wordBytes)
    return this.#bytes.toString('hex', 0, this.#words.length * wordBytes)
  }

  #keyOf(digest: string): Int32Array {
    const bytes = Buffer.from(digest, 'hex')
    if (bytes.length * 2 !== digest.length || bytes.length === 0 || bytes.length % wordBytes > 0) throw new TypeError(`${JSON.stringify(digest)} is no hexadecimal digest`)
    const key = new Int32Array(Math.min(bytes.length, this.#width) / wordBytes)
    for (let k = 0; k < key.length; k++) key[k] = bytes.readInt32BE(k * wordBytes)
    const { length } = this.#words
    if (length > 0 && length !== key.length) throw new TypeError(`digests of ${length} and of ${key.length} words do not mix`)
    return key
  }

  /** Where the digest is, or the free slot where it belongs. */
  #slotOf(key: Int32Array): number {
    const mask = this.#table.length - 1
    for (let slot = ((key[0] as number) ^ (key.at(-1) as number)) & mask; ; slot = (slot + 1) & mask) {
      const known = this.#table[slot] as number
      if (known === 0 || this.#words.every((column, k) => column.at(known - 1) === key[k])) return slot
    }
  }

  #rehash(length: number): void {
    this.#table = new Int32Array(length)
    const [first, last] = [this.#words[0], this.#words.at(-1)]
    if (first === undefined || last === undefined) return
    const mask = length - 1
    for (let place = 0; place < this.size; place++) {
      let slot = (first.at(place) ^ last.at(place)) & mask
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask
      this.#table[slot] = place + 1
    }
  }
}
