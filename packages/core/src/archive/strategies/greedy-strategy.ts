import { lead } from '../lead.ts'
import type { Strategy } from '../strategy.ts'

/** Always the variant with the highest proven gain; the root until one is proven. */
export const greedyStrategy: Strategy = {
  name: 'greedy',
  selectParent: (archive, { random }) => lead(archive, random),
}
