import { emptyRoot, leafHash, nodeHash, type Hash } from './merkle-hash.ts'

/** A complete subtree: `level` 0 is a leaf, a node of level l covers the entries [index * 2^l, (index + 1) * 2^l). */
export interface NodePlace {
  readonly level: number
  readonly index: number
}

export interface TreeNode extends NodePlace {
  readonly hash: Hash
}

/** Hashes of complete subtrees, wherever they are kept. Once written a node never changes. */
export interface NodeReader {
  /** @throws when there is no such node */
  node(place: NodePlace): Hash
}

/**
 * The right edge of a growing Merkle tree (RFC 6962, section 2.1): the roots of its complete subtrees, largest first, at most one for each bit of the size. All that appending needs: two nodes and
 * two hashes an entry in the mean, O(log n) at most, and no look at what is there already.
 */
export class MerkleFrontier {
  readonly #peaks: Hash[]
  #size: number

  private constructor(size: number, peaks: Hash[]) {
    this.#size = size
    this.#peaks = peaks
  }

  static empty(): MerkleFrontier {
    return new MerkleFrontier(0, [])
  }

  /** The edge of a tree of `size` entries whose nodes are kept somewhere. */
  static read(size: number, nodes: NodeReader): MerkleFrontier {
    return new MerkleFrontier(size, peaksOf(size).map((place) => nodes.node(place)))
  }

  get size(): number {
    return this.#size
  }

  /** Appends an entry; returns every node that is complete by now and was not before, the leaf first. */
  append(entry: Uint8Array): readonly TreeNode[] {
    let node: TreeNode = { level: 0, index: this.#size, hash: leafHash(entry) }
    const made = [node]
    // Each complete subtree to the left of the same height becomes the left half of one twice as large.
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      node = { level: node.level + 1, index: Math.floor(node.index / 2), hash: nodeHash(this.#peaks.pop() as Hash, node.hash) }
      made.push(node)
    }
    this.#peaks.push(node.hash)
    this.#size++
    return made
  }

  root(): Hash {
    return foldPeaks(this.#peaks)
  }
}

/** Places of the complete subtrees that a tree of `size` entries is made of, largest first. */
export function peaksOf(size: number): readonly NodePlace[] {
  const peaks: NodePlace[] = []
  let from = 0
  for (let level = Math.floor(Math.log2(Math.max(1, size))); level >= 0; level--) {
    const width = 2 ** level
    if (Math.floor(size / width) % 2 === 0) continue
    peaks.push({ level, index: from / width })
    from += width
  }
  return peaks
}

/** Root over complete subtrees, largest first. */
export function foldPeaks(peaks: readonly Hash[]): Hash {
  const last = peaks.at(-1)
  if (last === undefined) return emptyRoot
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
}

/** Root of the first `size` entries of a tree that may be larger by now. */
export function rootAt(size: number, nodes: NodeReader): Hash {
  return foldPeaks(peaksOf(size).map((place) => nodes.node(place)))
}
