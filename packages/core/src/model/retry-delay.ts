import type { Random } from '../randomness/seeded-random.ts'

const firstMs = 500
const longestMs = 30_000
/** Who asks for more is not waited for: the call fails, and the search goes on without it. */
export const longestRetryAfterMs = 120_000

/**
 * How long to wait before a try: exponential back-off with full jitter (M. Brooker, "Exponential Backoff And Jitter"), and never less than the provider asks for. Null where it asks for too much.
 */
export function retryDelay(failures: number, retryAfterMs: number | null, random: Pick<Random, 'next'>): number | null {
  if (retryAfterMs !== null && retryAfterMs > longestRetryAfterMs) return null
  const jitter = random.next() * Math.min(longestMs, firstMs * 2 ** Math.min(failures, 16))
  return Math.round((retryAfterMs ?? 0) + jitter)
}
