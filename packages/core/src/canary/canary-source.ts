import type { Random } from '../randomness/seeded-random.ts'

/** One changed file of a candidate, as text; null where the file is not there. */
export interface ChangedText {
  readonly path: string
  readonly before: string | null
  readonly after: string | null
}

/** A changed file made wrong on purpose, in or beside the changed lines. */
export interface Mutant {
  readonly path: string
  readonly text: string
  /** For a person: where, and what was done. */
  readonly description: string
}

/**
 * Makes mutants that any judge worth its name must notice. If none of them is noticed, nothing that the judges say about the change means much: the changed lines
 * are not run, nothing is asserted, or the judges have been silenced.
 */
export interface CanarySource {
  /** At most `count`, the most drastic first, no two of the same kind on the same line while there are others. */
  mutants(changes: readonly ChangedText[], request: { readonly random: Random; readonly count: number }): readonly Mutant[]
  /**
   * Tests made wrong on purpose, in what they expect: at most `count`, places that look like expectations first. A suite that fails by such a mutant on the baseline
   * has to fail by it on every change that behaves like the baseline, unless the change has silenced it.
   */
  wrongTests(tests: readonly { readonly path: string; readonly text: string }[], request: { readonly random: Random; readonly count: number }): readonly Mutant[]
}
