import type { Strategy } from '../archive/strategy.ts'
import type { Constitution } from '../constitution/constitution.ts'
import type { RuleJudge } from '../constitution/rule-judge.ts'
import type { Evaluator } from '../evaluation/evaluator.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { Journal } from '../journal/journal.ts'
import type { OpportunitySource } from '../proposal/opportunity-source.ts'
import type { Proposer } from '../proposal/proposer.ts'
import type { Lane } from '../sandbox/lane.ts'
import type { Screener } from '../screening/screener.ts'
import type { Config } from '../target/config.ts'
import type { PathScope } from '../target/path-scope.ts'
import type { CandidateStore, RevisionReader } from '../workspace/workspace.ts'
import type { Observe } from './cycle-event.ts'
import type { RunSnapshots } from '../archive/run-snapshots.ts'

/** Everything that judging one change needs. */
export interface JudgePorts {
  readonly config: Config
  readonly scope: PathScope
  readonly revisions: RevisionReader
  readonly screener: Screener
  readonly evaluator: Evaluator
  /** Null or absent: the target has none. */
  readonly constitution?: Constitution | null
  /** Null or absent: nobody answers rules in words, and a person is asked about each. */
  readonly ruleJudge?: RuleJudge | null
  readonly journal: Journal
  readonly observe: Observe
}

/** Everything a search run needs on top. */
export interface RunPorts extends JudgePorts {
  readonly candidates: CandidateStore
  /** Of the same journal: what was spent of the error budget before this run. */
  readonly index: JournalIndex
  readonly proposer: Proposer
  readonly strategy: Strategy
  readonly opportunities: OpportunitySource
  readonly snapshots: RunSnapshots
  /** Where evaluations go on side by side; absent: one after the other. How many there are changes nothing but the time it takes. */
  readonly lanes?: readonly Lane[]
  readonly clock: () => Date
}
