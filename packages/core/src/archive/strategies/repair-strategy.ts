import type { Strategy } from '../strategy.ts'

/** How often a repair starts from the baseline although something is repaired already: a part that fits one test by chance leads nowhere. */
const rootShare = 0.4
/** Variants that are drawn to take the best of: a parent costs the same however many there are. */
const drawn = 8

/** For repairs: the baseline, or a variant that repairs some of the failing tests, the more the likelier. */
export const repairStrategy: Strategy = {
  name: 'repair',
  selectParent: (archive, { random }) => {
    if (archive.viableSize === 1 || random.next() < rootShare) return archive.at(0)
    const variants = Array.from({ length: drawn }, () => archive.viable(random.integer(archive.viableSize)))
    return variants.reduce((best, variant) => (variant.estimate > best.estimate ? variant : best))
  },
}
