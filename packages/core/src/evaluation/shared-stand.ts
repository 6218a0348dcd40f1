import type { BaselineStand } from './baseline-stand.ts'

interface Held {
  readonly key: string
  readonly stand: Promise<BaselineStand>
  readonly users: Set<Promise<unknown>>
}

/** The one baseline that is prepared, for any number of evaluations at a time. It is let go when another one is asked for and nobody uses it any more. */
export class SharedStand implements AsyncDisposable {
  #held: Held | null = null
  /** Whoever needs another stand waits for those who use this one, and for those who came to need another before. */
  #change: Promise<void> = Promise.resolve()

  /** A stand that cannot be made is tried again by the next one who asks. */
  async use<Result>(key: string, make: () => Promise<BaselineStand>, use: (stand: BaselineStand) => Promise<Result>): Promise<Result> {
    while (this.#held?.key !== key) {
      const turn = this.#change
      await Promise.allSettled([turn])
      if (turn !== this.#change || this.#held?.key === key) continue
      this.#change = this.#replace(key, make)
      await this.#change
    }
    const { stand, users } = this.#held
    const using = stand.then(use)
    users.add(using)
    try {
      return await using
    } catch (error) {
      // A stand that was never made is nobody's: the next one makes it anew.
      if (this.#held?.stand === stand && (await isMissing(stand))) this.#held = null
      throw error
    } finally {
      users.delete(using)
    }
  }

  async #replace(key: string, make: () => Promise<BaselineStand>): Promise<void> {
    await this.#release()
    this.#held = { key, stand: make(), users: new Set() }
  }

  async #release(): Promise<void> {
    const held = this.#held
    if (held === null) return
    while (held.users.size > 0) await Promise.allSettled(held.users)
    this.#held = null
    const [made] = await Promise.allSettled([held.stand])
    if (made.status === 'rejected') return
    const [copy] = await Promise.allSettled([made.value.copy])
    if (copy.status === 'fulfilled') await copy.value?.[Symbol.asyncDispose]()
    await made.value.prepared[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#change])
    await this.#release()
  }
}

async function isMissing(stand: Promise<BaselineStand>): Promise<boolean> {
  const [made] = await Promise.allSettled([stand])
  return made.status === 'rejected'
}
