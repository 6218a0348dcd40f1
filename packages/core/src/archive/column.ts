export type Numbers = Uint8Array | Int32Array | Float32Array | Float64Array

/** Numbers in order of entry, one machine word each: a typed array that doubles. An archive of a million variants is a dozen of these instead of millions of objects. */
export class Column {
  #values: Numbers
  #length: number

  /** Begins with the given values, which it takes over. */
  constructor(values: Numbers) {
    this.#values = values
    this.#length = values.length
  }

  get length(): number {
    return this.#length
  }

  /** A view, good until the next push. */
  get values(): Numbers {
    return this.#values.subarray(0, this.#length)
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new (this.#values.constructor as new (length: number) => Numbers)(Math.max(16, 2 * this.#length))
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[this.#length++] = value
  }

  /** @throws RangeError outside of [0, length) */
  at(index: number): number {
    if (!(index >= 0 && index < this.#length)) throw new RangeError(`no entry ${index} of ${this.#length}`)
    return this.#values[index] as number
  }

  set(index: number, value: number): void {
    if (!(index >= 0 && index < this.#length)) throw new RangeError(`no entry ${index} of ${this.#length}`)
    this.#values[index] = value
  }
}
