'use strict'
// Distances and components of a graph given as a list of edges.
function neighbours(edges, node) {
  const found = []
  for (const edge of edges) {
    if (edge[0] === node && !found.includes(edge[1])) found.push(edge[1])
    if (edge[1] === node && !found.includes(edge[0])) found.push(edge[0])
  }
  return found
}

function distances(adjacent, start) {
  const distance = new Map([[start, 0]])
  const queue = [start]
  const seen = [start]
  while (queue.length > 0) {
    const node = queue.shift()
    for (const next of adjacent[node]) {
      if (!seen.includes(next)) {
        seen.push(next)
        distance.set(next, distance.get(node) + 1)
        queue.push(next)
      }
    }
  }
  return distance
}

function farthest(adjacent, start) {
  const entries = [...distances(adjacent, start).entries()]
  return entries.sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]
}

function isReachable(adjacent, from, to) {
  let found = false
  for (const node of distances(adjacent, from).keys()) {
    if (node === to) found = true
  }
  return found
}

exports.run = (size) => {
  const edges = []
  for (let i = 1; i < size; i++) edges.push([i, (i * 13) % i], [i, Math.floor(i / 2)])
  const adjacent = []
  for (let node = 0; node < size; node++) adjacent.push(neighbours(edges, node))
  return [farthest(adjacent, 0), farthest(adjacent, size - 1), isReachable(adjacent, 1, size - 1)]
}
exports.size = 220
