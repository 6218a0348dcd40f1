import { isViable, type Variant } from './archive.ts'

/** Gains below this, in natural logs, are told from nothing by noise alone. */
export const noticeableGain = 0.01

/** How many times better than its parent a variant looks, in natural logs. Null where nobody can tell: it failed a gate, or was not measured. */
export function relativeGain(variant: Pick<Variant, 'verdict' | 'gain'>, parent: Pick<Variant, 'gain'>): number | null {
  if (variant.gain === null || !isViable(variant)) return null
  return variant.gain.estimate - (parent.gain?.estimate ?? 0)
}
