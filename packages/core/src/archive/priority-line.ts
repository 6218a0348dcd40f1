import { Column } from './column.ts'

/** Who waits, the highest score first and the earliest of equals: a binary heap in columns. The order is a total one, so that it never shows in which order they came. O(log n) to join and to leave. */
export class PriorityLine {
  readonly #entries = new Column(Int32Array)
  readonly #scores = new Column(Float64Array)

  push(entry: number, score: number): void {
    let at = this.#entries.length
    this.#entries.push(entry)
    this.#scores.push(score)
    for (let above = (at - 1) >> 1; at > 0 && this.#isAhead(entry, score, above); above = (at - 1) >> 1) {
      this.#move(above, at)
      at = above
    }
    this.#put(at, entry, score)
  }

  /** Undefined when nobody waits. */
  pop(): number | undefined {
    if (this.#entries.length === 0) return undefined
    const first = this.#entries.at(0)
    const [entry, score] = [this.#entries.pop(), this.#scores.pop()]
    const { length } = this.#entries
    if (length === 0) return first
    let at = 0
    for (let below = 1; below < length; below = 2 * at + 1) {
      const right = below + 1
      const next = right < length && this.#isAhead(this.#entries.at(right), this.#scores.at(right), below) ? right : below
      if (this.#isAhead(entry, score, next)) break
      this.#move(next, at)
      at = next
    }
    this.#put(at, entry, score)
    return first
  }

  #isAhead(entry: number, score: number, of: number): boolean {
    const other = this.#scores.at(of)
    return score > other || (score === other && entry < this.#entries.at(of))
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#entries.at(from), this.#scores.at(from))
  }

  #put(at: number, entry: number, score: number): void {
    this.#entries.set(at, entry)
    this.#scores.set(at, score)
  }
}
