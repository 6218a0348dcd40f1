import { nodeHash, type Hash } from './merkle-hash.ts'
import { foldPeaks, peaksOf, type NodeReader } from './merkle-tree.ts'

/** Hashes from the leaf upwards. */
export type Proof = readonly Hash[]

/**
 * That entry `index` is in the tree of `size` entries: the audit path of RFC 6962, section 2.1.1.
 *
 * @throws RangeError for an entry that such a tree does not have
 */
export function inclusionProof(index: number, size: number, nodes: NodeReader): Proof {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) throw new RangeError(`a tree of ${size} has no entry ${index}`)
  return path(index, { from: 0, to: size }, nodes)
}

interface Range {
  readonly from: number
  readonly to: number
}

function path(index: number, { from, to }: Range, nodes: NodeReader): Proof {
  if (to - from === 1) return []
  const middle = from + splitOf(to - from)
  return index < middle ? [...path(index, { from, to: middle }, nodes), subtree({ from: middle, to }, nodes)] : [...path(index, { from: middle, to }, nodes), subtree({ from, to: middle }, nodes)]
}

/**
 * That the tree of `newer` entries begins with exactly the tree of `older` ones: RFC 6962, section 2.1.2. Empty where they are the same, and where there was nothing.
 *
 * @throws RangeError when the newer tree is the smaller one
 */
export function consistencyProof(older: number, newer: number, nodes: NodeReader): Proof {
  if (!Number.isSafeInteger(older) || !Number.isSafeInteger(newer) || older < 0 || older > newer) throw new RangeError(`a tree of ${newer} does not begin with one of ${older}`)
  if (older === 0 || older === newer) return []
  return subproof(older, { from: 0, to: newer }, { isWhole: true, nodes })
}

function subproof(older: number, { from, to }: Range, known: { readonly isWhole: boolean; readonly nodes: NodeReader }): Proof {
  if (older === to) return known.isWhole ? [] : [subtree({ from, to }, known.nodes)]
  const middle = from + splitOf(to - from)
  if (older <= middle) return [...subproof(older, { from, to: middle }, known), subtree({ from: middle, to }, known.nodes)]
  return [...subproof(older, { from: middle, to }, { ...known, isWhole: false }), subtree({ from, to: middle }, known.nodes)]
}

/** Root over the entries of a range that begins where a complete subtree of its size would. */
function subtree({ from, to }: Range, nodes: NodeReader): Hash {
  return foldPeaks(peaksOf(to - from).map(({ level, index }) => nodes.node({ level, index: from / 2 ** level + index })))
}

/** The largest power of two below `size`. */
function splitOf(size: number): number {
  return 2 ** (Math.ceil(Math.log2(size)) - 1)
}

/** Whether `proof` leads from the leaf `leaf` at `index` to `root` (RFC 9162, section 2.1.3.2, whose algorithm needs no recursion). */
export function verifyInclusion({ index, size, leaf, root, proof }: { readonly index: number; readonly size: number; readonly leaf: Hash; readonly root: Hash; readonly proof: Proof }): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let [own, last, hash] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) return false
    if (own % 2 === 1 || own === last) {
      hash = nodeHash(sibling, hash)
      // The right edge skips the levels on which it has no sibling.
      while (own % 2 === 0 && own > 0) [own, last] = [own / 2, half(last)]
    } else hash = nodeHash(hash, sibling)
    ;[own, last] = [half(own), half(last)]
  }
  return last === 0 && isSame(hash, root)
}

/** Whether `proof` shows that the tree with `newerRoot` begins with the one with `olderRoot` (RFC 9162, section 2.1.4.2). */
export function verifyConsistency({ older, newer, olderRoot, newerRoot, proof }: { readonly older: number; readonly newer: number; readonly olderRoot: Hash; readonly newerRoot: Hash; readonly proof: Proof }): boolean {
  if (!Number.isSafeInteger(older) || !Number.isSafeInteger(newer) || older < 0 || older > newer) return false
  if (older === newer) return proof.length === 0 && isSame(olderRoot, newerRoot)
  if (older === 0) return proof.length === 0
  // A tree whose size is a power of two is itself the first node.
  const [first, ...rest] = Number.isInteger(Math.log2(older)) ? [olderRoot, ...proof] : proof
  if (first === undefined) return false
  let [own, last] = [older - 1, newer - 1]
  while (own % 2 === 1) [own, last] = [half(own), half(last)]
  let [before, after] = [first, first]
  for (const sibling of rest) {
    if (last === 0) return false
    if (own % 2 === 1 || own === last) {
      before = nodeHash(sibling, before)
      after = nodeHash(sibling, after)
      while (own % 2 === 0 && own > 0) [own, last] = [own / 2, half(last)]
    } else after = nodeHash(after, sibling)
    ;[own, last] = [half(own), half(last)]
  }
  return last === 0 && isSame(before, olderRoot) && isSame(after, newerRoot)
}

function half(value: number): number {
  return Math.floor(value / 2)
}

function isSame(one: Hash, other: Hash): boolean {
  return one.length === other.length && Buffer.compare(one, other) === 0
}

