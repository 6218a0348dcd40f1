'use strict'

/** Cost of the cheapest way in a graph { place: { neighbour: cost } }, or null where there is none. */
function route(graph, from, to) {
  if (!Object.hasOwn(graph, from) || !Object.hasOwn(graph, to)) throw new RangeError('route takes places of the graph')
  const costs = { [from]: 0 }
  const settled = []
  for (;;) {
    let nearest = null
    for (const place of Object.keys(costs)) {
      if (settled.includes(place)) continue
      if (nearest === null || costs[place] < costs[nearest]) nearest = place
    }
    if (nearest === null) return null
    if (nearest === to) return costs[nearest]
    settled.push(nearest)
    for (const [neighbour, cost] of Object.entries(graph[nearest] ?? {})) {
      if (!(cost >= 0)) throw new RangeError('costs are not negative')
      const offered = costs[nearest] + cost
      if (costs[neighbour] === undefined || offered < costs[neighbour]) costs[neighbour] = offered
    }
  }
}

module.exports = { route }
