import type { Traits } from './archive.ts'
import type { Learner } from './learner.ts'
import { noticeableGain } from './relative-gain.ts'

/** How much bolder the next proposal is after one that improved on its parent, alone and joined. */
const growth = { single: 0.5, joined: 1 } as const

/**
 * How many steps the next proposal may take at once: more as proposals pay, half as many after several together have not. What makes things worse hides among what makes them better, so that once the great gains are
 * found steps have to be judged one by one.
 */
export class StepSize implements Learner {
  readonly #largest: number
  #size: number

  constructor(largest: number) {
    this.#largest = largest
    this.#size = largest
  }

  get steps(): number {
    return Math.floor(this.#size)
  }

  enter({ parent, mate, operators }: Traits, improvement: number | null): void {
    if (parent === null || mate !== null) return
    const isJoined = operators.length > 1
    if (improvement !== null && improvement >= noticeableGain) this.#size = Math.min(this.#largest, this.#size + (isJoined ? growth.joined : growth.single))
    else if (isJoined) this.#size = Math.max(1, this.#size / 2)
  }
}
