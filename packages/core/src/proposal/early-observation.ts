import type { OpportunitySource } from './opportunity-source.ts'
import type { Opportunity } from './proposal.ts'

/**
 * An observation that goes on while something else is found out, and is waited for only when it is needed. Whoever begins it disposes of it: what nobody waited for is ended then, and has ended when that is done.
 */
export class EarlyObservation implements OpportunitySource, AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #begun: Promise<readonly Opportunity[]>
  /** Also keeps a failure from counting as unhandled before anybody asks. */
  readonly #ended: Promise<unknown>

  constructor(source: OpportunitySource, signal: AbortSignal) {
    this.#begun = source.observe(AbortSignal.any([signal, this.#stop.signal]))
    this.#ended = Promise.allSettled([this.#begun])
  }

  /** What was seen, or why it failed: the same for everybody who asks. */
  observe(): Promise<readonly Opportunity[]> {
    return this.#begun
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#ended
  }
}
