/**
 * Digests in order of entry, and the place of each: open addressing with linear probing over 32-bit places, at most half full. 40 to 50 bytes an entry instead of the
 * 150 and more of a Map of strings. A digest is uniform already, so its ends are its hash.
 *
 * All digests of one index have one length. `width` bytes of each are kept: 16 of a SHA-256 are enough to tell a million apart (a chance of 10^-27 to err).
 */
export class DigestIndex {
  readonly #most: number
  #width = 0
  #bytes: Buffer = Buffer.alloc(0)
  /** Place + 1 of the digest, or 0. */
  #table = new Int32Array(64)
  #size = 0

  constructor(options: { readonly width?: number } = {}) {
    this.#most = options.width ?? 32
  }

  /** The index whose `bytes` these are: digests of `width` bytes, one after the other. */
  static of(bytes: Uint8Array, options: { readonly width: number; readonly most?: number }): DigestIndex {
    const index = new DigestIndex({ width: options.most ?? options.width })
    index.#width = options.width
    index.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    index.#size = options.width === 0 ? 0 : bytes.length / options.width
    index.#rehash(2 ** Math.ceil(Math.log2(Math.max(64, 4 * index.#size))))
    return index
  }

  get width(): number {
    return this.#width
  }

  /** A view, good until the next entry. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size * this.#width)
  }

  get size(): number {
    return this.#size
  }

  /** Place of the digest, and whether it is new. @throws TypeError for what is no hexadecimal digest of the length that the others have */
  add(digest: string): { readonly place: number; readonly isNew: boolean } {
    const key = this.#keyOf(digest)
    const slot = this.#slotOf(key)
    const known = this.#table[slot] as number
    if (known > 0) return { place: known - 1, isNew: false }
    const place = this.#size++
    if (this.#bytes.length < this.#size * this.#width) this.#bytes = Buffer.concat([this.#bytes], Math.max(16, 2 * place) * this.#width)
    key.copy(this.#bytes, place * this.#width)
    this.#table[slot] = place + 1
    if (2 * this.#size > this.#table.length) this.#rehash(2 * this.#table.length)
    return { place, isNew: true }
  }

  has(digest: string): boolean {
    return this.indexOf(digest) !== undefined
  }

  indexOf(digest: string): number | undefined {
    if (this.#size === 0) return undefined
    const known = this.#table[this.#slotOf(this.#keyOf(digest))] as number
    return known > 0 ? known - 1 : undefined
  }

  /** As many hexadecimal digits as are kept. */
  at(place: number): string {
    if (!(place >= 0 && place < this.#size)) throw new RangeError(`no digest ${place} of ${this.#size}`)
    return this.#bytes.toString('hex', place * this.#width, (place + 1) * this.#width)
  }

  #keyOf(digest: string): Buffer {
    const bytes = Buffer.from(digest, 'hex')
    if (bytes.length * 2 !== digest.length || bytes.length < 6) throw new TypeError(`${JSON.stringify(digest)} is no hexadecimal digest`)
    const width = Math.min(bytes.length, this.#most)
    if (this.#width === 0) this.#width = width
    if (this.#width !== width) throw new TypeError(`digests of ${this.#width} and of ${width} bytes do not mix`)
    return bytes.subarray(0, width)
  }

  /** Where the digest is, or the free slot where it belongs. */
  #slotOf(key: Buffer): number {
    const mask = this.#table.length - 1
    for (let slot = hashOf(key, 0, this.#width) & mask; ; slot = (slot + 1) & mask) {
      const known = this.#table[slot] as number
      if (known === 0 || key.compare(this.#bytes, (known - 1) * this.#width, known * this.#width) === 0) return slot
    }
  }

  #rehash(length: number): void {
    this.#table = new Int32Array(length)
    const mask = this.#table.length - 1
    for (let place = 0; place < this.#size; place++) {
      let slot = hashOf(this.#bytes, place * this.#width, this.#width) & mask
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask
      this.#table[slot] = place + 1
    }
  }
}

function hashOf(bytes: Buffer, at: number, width: number): number {
  return bytes.readUInt32LE(at) ^ bytes.readUInt32BE(at + width - 4)
}
