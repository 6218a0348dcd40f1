import type { TaskRun } from '../benchmark/task-run.ts'
import type { CountingMethod } from './counting-method.ts'
import type { Accounting, Ending, SelfTest, Tier } from '../sandbox/sandbox.ts'
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
  /**
   * How the result reached the parent: `sealed` over a channel that only our own reporter can write to, in the process that runs the tests or above it;
   * `reported` as text that the code under test could have written as well; `exit-code` is all that was asked for.
   */
  readonly trust: 'sealed' | 'reported' | 'exit-code'
  readonly wallMs: number
  /** Of all its processes; absent in what was recorded before it was asked for. */
  readonly cpuMs?: number
  /** Last lines of stderr/stdout for a person; never interpreted. */
  readonly tail: string
  /** Why there is no report that counts, and what to do about it. */
  readonly problem?: string
  /** A sign in the output that a socket was refused, for instance `listen EPERM`; a hint for a person. */
  readonly refusedSocket?: string
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

/** One seed of an oracle, for which the candidate took much longer, run again and again: CPU time in milliseconds of each launch. */
export interface OracleSlowdown {
  readonly seed: number
  readonly baseline: readonly number[]
  readonly candidate: readonly number[]
}

/** Of the inputs that an oracle means to be answered: how many there were, how many of them the baseline refused, and whether it ever said two different things. */
export interface OracleAnswers {
  readonly asked: number
  readonly thrown: number
  readonly varies: boolean
}

export interface OracleComparison {
  readonly cases: number
  readonly mismatches: number
  /** Mismatches on input that the oracle itself calls invalid; not among `mismatches`. */
  readonly invalidMismatches?: number
  /** What the baseline said, for each run of an oracle that names the classes of its inputs. Never added up: among another one's answers, an oracle that hears nothing but errors would not show. (In older journals they were.) */
  readonly answers?: readonly OracleAnswers[] | OracleAnswers
  /** First few mismatches, shortened, for a person. */
  readonly examples: readonly OracleMismatch[]
  readonly seeds: readonly number[]
  /** Set when the baseline itself failed or printed too little: then the oracle proves nothing. */
  readonly baselineProblem: string | null
  /** Set when the candidate's process did not exit with 0. */
  readonly candidateProblem: string | null
  /** Seeds for which the candidate was much slower every time: a gain on a benchmark must not be paid for by other inputs. */
  readonly slowdowns?: readonly OracleSlowdown[]
}

/** The oracle run again so that a candidate which tells its judges apart would take it for something else. */
export interface DisguiseFacts {
  /** What was disguised, for a person: in another directory, as another command. */
  readonly kinds: readonly string[]
  readonly oracle: OracleComparison
  /** The same seed shows the same undisguised: then the change is wrong, and tells nobody apart. */
  readonly isPlainlyWrong?: boolean
  /** Commands of oracles that no disguise fits, while one fits others. */
  readonly undisguised?: readonly string[]
}

/** The test commands run plainly, without anything that shows an evaluation. */
export interface PlainTestFacts {
  /** Commands that succeed this way on the baseline. */
  readonly compared: number
  /** Those of them that fail on the candidate. */
  readonly failing: readonly string[]
}

/** Tests made wrong on purpose, which fail on the baseline and must fail on the candidate. */
export interface TripwireFacts {
  /** What was made wrong. */
  readonly description: string
  /** How many tests fail by it on the baseline. */
  readonly expected: number
  /** Those of them that passed on the candidate although they were wrong. */
  readonly silent: readonly string[]
}

/** A mutant of the changed lines, known to be bad, that went through the same judges as the change itself. */
export interface Canary {
  readonly description: string
  /** The part of the change that was broken; absent in older journals. */
  readonly place?: string
  /** Null: no judge noticed. `unusable`: it did not build, so nothing could notice it. */
  readonly caughtBy: 'tests' | 'oracle' | 'output' | 'unusable' | null
}

/** CPU time and wall time in milliseconds, peak memory in bytes, of one launch. */
export type LaunchCost = readonly [cpuMs: number, wallMs: number, peakMemoryBytes: number]

/** One launch pair: fresh processes of baseline and candidate with the same seed, in the recorded order. */
export interface LaunchPair {
  readonly seed: number
  readonly first: 'baseline' | 'candidate'
  /** Of a pass rate: which task both sides were given. */
  readonly task?: string
  /** In the metric's unit; null when that side failed to produce a figure. */
  readonly baseline: number | null
  readonly candidate: number | null
  /** Everything the two launches took, whatever the metric reads off. */
  readonly cost?: { readonly baseline: LaunchCost; readonly candidate: LaunchCost }
  /** Of a task that a search may see: what the command printed, printable and cut short. Text of the candidate's; it says nothing about whether the task is solved. */
  readonly printed?: { readonly baseline: string; readonly candidate: string }
}

/**
 * What both sides print for one seed. `same`: byte by byte, in every pair. `varying`: the baseline's own output differs from launch to launch, so that only its
 * extent was compared. `silent`: neither prints anything. `reported`: the output is the figure. `differs`: the candidate prints something else than the baseline repeats.
 */
export type OutputComparison = 'same' | 'varying' | 'silent' | 'reported' | 'differs'

/** Instructions of both sides for one seed, several launches each. */
export interface CountRound {
  readonly seed: number
  readonly baseline: readonly number[]
  readonly candidate: readonly number[]
}

