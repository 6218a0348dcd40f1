/** `no-change` and so on: every code a decision or screening can give. Closed; consumers switch on it. */
export type ReasonCode =
  | 'proven-gain'
  | 'repaired'
  | 'repair-partial'
  | 'repair-unverified'
  | 'no-change'
  | 'duplicate'
  | 'edit-outside-scope'
  | 'protected-path'
  | 'unsafe-path'
  | 'suspicious-content'
  | 'patch-does-not-apply'
  | 'patch-too-large'
  | 'build-failed'
  | 'build-tampered'
  | 'tests-failed'
  | 'tests-missing'
  | 'self-test-failed'
  | 'test-run-failed'
  | 'baseline-build-failed'
  | 'baseline-tests-failed'
  | 'oracle-mismatch'
  | 'oracle-failed'
  | 'oracle-baseline-failed'
  | 'oracle-slower'
  | 'disguise-mismatch'
  | 'metric-failed'
  | 'model-trouble'
  | 'trajectory-incomplete'
  | 'metric-baseline-failed'
  | 'metric-output-differs'
  | 'tests-silenced'
  | 'weak-evidence'
  | 'invalid-input-differs'
  | 'implausible-gain'
  | 'reported-figure'
  | 'counts-only'
  | 'counts-disagree'
  | 'counts-unusable'
  | 'noise-gate'
  | 'resource-cost'
  | 'objective-worse'
  | 'guard-worse'
  | 'guard-unproven'
  | 'no-useful-gain'
  | 'pair-limit'
  | 'not-confirmed'
  | 'merge-conflict'
  | 'lint-worse'
  | 'lint-failed'
  | 'lint-skipped'
  | 'broken-off'
  | 'constitution'
  | 'consent-missing'
  | 'consent-refused'
  | 'halted'
  | 'not-automatic'

export interface Reason {
  readonly code: ReasonCode
  readonly message: string
}

export type Verdict = 'accepted' | 'rejected' | 'inconclusive' | 'approval-required'

/** Ratio baseline/candidate for metrics to minimise, candidate/baseline for metrics to maximise: 2 = twice as good. */
export interface Effect {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

export interface MetricJudgement {
  readonly effect: Effect | null
  readonly unit: string
  readonly pairs: number
  readonly eValue: number
  readonly role: 'objective' | 'guard'
  /** Set when counts led: how many times fewer instructions at least, and then `eValue` speaks for "no worse than the margin". */
  readonly counted?: number
  /** Set where not every objective has to show a gain: whether this one does, or only that it is not worse. */
  readonly shows?: 'gain' | 'no-loss'
}

/** What the constitution made of a verdict. */
export interface PolicyVerdict {
  readonly decision: 'allow' | 'ask' | 'deny'
  /** Of the constitution's text. */
  readonly constitution: string
  /** What the facts alone had come to. */
  readonly before: 'accepted' | 'approval-required'
  /** Who must say yes: 0 informational to 3 high. */
  readonly consentLevel: 0 | 1 | 2 | 3
  readonly risk: number
  /** Ids of the rules that decided. */
  readonly rules: readonly string[]
}

/** Derived from an Evaluation by a pure function; recomputable from the journal alone. */
export interface Decision {
  readonly verdict: Verdict
  readonly reasons: readonly Reason[]
  readonly metrics: Readonly<Record<string, MetricJudgement>>
  /** Absent where there is no constitution, nothing to be allowed, or only a search that offers nothing. */
  readonly policy?: PolicyVerdict
}

/** What a metric's samples must show. `alpha` is the false-accept rate that this one judgement may spend. */
export interface MetricRule {
  readonly role: 'objective' | 'guard'
  readonly goal: 'minimize' | 'maximize'
  /** Fraction, 0.02 = 2 %. */
  readonly minimumEffect: number
  readonly margin: number
  readonly alpha: number
  readonly maximumPairs: number
  /**
   * `eager` gives up as soon as the candidate clearly does not win four pairs in five by the smallest useful effect; `hasty` as soon as it does not seem to: right for a search, where small
   * gains are cheaper to miss than to chase. `patient` uses every pair. None can ever accept.
   */
  readonly patience: 'hasty' | 'eager' | 'patient'
  /**
   * Absent: no counts. `vote`: a proven gain must be confirmed by fewer instructions. `lead`: where instructions show the smallest useful effect for every seed, the time
   * only has to be proven no worse than `margin`.
   */
  readonly counts?: 'vote' | 'lead'
  /** Figures are 0 and 1: a task that was not solved, or was. Then `margin` is a share of all tasks, and their number is the limit. */
  readonly figure?: 'pass-rate'
  /** Of a suite: numbers of tasks after which a search that looks bad ends. The last is how many are asked at most. */
  readonly stages?: readonly number[]
  /** Where the weighted sum of objectives counts; 1 when absent. */
  readonly weight?: number
}

/** Whether a change may still come to be applied: nothing was shown against it. */
export function mayPass({ verdict }: Pick<Decision, 'verdict'>): boolean {
  return verdict === 'accepted' || verdict === 'approval-required'
}

/** What screening and the constitution ask a person about. */
const questions: ReadonlySet<ReasonCode> = new Set(['suspicious-content', 'protected-path', 'edit-outside-scope', 'patch-too-large', 'unsafe-path', 'constitution'])
const proofs: ReadonlySet<ReasonCode> = new Set(['proven-gain', 'lint-skipped'])

/** Whether a gain is shown, on evidence that nobody doubts, and a person is asked all the same: because of what the change holds, not of how it was measured. */
export function isAskedAbout({ verdict, reasons }: Pick<Decision, 'verdict' | 'reasons'>): boolean {
  if (verdict !== 'approval-required' || !reasons.every(({ code }) => questions.has(code) || proofs.has(code))) return false
  return reasons.some(({ code }) => code === 'proven-gain') && reasons.some(({ code }) => questions.has(code))
}

/** What a run may offer: accepted, or it would have been but for a person who is asked: by the constitution, which would ask about the next finalist as well, or about what it holds. */
export function isProven(decision: Decision, { followsAsked }: { readonly followsAsked?: true }): boolean {
  const { verdict, policy } = decision
  return verdict === 'accepted' || (verdict === 'approval-required' && policy?.before === 'accepted') || (followsAsked === true && isAskedAbout(decision))
}

/** What it holds is asked about; not only what was measured. */
export function asksOfContent({ verdict, policy }: Decision): boolean {
  return verdict === 'approval-required' && policy?.before !== 'accepted'
}
