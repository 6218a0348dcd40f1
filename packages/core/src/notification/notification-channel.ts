import type { Notice } from './notice.ts'

/** One attempt: `again` where a later one may do better, not before `after` ms. */
export type Attempt =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'failed'; readonly status: number | null; readonly again: boolean; readonly after?: number }

/** Somebody who is told. Never throws; ends with `again: true` when `signal` fires. */
export interface NotificationChannel {
  /** For the record: enough to know which, too little to use. */
  readonly host: string
  wants(notice: Notice): boolean
  /** `id` is the same for every attempt of one notice: who gets it twice can tell. */
  attempt(notice: Notice, id: string, signal: AbortSignal): Promise<Attempt>
}
