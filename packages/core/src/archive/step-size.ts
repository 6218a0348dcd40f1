import { stepSeparator } from '../proposal/proposal.ts'
import type { Traits } from './archive.ts'
import type { Learner } from './learner.ts'

/** How quickly one that works makes the next ones bolder, alone and joined. */
const growth = { single: 0.25, joined: 1 } as const

/** How many steps the next proposal may take at once: half as many after several together have failed a gate, more again as proposals hold. */
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

  enter({ parent, mate, operator, verdict }: Traits): void {
    if (parent === null || mate !== null) return
    const isJoined = operator.includes(stepSeparator)
    if (verdict !== 'rejected') this.#size = Math.min(this.#largest, this.#size + (isJoined ? growth.joined : growth.single))
    else if (isJoined) this.#size = Math.max(1, this.#size / 2)
  }
}
