import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'

/** For this long an end is awaited without a timer: what remains of a launch is mostly gone within it. */
const briskMs = 4
const patienceMs = 10_000

/** Looks until it has ended, and gives back whether it did within 10 seconds. `insist` is called again and again once it takes long. */
export async function awaitEnd(hasEnded: () => boolean, insist: () => void): Promise<boolean> {
  const started = performance.now()
  while (!hasEnded()) {
    const waited = performance.now() - started
    if (waited > patienceMs) return false
    if (waited < briskMs) await turn()
    else {
      insist()
      await sleep(2)
    }
  }
  return true
}
