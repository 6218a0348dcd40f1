import type { Random } from '../../randomness/seeded-random.ts'
import type { WeighedPool } from './site-index.ts'

/** A site by its operator and its place in what that operator lists. */
export interface Ticket {
  readonly operator: number
  readonly place: number
}

/** Draws the sites of one file by weight, without replacement. */
export class SiteLottery {
  readonly #pool: WeighedPool
  readonly #weights: Float64Array
  /** Indices that were drawn. */
  readonly #gone = new Set<number>()
  #left: number

  /** `credit` says how many times likelier an operator's sites are than by their weight. */
  constructor(pool: WeighedPool, credit: ((operator: number) => number) | null = null) {
    this.#pool = pool
    this.#weights = credit === null ? pool.weights : pool.weights.map((weight, index) => weight * credit(pool.operators[index] as number))
    this.#left = credit === null ? pool.total : this.#weights.reduce((sum, weight) => sum + weight, 0)
  }

  get isEmpty(): boolean {
    return this.#gone.size >= this.#weights.length
  }

  /** @throws RangeError when nothing is left */
  draw(random: Random): Ticket {
    if (this.isEmpty) throw new RangeError('every site was drawn')
    const { operators, places } = this.#pool
    const weights = this.#weights
    let left = random.next() * this.#left
    let drawn = -1
    for (let index = 0; index < weights.length; index++) {
      if (this.#gone.has(index)) continue
      drawn = index
      // Rounding may leave a little over at the end: the last one takes it.
      if ((left -= weights[index] as number) < 0) break
    }
    this.#gone.add(drawn)
    this.#left -= weights[drawn] as number
    return { operator: operators[drawn] as number, place: places[drawn] as number }
  }
}
