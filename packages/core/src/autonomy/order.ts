import * as z from 'zod'

export const orderKinds = ['pause', 'stop', 'resume'] as const
export type OrderKind = (typeof orderKinds)[number]

const name = z.string().regex(/^[0-9a-z-]{1,64}$/)

export const orderSchema = z.strictObject({
  order: name,
  what: z.enum(orderKinds),
  reason: z.string().max(1000),
  by: z.string().max(300),
  at: z.string().max(40),
  lifts: z.array(name).max(10_000),
})

/** What a person tells the whole target: to wait, to end, to go on. */
export interface Order {
  /** Random: two orders of one moment are two orders. */
  readonly order: string
  readonly what: OrderKind
  readonly reason: string
  /** Who said so on this machine; a record, not a proof. */
  readonly by: string
  /** ISO 8601; nothing is decided by it. */
  readonly at: string
  /** Of a resume: the orders that it takes back. What its giver had not before them stands. */
  readonly lifts: readonly string[]
}
