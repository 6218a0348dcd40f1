export type Numbers = Uint8Array | Int32Array | Float32Array | Float64Array
export type NumbersKind = new (length: number) => Numbers

/** Entries of one piece; only the first one begins smaller. */
const pieceLength = 2 ** 16
const firstLength = 16

/**
 * Numbers in order of entry, one machine word each, in pieces of up to 65,536: an archive of a million variants is a dozen of these instead of millions of objects, and growing hardly copies anything.
 */
export class Column {
  readonly #kind: NumbersKind
  readonly #pieces: Numbers[]
  #length: number

  /** Begins with the given pieces, which it takes over: all of them full but the last. */
  constructor(kind: NumbersKind, pieces: readonly Numbers[] = []) {
    this.#kind = kind
    this.#pieces = [...pieces]
    this.#length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  }

  get length(): number {
    return this.#length
  }

  /** Views, good until the next push. */
  get pieces(): readonly Numbers[] {
    return this.#pieces.map((piece, k) => piece.subarray(0, Math.min(pieceLength, this.#length - k * pieceLength)))
  }

  push(value: number): void {
    const at = this.#length++
    let piece = this.#pieces[at >>> 16]
    if (piece === undefined || piece.length <= (at & (pieceLength - 1))) piece = this.#room(at >>> 16, piece)
    piece[at & (pieceLength - 1)] = value
  }

  /** @throws RangeError outside of [0, length) */
  at(index: number): number {
    return this.#pieceOf(index)[index & (pieceLength - 1)] as number
  }

  /** Takes the last entry away. @throws RangeError when there is none */
  pop(): number {
    const value = this.at(this.#length - 1)
    this.#length--
    return value
  }

  set(index: number, value: number): void {
    this.#pieceOf(index)[index & (pieceLength - 1)] = value
  }

  #room(k: number, full: Numbers | undefined): Numbers {
    const piece = new this.#kind(k > 0 ? pieceLength : Math.min(pieceLength, Math.max(firstLength, 2 * (full?.length ?? 0))))
    if (full !== undefined) piece.set(full)
    this.#pieces[k] = piece
    return piece
  }

  #pieceOf(index: number): Numbers {
    if (!(index >= 0 && index < this.#length)) throw new RangeError(`no entry ${index} of ${this.#length}`)
    return this.#pieces[index >>> 16] as Numbers
  }
}
