import { isViable, type Traits } from '../archive.ts'
import { readArchive } from '../read-archive.ts'
import type { Strategy } from '../strategy.ts'

/** First improvement, as in Magpie (Blot and Petke 2022): stay until a child looks better, then go on from there. */
export function createLocalSearchStrategy(): Strategy {
  let current: Traits | null = null
  const catchUp = readArchive((variant) => {
    if (current === null) current = variant
    else if (variant.parent === current.index && isViable(variant) && variant.estimate > current.estimate) current = variant
  })
  return {
    name: 'local-search',
    selectParent: (archive) => {
      catchUp(archive)
      return archive.at(current?.index ?? 0)
    },
  }
}
