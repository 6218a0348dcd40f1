import type { BenchmarkPorts, Occasion } from '../benchmark/suite-sides.ts'
import type { MetricRule } from '../decision/decision.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { Random } from '../randomness/seeded-random.ts'
import type { Lane } from '../sandbox/lane.ts'
import type { Mount } from '../sandbox/sandbox.ts'
import type { Config } from '../target/config.ts'
import type { PathScope } from '../target/path-scope.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import type { PreparePorts } from './prepared-tree.ts'
import type { CanaryPorts } from './run-canaries.ts'

/** What is happening now, for whoever watches. */
export type EvaluationStage =
  | { readonly stage: 'build' | 'tests' | 'oracle' | 'disguise' | 'canaries' | 'baseline' }
  | { readonly stage: 'metric'; readonly metric: string; readonly pairs: number }

export interface EvaluationRequest {
  readonly candidate: ObjectId
  /** What the candidate is held against: usually `trusted` itself. */
  readonly baseline: ObjectId
  /** Commit that protected files come from, on both sides. */
  readonly trusted: ObjectId
  readonly rules: Readonly<Record<string, MetricRule>>
  readonly random: Random
  /** Also run the candidate's own version of protected files: it can veto, never vouch. */
  readonly checkOwnTests: boolean
  /** Before something is offered to a person: also disguise the oracle, run the tests plainly, and see whether the judges notice tests made wrong and known-bad mutants of the change. */
  readonly thorough: boolean
  /** What the run that asks is for; without it, as the configuration's goal says. An improvement is not held against a baseline whose tests fail. */
  readonly goal?: Config['search']['goal']
  /** Where everything of it runs, so that another evaluation may go on at the same time; absent: wherever the kernel likes. */
  readonly lane?: Lane
  /** For what tasks of suites are attempted; needed where a metric has one. */
  readonly occasion?: Occasion
  readonly observe: (stage: EvaluationStage) => void
}

export interface EvaluatorOptions extends PreparePorts {
  readonly config: Config
  readonly scope: PathScope
  readonly mounts: readonly Mount[]
  readonly clock: () => Date
  /** Digest of the judges that come from this trusted commit; without it evaluations do not say by whom they were made. */
  readonly version?: (trusted: ObjectId) => Promise<string>
  /** Needed where a metric has held-out tasks: no tree holds their list. */
  readonly revisions?: Pick<RevisionReader, 'entries' | 'blobs'>
  /** Needed where a metric has a suite. */
  readonly benchmark?: BenchmarkPorts
  /** Without it no evaluation has a tripwire or canaries. */
  readonly canary?: CanaryPorts
}
