import type { JournalIndex } from '../journal/journal-index.ts'
import type { Journal } from '../journal/journal.ts'
import type { Order } from './order.ts'
import { standingOrders, type Standing } from './standing-orders.ts'

/**
 * Where orders lie from the moment they are given. Needs no lock: an order must reach a target whose journal somebody else is writing. `give` is durable when it returns. `all` gives what cannot be read as a
 * stop, and fails where nobody can say what was ordered.
 */
export interface OrderBook {
  give(order: Order): void
  all(): readonly Order[]
  forget(names: Iterable<string>): void
}

/** Files first, the journal second: an order that leaves the one is in the other by then. */
export async function readStanding({ book, index }: { readonly book: OrderBook; readonly index: Pick<JournalIndex, 'ofKinds'> }): Promise<Standing> {
  const given = book.all()
  return standingOrders([...(await recordedOrders(index)), ...given])
}

export async function recordedOrders(index: Pick<JournalIndex, 'ofKinds'>): Promise<readonly Order[]> {
  const recorded: Order[] = []
  for await (const event of index.ofKinds(['order-given'])) if (event.kind === 'order-given') recorded.push(event.body)
  return recorded
}

/** Takes orders into the journal that are not there yet, each once; only for whoever may write it. What was taken back and recorded leaves the book, a resume after what it lifts. */
export async function recordOrders({ book, index, journal }: { readonly book: OrderBook; readonly index: Pick<JournalIndex, 'ofKinds'>; readonly journal: Journal }, recorded?: readonly Order[]): Promise<readonly Order[]> {
  const given = book.all()
  if (given.length === 0) return recorded ?? (await recordedOrders(index))
  const before = recorded ?? (await recordedOrders(index))
  const known = new Set(before.map(({ order }) => order))
  const fresh = [...new Map(given.filter(({ order }) => !known.has(order)).map((one) => [one.order, one])).values()]
  if (fresh.length > 0) await journal.append(fresh.map((body) => ({ kind: 'order-given', body })))
  const all = [...before, ...fresh]
  const lifted = new Set(all.flatMap(({ lifts }) => lifts))
  book.forget([...given.filter(({ what, order }) => what !== 'resume' && lifted.has(order)), ...given.filter(({ what }) => what === 'resume')].map(({ order }) => order))
  return all
}
