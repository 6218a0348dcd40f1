/** One decided change, as a proposer may be told of it. Holds nothing that differs between two runs with one seed. */
export interface Attempt {
  readonly operator: string
  readonly rationale: string
  readonly verdict: 'accepted' | 'rejected' | 'inconclusive' | 'approval-required'
  /** Codes and messages, the weightiest first. */
  readonly reasons: readonly string[]
  /** How many times as good as the baseline; null where it was not measured. */
  readonly ratio: number | null
  /** Tests that fail with it and passed before, and what the oracle saw differ. */
  readonly failing: readonly string[]
  /** The files that it changes. */
  readonly paths: readonly string[]
}

export interface TrajectoryStep {
  readonly rationale: string
  /** Against the baseline, after this step; null where it was not measured. */
  readonly ratio: number | null
}

/** What a search knows so far, for a proposer that can read. */
export interface SearchHistory {
  /** From the baseline to the variant that is to be changed. */
  readonly lineage: readonly TrajectoryStep[]
  /** From the baseline to the best variant; the same as `lineage` where that is the best. */
  readonly best: readonly TrajectoryStep[]
  /** The newest decided search proposals, the newest first. */
  readonly attempts: readonly Attempt[]
}

/** What asking a model has brought in this run. */
export interface ModelCredit {
  readonly tries: number
  /** Proposals of its that were accepted, or showed a gain. */
  readonly gains: number
  readonly nanoUsd: number
}
