import type { Archive, Traits } from './archive.ts'
import { Column } from './column.ts'
import { readArchive } from './read-archive.ts'
import { relativeGain } from './relative-gain.ts'

/** Learns from variants as they enter. */
export interface Learner {
  /** `improvement` is how many times better than its parent it looks, see `relativeGain`; the root is entered as well. */
  enter(variant: Traits, improvement: number | null): void
}

/** Brings learners up to date, all of them in one reading of what is new. */
export function teach(learners: readonly Learner[]): (archive: Archive) => void {
  const estimates = new Column(Float32Array)
  return readArchive((variant) => {
    const improvement = variant.parent === null ? null : relativeGain(variant, estimates.at(variant.parent))
    estimates.push(variant.gain?.estimate ?? 0)
    for (const learner of learners) learner.enter(variant, improvement)
  })
}
