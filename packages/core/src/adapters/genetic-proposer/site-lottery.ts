import type { Random } from '../../randomness/seeded-random.ts'
import type { FileSites, WeighedPool } from './site-index.ts'

export interface Ticket {
  readonly sites: FileSites
  readonly operator: number
  readonly place: number
}

interface Drum {
  readonly sites: FileSites
  readonly pool: WeighedPool
  /** Indices that were drawn. */
  readonly gone: Set<number>
  left: number
}

/** Draws sites by weight, without replacement. One draw costs the number of files and the sites of one file. */
export class SiteLottery {
  readonly #drums: Drum[]
  #count: number

  constructor(pools: readonly { readonly sites: FileSites; readonly pool: WeighedPool }[]) {
    this.#drums = pools.filter(({ pool }) => pool.weights.length > 0).map(({ sites, pool }) => ({ sites, pool, gone: new Set<number>(), left: pool.total }))
    this.#count = this.#drums.reduce((sum, { pool }) => sum + pool.weights.length, 0)
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** @throws RangeError when nothing is left */
  draw(random: Random): Ticket {
    const drum = this.#drawDrum(random)
    const { pool, gone, sites } = drum
    let left = random.next() * drum.left
    let drawn = -1
    for (let index = 0; index < pool.weights.length; index++) {
      if (gone.has(index)) continue
      drawn = index
      if ((left -= pool.weights[index] as number) < 0) break
    }
    gone.add(drawn)
    drum.left -= pool.weights[drawn] as number
    this.#count--
    return { sites, operator: pool.operators[drawn] as number, place: pool.places[drawn] as number }
  }

  #drawDrum(random: Random): Drum {
    const full = this.#drums.filter(({ pool, gone }) => gone.size < pool.weights.length)
    let left = random.next() * full.reduce((sum, drum) => sum + drum.left, 0)
    // Rounding may leave a little over at the end: the last one takes it.
    const drum = full.find((candidate) => (left -= candidate.left) < 0) ?? full.at(-1)
    if (drum === undefined) throw new RangeError('every site was drawn')
    return drum
  }
}
