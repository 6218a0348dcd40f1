import type { Random } from '../randomness/seeded-random.ts'
import { Column } from './column.ts'

/**
 * Entries with weights that change, one of which is drawn with a chance in proportion to its weight: a binary indexed tree, O(log n) for every operation
 * (Fenwick 1994). Sums are kept in doubles; weights should not differ by more than a factor of 10^12.
 */
export class WeightedSampler {
  /** Entry i (from 1) holds the sum of the weights (i - lowest set bit of i, i]. */
  readonly #sums = new Column(Float64Array)

  constructor() {
    this.#sums.push(0)
  }

  get length(): number {
    return this.#sums.length - 1
  }

  get total(): number {
    let sum = 0
    for (let at = this.length; at > 0; at &= at - 1) sum += this.#sums.at(at)
    return sum
  }

  /** Number of the new entry, from 0. */
  add(weight: number): number {
    const last = this.#sums.length
    let sum = weight
    for (let at = last - 1; at > (last & (last - 1)); at &= at - 1) sum += this.#sums.at(at)
    this.#sums.push(sum)
    return last - 1
  }

  /** Makes an entry weigh so much more, or less. */
  change(entry: number, by: number): void {
    for (let at = entry + 1; at <= this.length; at += at & -at) this.#sums.set(at, this.#sums.at(at) + by)
  }

  /** @throws RangeError when there is nothing to draw */
  draw(random: Random): number {
    const { length } = this
    if (length === 0) throw new RangeError('nothing to draw from')
    let left = random.next() * this.total
    let at = 0
    for (let step = 2 ** Math.floor(Math.log2(length)); step >= 1; step /= 2) {
      const next = at + step
      if (next <= length && this.#sums.at(next) <= left) {
        left -= this.#sums.at(next)
        at = next
      }
    }
    // Rounding may lead past the last entry.
    return Math.min(at, length - 1)
  }
}
