import type { ProposalId } from '../proposal/proposal.ts'
import type { Lane } from '../sandbox/lane.ts'
import type { Judgement } from './judge-change.ts'
import type { MadeProposal } from './run-state.ts'

export type JudgeInLane = (made: MadeProposal, lane: Lane, signal: AbortSignal) => Promise<Judgement>

/**
 * Judges open proposals side by side, in the order in which they came, each in a lane of its own. Which of them is done first decides nothing: whoever asks names the proposal whose turn it is. A failure
 * waits for its turn as well, so that everything before it can be recorded. Disposing ends what is still going on.
 */
export class JudgingQueue implements AsyncDisposable {
  readonly #judge: JudgeInLane
  readonly #free: Lane[]
  readonly #waiting: ((lane: Lane) => void)[] = []
  readonly #judgements = new Map<ProposalId, Promise<Judgement>>()
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal

  constructor(lanes: readonly Lane[], judge: JudgeInLane, signal: AbortSignal) {
    this.#judge = judge
    this.#free = [...lanes]
    this.#signal = AbortSignal.any([signal, this.#stop.signal])
  }

  /** Adds what is not here yet. */
  add(open: readonly MadeProposal[]): void {
    for (const made of open) {
      if (this.#judgements.has(made.proposal.id)) continue
      const judgement = this.#inLane(made)
      judgement.catch(() => undefined)
      this.#judgements.set(made.proposal.id, judgement)
    }
  }

  /** The judgement of a proposal that was added; once only. */
  async take({ proposal }: MadeProposal): Promise<Judgement> {
    const judgement = this.#judgements.get(proposal.id)
    if (judgement === undefined) throw new TypeError(`proposal ${proposal.id} is not being judged`)
    try {
      return await judgement
    } finally {
      this.#judgements.delete(proposal.id)
    }
  }

  async #inLane(made: MadeProposal): Promise<Judgement> {
    const { promise, resolve } = Promise.withResolvers<Lane>()
    const free = this.#free.shift()
    if (free === undefined) this.#waiting.push(resolve)
    else resolve(free)
    const lane = await promise
    try {
      this.#signal.throwIfAborted()
      return await this.#judge(made, lane, this.#signal)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free.push(lane)
      else next(lane)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await Promise.allSettled(this.#judgements.values())
  }
}
