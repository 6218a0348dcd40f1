'use strict'

/** Calls `visit(name, depth)` for every node of a tree of { name, children }, level by level; returns how many there were. */
function walk(tree, visit) {
  if (typeof visit !== 'function') throw new TypeError('walk takes a function')
  let waiting = [{ node: tree, depth: 0 }]
  let visited = 0
  while (waiting.length > 0) {
    const { node, depth } = waiting[0]
    waiting = waiting.slice(1)
    visit(node.name, depth)
    visited++
    for (const child of node.children ?? []) waiting = waiting.concat([{ node: child, depth: depth + 1 }])
  }
  return visited
}

module.exports = { walk }
