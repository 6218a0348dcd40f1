import { Column, type Numbers } from './column.ts'
import { piecesOf, type PackedState } from './packed-state.ts'

const wordBytes = 4

/** Slots of the table an entry: when it is made, and below which it is made anew. Steps smaller than doubling, so that there never is twice of what is needed. */
const [roomy, crowded] = [1.5 * 1.25, 1.25] as const
const fewestSlots = 64

/**
 * Digests in order of entry, and the place of each: open addressing with linear probing over 32-bit places. 5 to 8 bytes an entry on top of the digest instead of the 150 and more of a Map of strings. A digest is uniform already,
 * so its ends are its hash.
 *
 * All digests of one index have one length, a whole number of 32-bit words. At most `width` bytes of each are kept: 8 of a digest are enough to tell a million apart (a chance of 3 in 10^8 to err).
 */
export class DigestIndex {
  readonly #width: number
  /** The first words of all, the second words, and so on. */
  #words: readonly Column[] = []
  /** Where a digest is put together to be read. */
  readonly #bytes: Buffer
  /** Place + 1 of the digest, or 0. */
  #table: Numbers = new Int32Array(fewestSlots)

  constructor(options: { readonly width?: number } = {}) {
    this.#width = options.width ?? 32
    this.#bytes = Buffer.alloc(this.#width)
  }

  /** What `pack(name)` has packed. The table is part of it: to read one costs a tenth of making it again. */
  static unpack(state: PackedState, name: string, options: { readonly width?: number } = {}): DigestIndex {
    const index = new DigestIndex(options)
    const words: Column[] = []
    while (`${name}${words.length}` in state.columns) words.push(new Column(Int32Array, piecesOf(state, `${name}${words.length}`, Int32Array)))
    index.#words = words
    const [table] = piecesOf(state, `${name}Table`, Int32Array)
    if (table !== undefined) index.#table = table
    return index
  }

  pack(name: string): Readonly<Record<string, readonly Numbers[]>> {
    return { ...Object.fromEntries(this.#words.map((column, k) => [`${name}${k}`, column.pieces])), [`${name}Table`]: [this.#table] }
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
    if (this.#table.length < crowded * this.size) this.#rehash()
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
    const { length } = this.#table
    for (let slot = hashOf(key[0] as number, key.at(-1) as number) % length; ; slot = slot + 1 === length ? 0 : slot + 1) {
      const known = this.#table[slot] as number
      if (known === 0 || this.#words.every((column, k) => column.at(known - 1) === key[k])) return slot
    }
  }

  #rehash(): void {
    const length = Math.max(fewestSlots, Math.ceil(roomy * this.size))
    const table = new Int32Array(length)
    const lasts = this.#words.at(-1)?.pieces ?? []
    let place = 0
    for (const [k, first] of (this.#words[0]?.pieces ?? []).entries()) {
      const last = lasts[k] as Numbers
      for (let at = 0; at < first.length; at++) {
        let slot = hashOf(first[at] as number, last[at] as number) % length
        while (table[slot] !== 0) slot = slot + 1 === length ? 0 : slot + 1
        table[slot] = ++place
      }
    }
    this.#table = table
  }
}

function hashOf(first: number, last: number): number {
  return (first ^ last) >>> 0
}
