'use strict'
// Distances in a graph, and who is far away.
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

function farthest(distance) {
  const entries = [...distance.entries()]
  return entries.sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]
}

function isReachable(distance, to) {
  let found = false
  for (const node of distance.keys()) {
    if (node === to) found = true
  }
  return found
}

function reached(distance, wanted) {
  const nodes = [...distance.keys()]
  const kept = []
  for (const node of wanted) {
    if (nodes.indexOf(node) !== -1) kept.push(node)
  }
  return kept.length
}

exports.run = (size) => {
  const adjacent = []
  for (let node = 0; node < size; node++) adjacent.push([])
  for (let i = 1; i < size; i++) {
    for (const other of [(i * 13) % i, Math.floor(i / 2)]) {
      adjacent[i].push(other)
      adjacent[other].push(i)
    }
  }
  const distance = distances(adjacent, size - 1)
  return [farthest(distance), isReachable(distance, 1), reached(distance, adjacent.flat())]
}
exports.size = 900