/** Counts beside a time: a vote, because the counter may share its process with the candidate. */
export interface CountFacts {
  /** Absent: valgrind. */
  readonly method?: CountingMethod
  readonly rounds: readonly CountRound[]
  /** Set when a side could not be counted, or prints something else while it is. */
  readonly problem: { readonly side: 'baseline' | 'candidate'; readonly detail: string } | null
}

export interface MetricFacts {
  readonly name: string
  readonly unit: 'ms' | 'bytes' | 'score' | 'fraction' | 'instructions'
  readonly role: 'objective' | 'guard'
  readonly pairs: readonly LaunchPair[]
  /** Of a pass rate: how many tasks there are. */
  readonly tasks?: number
  /** Of a suite: tasks that no search sees, asked once of what is about to be offered, as a fact for people. They decide nothing. */
  readonly heldOut?: readonly LaunchPair[]
  /** What both sides did with each of these tasks, the baseline first, without a word of what they saw or said. Absent in older journals. */
  readonly heldOutRuns?: readonly TaskRun[]
  /** Of a pass rate over a suite: what both sides did with each task that was asked, the baseline first. */
  readonly taskRuns?: readonly TaskRun[]
  /** Launch pairs of the baseline against a copy of itself in place of the candidate, taken in between; absent where none were asked for. */
  readonly nullPairs?: readonly LaunchPair[]
  readonly accounting: Accounting
  /** A candidate-written figure is only ever of lower trust, and so is one from an instrument within the candidate's own process. */
  readonly trust: 'measured' | 'instrumented' | 'reported'
  readonly outputs?: OutputComparison
  /** What counted instructions; absent: valgrind, or nothing did. */
  readonly counting?: CountingMethod
  /** Null where none were asked for, or the time had decided before. */
  readonly counts?: CountFacts | null
  /** Set when a side failed: which and how. `model-trouble`: nobody can say whether it failed, because its model did not answer. */
  readonly problem: { readonly side: 'baseline' | 'candidate'; readonly code?: 'trajectory-incomplete' | 'model-trouble'; readonly detail: string } | null
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

/** What one linter counts on both sides, with the baseline's settings. */
export interface LintFacts {
  readonly linter: string
  readonly command: string
  /** Whether comments in the code can switch its rules off. */
  readonly hearsSuppressions: boolean
  /** Why nothing was counted: it is not on this machine, or the baseline cannot be read by it. */
  readonly skipped: string | null
  /** Why the candidate could not be read though the baseline was. */
  readonly problem: string | null
  /** Only where a limit ended it on the baseline, on which `problem` then is: of the change nothing is known. */
  readonly unread?: 'baseline'
  readonly rules: readonly { readonly rule: string; readonly baseline: number; readonly candidate: number }[]
}

/** What a candidate makes of the tests that fail on the baseline. */
export interface RepairFacts {
  /** Tests that fail on the baseline and pass on the candidate. */
  readonly repaired: readonly string[]
  /** Tests that fail on the baseline and do not pass on the candidate: they fail, are skipped or are gone. */
  readonly unrepaired: readonly string[]
  /** Those of `unrepaired` that do not fail either: they are skipped, or gone. */
  readonly lost: readonly string[]
  /** Whether a repair is what was asked for; otherwise a change that repairs nothing and breaks nothing is none of its business. */
  readonly sought: boolean
  /** Those of the baseline's failing tests that passed when the baseline was run again; null unless the evaluation was a thorough one. */
  readonly unsteady: readonly string[] | null
}

/** Immutable facts measured on one candidate; later stages are null when an earlier gate failed. */
export interface Evaluation {
  readonly candidate: ObjectId
  readonly baseline: ObjectId
  readonly tier: Tier
  /** The self-test that the tier had passed on this machine; null where it was opened without. */
  readonly selfTest?: SelfTest | null
  /** Digest of everything that judged; see `evaluatorVersion`. Absent in older journals. */
  readonly evaluatorVersion?: string
  /** Set when the baseline fails by itself: then the candidate was not run. */
  readonly baselineTrouble: BaselineTrouble | null
  readonly build: BuildFacts | null
  readonly tests: TestComparison | null
  readonly testRuns: readonly TestRun[]
  /** Set where tests of the baseline fail and a repair is looked for: then nothing is measured, and `tests` holds the candidate against a failing baseline. */
  readonly repair?: RepairFacts | null
  /** Tests that a search never sees, run in thorough evaluations only; null where there are none, or they were not reached. */
  readonly heldOut?: TestComparison | null
  /** Set only when the change touches protected files: its own version of the tests, which may veto but never vouch. */
  readonly ownTests: TestComparison | null
  /** Absent where no linter is configured, or the evaluation was not a thorough one. */
  readonly lint?: readonly LintFacts[]
  readonly oracle: OracleComparison | null
  readonly metrics: readonly MetricFacts[]
  /** Null where no disguise fits the commands, or the evaluation was not a thorough one. */
  readonly disguise?: DisguiseFacts | null
  /** Null where the evaluation was not a thorough one. */
  readonly plainTests?: PlainTestFacts | null
  /** Null where the tests could not be made wrong in a way that shows, or the evaluation was not a thorough one. */
  readonly tripwire?: TripwireFacts | null
  /** Null where none were asked for, or the evaluation was not a thorough one. */
  readonly canaries?: readonly Canary[] | null
  /** The processors that it was kept on, because others went on beside it; absent where it was alone. */
  readonly processors?: readonly number[]
  readonly startedAt: string
  readonly wallMs: number
}
