import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventBodies } from '../journal/event.ts'
import type { Notice } from './notice.ts'
import type { Attempt, NotificationChannel } from './notification-channel.ts'

export type Delivered = EventBodies['notification-settled']

export interface NotifierOptions {
  readonly channels: readonly NotificationChannel[]
  /** Attempts for one notice at most. */
  readonly attempts?: number
  /** Wait before the second attempt, in ms; doubles each time, and never becomes longer than `longestWait`, whatever the other side asks for. */
  readonly firstWait?: number
  readonly longestWait?: number
  /** Time for one attempt, in ms. */
  readonly timeout?: number
  /** How long `close` waits for what is under way, in ms. */
  readonly patience?: number
  /** Notices for one channel at most, as long as this notifier lives: a flood tells nobody anything. */
  readonly most?: number
}

export interface Notifier {
  /** Returns at once; nothing of it can fail. */
  tell(notice: Notice): void
  /** Waits a bounded time and says what became of everything, in the order in which it was told. Afterwards nothing is sent. */
  close(): Promise<readonly Delivered[]>
}

/** Tells channels what happens, one notice after the other to each, beside whatever else goes on: a slow or dead one delays and fails nothing. */
export function createNotifier({ channels, attempts = 3, firstWait = 500, longestWait = 5000, timeout = 5000, patience = 5000, most = 50 }: NotifierOptions): Notifier {
  const closing = new AbortController()
  const limits = { attempts, firstWait, longestWait, timeout }
  const queues = channels.map((channel) => ({ channel, told: 0, turn: Promise.resolve() as Promise<unknown> }))
  const deliveries: Promise<Delivered>[] = []
  return {
    tell: (notice) => {
      for (const queue of queues) {
        if (!queue.channel.wants(notice) || queue.told >= most) continue
        queue.told += 1
        const delivery = queue.turn.then(() => deliver(queue.channel, { notice, limits, signal: closing.signal }))
        queue.turn = delivery
        deliveries.push(delivery)
      }
    },
    close: async () => {
      const all = Promise.all(deliveries)
      const waiting = new AbortController()
      await Promise.race([all, sleep(deliveries.length === 0 ? 0 : patience, undefined, { signal: waiting.signal }).catch(ignoreAbort)])
      waiting.abort()
      closing.abort()
      return await all
    },
  }
}

type Limits = Required<Pick<NotifierOptions, 'attempts' | 'firstWait' | 'longestWait' | 'timeout'>>

async function deliver(channel: NotificationChannel, { notice, limits, signal }: { readonly notice: Notice; readonly limits: Limits; readonly signal: AbortSignal }): Promise<Delivered> {
  const notification = createHash('sha256').update(JSON.stringify([channel.host, notice])).digest('hex').slice(0, 16)
  const settled = (outcome: Delivered['outcome'], made: number, status: number | null): Delivered => ({ notification, about: notice.kind, sequence: notice.sequence, host: channel.host, outcome, attempts: made, status })
  let last: Attempt | null = null
  for (let made = 0; made < limits.attempts; made++) {
    if (last !== null) await sleep(Math.min(limits.longestWait, Math.max(limits.firstWait * 2 ** (made - 1), last.kind === 'failed' ? (last.after ?? 0) : 0)), undefined, { signal }).catch(ignoreAbort)
    if (signal.aborted) return settled('failed', made, last?.status ?? null)
    last = await channel.attempt(notice, notification, AbortSignal.any([signal, AbortSignal.timeout(limits.timeout)]))
    if (last.kind === 'delivered') return settled('delivered', made + 1, last.status)
    if (!last.again) return settled('failed', made + 1, last.status)
  }
  return settled('failed', limits.attempts, last?.status ?? null)
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error
}
