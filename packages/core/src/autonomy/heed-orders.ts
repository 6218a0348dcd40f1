import { setTimeout as sleep } from 'node:timers/promises'
import { AutonomyError } from './autonomy-error.ts'
import type { Standing } from './standing-orders.ts'
import { standingText } from './standing-orders.ts'

/** How often somebody looks for orders, in ms: a stop is heard well within a second. */
const interval = 250

export interface Heed extends AsyncDisposable {
  /** Aborted by a stop, with an `AutonomyError` of code `stopped`, and by the signal it was made from. */
  readonly signal: AbortSignal
  /** Resolves as soon as nothing says to wait; at once where nothing does. */
  goOn(): Promise<void>
  /** What stood when somebody looked last. */
  readonly standing: Standing
}

/**
 * Looks for orders while something goes on. `look` takes fresh ones into the journal where it may, and says what stands; where it fails nobody knows what was ordered, and that is taken for a stop. Whoever owns it disposes
 * of it before what `look` reads is closed.
 */
export function heedOrders(look: () => Promise<Standing>, { signal: outer, observe = () => undefined }: { readonly signal: AbortSignal; readonly observe?: (standing: Standing) => void }): Heed {
  const stopped = new AbortController()
  const ended = new AbortController()
  const signal = AbortSignal.any([outer, stopped.signal])
  let standing: Standing = { state: 'going', orders: [] }
  const glance = async (): Promise<void> => {
    const seen = await look()
    if (seen.state !== standing.state) observe(seen)
    standing = seen
    if (seen.state === 'stopped') throw new AutonomyError('stopped', standingText(seen), { remedy: '`ratchet resume` lets work go on.' })
  }
  const watching = (async () => {
    try {
      for (;;) {
        await sleep(interval, undefined, { signal: ended.signal })
        await glance()
      }
    } catch (error) {
      if (!ended.signal.aborted) stopped.abort(error)
    }
  })()
  return {
    signal,
    goOn: async () => {
      while (standing.state === 'paused') await sleep(interval, undefined, { signal })
      signal.throwIfAborted()
    },
    get standing() {
      return standing
    },
    [Symbol.asyncDispose]: async () => {
      ended.abort()
      await watching
    },
  }
}
