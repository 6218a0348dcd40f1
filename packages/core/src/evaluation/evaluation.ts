import type { Accounting, Ending, Tier } from '../sandbox/sandbox.ts'
import type { ObjectId } from '../proposal/proposal.ts'

export type TestOutcome = 'passed' | 'failed' | 'skipped'

/** One executed test as its report names it: suite path and name joined by ` > `. */
export interface TestCase {
  readonly name: string
  readonly outcome: TestOutcome
}

/** What one test command showed. `report` says whether names come from a report or only the exit status is known. */
export interface TestRun {
  readonly command: string
  readonly ending: Ending
  readonly exitCode: number | null
  readonly report: 'parsed' | 'missing' | 'malformed' | 'not-asked'
  readonly cases: readonly TestCase[]
  readonly wallMs: number
  /** Last lines of stderr/stdout for a person; never interpreted. */
  readonly tail: string
}

/** The candidate's tests held against the baseline's, name by name. */
export interface TestComparison {
  readonly baseline: TestCounts
  readonly candidate: TestCounts
  /** Passed in the baseline; absent or skipped in the candidate. */
  readonly missing: readonly string[]
  /** Passed in the baseline and failed in the candidate, or a command that succeeded and now does not. */
  readonly newlyFailing: readonly string[]
}

export interface TestCounts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export interface OracleMismatch {
  readonly seed: number
  /** 0-based line within that seed's output. */
  readonly case: number
  readonly baseline: string | null
  readonly candidate: string | null
}

export interface OracleComparison {
  readonly cases: number
  readonly mismatches: number
  /** First few mismatches, shortened, for a person. */
  readonly examples: readonly OracleMismatch[]
  readonly seeds: readonly number[]
  /** Set when the baseline itself failed or printed too little: then the oracle proves nothing. */
  readonly baselineProblem: string | null
  /** Set when the candidate's process did not exit with 0. */
  readonly candidateProblem: string | null
}

/** One launch pair: fresh processes of baseline and candidate with the same seed, in the recorded order. */
export interface LaunchPair {
  readonly seed: number
  readonly first: 'baseline' | 'candidate'
  /** In the metric's unit; null when that side failed to produce a figure. */
  readonly baseline: number | null
  readonly candidate: number | null
}

export interface MetricFacts {
  readonly name: string
  readonly unit: 'ms' | 'bytes' | 'score' | 'fraction'
  readonly role: 'objective' | 'guard'
  readonly pairs: readonly LaunchPair[]
  readonly accounting: Accounting
  /** A candidate-written figure is only ever of lower trust. */
  readonly trust: 'measured' | 'reported'
  /** Set when a side failed: which and how. */
  readonly problem: { readonly side: 'baseline' | 'candidate'; readonly detail: string } | null
}

export interface BuildFacts {
  readonly ok: boolean
  readonly ending: Ending
  readonly exitCode: number | null
  readonly tail: string
  /** Protected paths that differ after the build from what the baseline's build leaves. */
  readonly tampered: readonly string[]
}

/** Why nothing can be proven on this baseline: its own build or tests fail. */
export interface BaselineTrouble {
  readonly stage: 'build' | 'tests'
  /** What failed, in one line. */
  readonly summary: string
  /** Last lines of what the failing command said; never interpreted. */
  readonly tail: string
}

/** Immutable facts measured on one candidate; later stages are null when an earlier gate failed. */
export interface Evaluation {
  readonly candidate: ObjectId
  readonly baseline: ObjectId
  readonly tier: Tier
  /** Set when the baseline fails by itself: then the candidate was not run. */
  readonly baselineTrouble: BaselineTrouble | null
  readonly build: BuildFacts | null
  readonly tests: TestComparison | null
  readonly testRuns: readonly TestRun[]
  /** Set only when the change touches protected files: its own version of the tests, which may veto but never vouch. */
  readonly ownTests: TestComparison | null
  readonly oracle: OracleComparison | null
  readonly metrics: readonly MetricFacts[]
  readonly startedAt: string
  readonly wallMs: number
}
