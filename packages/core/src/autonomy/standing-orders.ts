import type { Order } from './order.ts'

/** `stopped` beats `paused`: one stop that stands is enough. */
export type Standing =
  | { readonly state: 'going'; readonly orders: readonly [] }
  | { readonly state: 'paused' | 'stopped'; readonly orders: readonly Order[] }

/**
 * What stands of some orders, in whatever order they come and however often. No clock and no sequence decides: a pause or stop stands until a resume names it, and a resume can only name what was there when it
 * was given. Of two orders at one moment the stricter one therefore wins. Pure.
 */
export function standingOrders(orders: Iterable<Order>): Standing {
  const known = new Map<string, Order>()
  const lifted = new Set<string>()
  for (const order of orders) {
    if (order.what === 'resume') for (const name of order.lifts) lifted.add(name)
    // The first that carries a name is the one that was recorded.
    else if (!known.has(order.order)) known.set(order.order, order)
  }
  const standing = [...known.values()].filter(({ order }) => !lifted.has(order))
  if (standing.length === 0) return { state: 'going', orders: [] }
  return { state: standing.some(({ what }) => what === 'stop') ? 'stopped' : 'paused', orders: standing }
}

/** For a person: what stands, who said so, and why. */
export function standingText({ state, orders }: Standing): string {
  if (state === 'going') return 'no order stands'
  const word = state === 'stopped' ? 'stop' : 'pause'
  const said = orders.filter(({ what }) => what === word).map(({ by, reason }) => `${by}${reason === '' ? '' : ` (${reason})`}`)
  return `${state} by ${[...new Set(said)].join(', ')}`
}
