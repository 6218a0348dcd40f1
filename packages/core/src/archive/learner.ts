import type { Archive, Traits } from './archive.ts'
import { readArchive } from './read-archive.ts'
import { relativeGain } from './relative-gain.ts'

/** Learns from variants as they enter. */
export interface Learner {
  /** `improvement` is how many times better than its parent it looks, see `relativeGain`; the root is entered as well. */
  enter(variant: Traits, improvement: number | null): void
}

/** Brings learners up to date, all of them in one reading of what is new. */
export function teach(learners: readonly Learner[]): (archive: Archive) => void {
  return readArchive((variant, archive) => {
    const improvement = variant.parent === null ? null : relativeGain(variant, archive.traits(variant.parent))
    for (const learner of learners) learner.enter(variant, improvement)
  })
}
