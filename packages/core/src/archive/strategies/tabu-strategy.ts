import { isViable, type Traits } from '../archive.ts'
import { readArchive } from '../read-archive.ts'
import type { Strategy } from '../strategy.ts'

/** Children looked at before the next move. */
const neighbourhood = 8

/**
 * A walk that does not stop at a local optimum, as in Magpie (Blot and Petke 2022): after a few children it moves to the best of them, also to a worse one. It never comes back, because the cycle
 * evaluates no tree twice: the whole past is tabu.
 */
export function createTabuStrategy(): Strategy {
  let current = 0
  let seen = 0
  let best: Traits | null = null
  const catchUp = readArchive((variant) => {
    if (variant.parent !== current) return
    seen++
    if (isViable(variant) && (best === null || variant.estimate > best.estimate)) best = variant
    if (seen < neighbourhood || best === null) return
    current = best.index
    seen = 0
    best = null
  })
  return {
    name: 'tabu',
    selectParent: (archive) => {
      catchUp(archive)
      return archive.at(current)
    },
  }
}
