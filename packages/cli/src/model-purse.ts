import type { Gateway, SpendingLimits } from '@ratchet/core'

type Spender = Pick<Gateway, 'spent'>

/** One limit for everything that a command asks models, however many gateways it opens one after the other: a server that judges for whoever asks must not give each of them a budget of their own. */
export class ModelPurse {
  readonly #spenders = new Set<Spender>()

  /** Opens a gateway that may spend what those before it have left of `limits`. */
  async open<G extends Spender>(limits: SpendingLimits, open: (left: SpendingLimits) => Promise<G>): Promise<G> {
    const left = (limit: keyof SpendingLimits): number | null => {
      const cap = limits[limit]
      return cap === null ? null : Math.max(0, cap - [...this.#spenders].reduce((sum, { spent }) => sum + spent[limit], 0))
    }
    const opened = await open({ nanoUsd: left('nanoUsd'), tokens: left('tokens'), calls: left('calls') })
    this.#spenders.add(opened)
    return opened
  }
}
