import type { Random } from '../../randomness/seeded-random.ts'
import { Column } from '../column.ts'
import { WeightedSampler } from '../weighted-sampler.ts'

/** Width of a bin and the largest score told apart, in natural logs: a thousandth, up to 55 times as good or as bad. */
const width = 0.001
const largest = 4
const none = -1
const bins = 2 * (largest / width) + 1

/**
 * Members by score, in bins of a thousandth: median and median absolute deviation of a million members in microseconds, exact to half a bin, and a draw by
 * (a function of the score) x (the member's own weight).
 */
export class ScoreBins {
  readonly #counts = new Float64Array(bins)
  /** Of all members of a bin; NaN where that has changed since somebody was drawn. */
  readonly #weights = new Float64Array(bins)
  readonly #samplers: (WeightedSampler | undefined)[] = []
  readonly #members: (Column | undefined)[] = []
  /** By member: its entry in its bin, or none. */
  readonly #entryOf = new Column(Int32Array)
  /** Of each bin while one is drawn. */
  readonly #worths = new Float64Array(bins)
  #size = 0

  /** Members are numbers that grow; those between them are none. */
  add(member: number, score: number, weight: number): void {
    const bin = binOf(score)
    const entry = (this.#samplers[bin] ??= new WeightedSampler()).add(weight)
    ;(this.#members[bin] ??= new Column(Int32Array)).push(member)
    while (this.#entryOf.length < member) this.#entryOf.push(none)
    this.#entryOf.push(entry)
    this.#counts[bin] = (this.#counts[bin] as number) + 1
    this.#weights[bin] = Number.NaN
    this.#size++
  }

  /** Makes a member weigh so much more, or less; `score` is the one that it came with. What is no member stays none. */
  reweigh(member: number, score: number, by: number): void {
    const entry = member < this.#entryOf.length ? this.#entryOf.at(member) : none
    const sampler = this.#samplers[binOf(score)]
    if (entry === none || sampler === undefined) return
    sampler.change(entry, by)
    this.#weights[binOf(score)] = Number.NaN
  }

  /** Lower median of the scores; 0 without members. */
  median(): number {
    return this.#size === 0 ? 0 : scoreOf(this.#medianBin())
  }

  /** Median distance from the median. */
  deviation(): number {
    if (this.#size === 0) return 0
    const middle = this.#medianBin()
    let within = this.#counts[middle] as number
    let radius = 0
    while (2 * within < this.#size) {
      radius++
      within += (this.#counts[middle - radius] ?? 0) + (this.#counts[middle + radius] ?? 0)
    }
    return radius * width
  }

  /** @throws RangeError when there is nothing to draw */
  draw(random: Random, worth: (score: number) => number): number {
    const worths = this.#worths
    let total = 0
    for (let bin = 0; bin < bins; bin++) {
      if (this.#counts[bin] === 0) continue
      total += worths[bin] = worth(scoreOf(bin)) * this.#weightOf(bin)
    }
    let left = random.next() * total
    let drawn = -1
    for (let bin = 0; bin < bins; bin++) {
      if (this.#counts[bin] === 0) continue
      drawn = bin
      if ((left -= worths[bin] as number) < 0) break
    }
    const [sampler, members] = [this.#samplers[drawn], this.#members[drawn]]
    if (sampler === undefined || members === undefined) throw new RangeError('nothing to draw from')
    return members.at(sampler.draw(random))
  }

  #weightOf(bin: number): number {
    const known = this.#weights[bin] as number
    return Number.isNaN(known) ? (this.#weights[bin] = this.#samplers[bin]?.total ?? 0) : known
  }

  #medianBin(): number {
    let below = 0
    for (let bin = 0; ; bin++) if (2 * (below += this.#counts[bin] as number) >= this.#size) return bin
  }
}

function binOf(score: number): number {
  return Math.round((Math.max(-largest, Math.min(largest, score)) + largest) / width)
}

function scoreOf(bin: number): number {
  return bin * width - largest
}
