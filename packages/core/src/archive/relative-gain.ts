import { isViable, type Traits } from './archive.ts'

/** Gains below this, in natural logs, are told from nothing by noise alone. */
export const noticeableGain = 0.01

/** How many times better than its parent a variant looks, in natural logs. Null where nobody can tell: it failed a gate, or was not measured. */
export function relativeGain(variant: Pick<Traits, 'verdict' | 'gain' | 'estimate'>, parent: Pick<Traits, 'estimate'>): number | null {
  return variant.gain === null || !isViable(variant) ? null : variant.estimate - parent.estimate
}
