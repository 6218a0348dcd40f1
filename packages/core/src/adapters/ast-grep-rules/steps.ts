/** How much may be looked at in one file. Threat: a few kilobytes made so that to follow what they hand on takes minutes. Beyond it the answer is the careful one. */
export class Steps {
  #left: number

  constructor(most: number) {
    this.#left = most
  }

  /** Counts what is about to be looked at; false where it would be too much. */
  take(count = 1): boolean {
    this.#left -= count
    return this.#left >= 0
  }

  /** As if all had been looked at. */
  exhaust(): void {
    this.#left = -1
  }

  get isOver(): boolean {
    return this.#left < 0
  }
}
