import { isViable, type Traits } from './archive.ts'

/** Gains below this, in natural logs, are told from nothing by noise alone. */
export const noticeableGain = 0.01

/** How many times better than its parent a variant looks, in natural logs; a parent that was never measured counts as good as the baseline. Null where nobody can tell: it failed a gate, or was not measured. */
export function relativeGain(variant: Pick<Traits, 'verdict' | 'gain'>, parent: Pick<Traits, 'gain'>): number | null {
  const { gain } = variant
  return gain === null || !isViable(variant) ? null : gain.estimate - (parent.gain?.estimate ?? 0)
}
