import type { SgNode } from '@ast-grep/napi'

/** However deep they lie, what is in a shorter text takes no time. */
const shortText = 1_000
/** Nodes that are shorter add little, and are nearly all there are. */
const shortNode = 200
const leastBound = 2_000_000
const timesLength = 50

/**
 * Whether code lies in other code so deep that matching would take minutes, and what was matched all memory: rules look at the text of each node, which is as long as all that lies inside. Threat: a chain of ten thousand
 * dots, or of loops that hold loops, that holds up whoever screens it. Counted, not timed, so that the answer is the same everywhere.
 */
export function isTooNested(root: SgNode, text: string): boolean {
  if (text.length < shortText) return false
  const bound = leastBound + timesLength * text.length
  return total(root, bound, (4 * bound) / (5 * text.length)) > bound && total(root, bound, 0) > bound
}

/**
 * Lengths of all nodes together, as far as the bound. What is shorter than `closed` is not looked into: its square stands for it, which is more than all that lies in it comes to, since of two nodes in each other hardly any two
 * are as long. With as many of them as fit into the text that stays below the bound.
 */
function total(root: SgNode, bound: number, closed: number): number {
  let sum = 0
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const child of node.children()) {
      const { start, end } = child.range()
      const length = end.index - start.index
      if (length < shortNode) continue
      sum += length < closed ? length * length : length
      if (sum > bound) return sum
      if (length >= closed) open.push(child)
    }
  }
  return sum
}
