import type { MetricJudgement, PolicyVerdict, Reason, Verdict } from '../decision/decision.ts'
import type { Evaluation, OracleMismatch, OutputComparison, TestComparison, TestRun } from '../evaluation/evaluation.ts'
import type { Screening } from '../screening/screening.ts'
import { attestationOf, standingDecision, type ApplicationStatus, type ProposalRecord } from './proposal-record.ts'

/** What `evaluate --json` and every item of `proposals --json` hold; a stable contract. */
export interface ProposalDocument {
  readonly id: string
  readonly verdict: Verdict | 'undecided'
  readonly reasons: readonly Reason[]
  readonly screening: Screening
  /** What the constitution made of the verdict; null where there is none, or nothing to be allowed. */
  readonly policy: PolicyVerdict | null
  /** Zeros where the gate was not reached; `reached` tells. */
  readonly tests: TestComparison
  /** Last lines of the command that failed, of the baseline's where that is the trouble; empty when none did. */
  readonly output: string
  readonly oracle: { readonly cases: number; readonly mismatches: number; readonly examples: readonly OracleMismatch[] }
  readonly metrics: Readonly<Record<string, MetricJudgement>>
  readonly evidence: EvidenceSummary
  readonly sandbox: { readonly tier: string | null; readonly selfTest: { readonly testedAt: string; readonly checks: number } | null }
  /** Digest of the signed attestation of the verdict, and name of its file; null where the verdict is not attested: only accepted ones are, once a key is there. */
  readonly attestation: string | null
  /** Journal hash of the decision: it names the evidence and everything before it. */
  readonly decision: string | null
  /** The last gate that was reached. */
  readonly reached: 'screening' | 'build' | 'tests' | 'oracle' | 'metrics'
  readonly purpose: string | null
  readonly run: string | null
  readonly proposer: string
  readonly operator: string
  readonly rationale: string
  readonly baseline: string
  readonly commit: string
  /** Commits of the variant that the edits apply to, and of the one that was merged into it, if any. */
  readonly parent: string
  readonly mate: string | null
  readonly applications: readonly { readonly ref: string; readonly commit: string; readonly status: ApplicationStatus; readonly attestation: string | null }[]
}

/** How much what the judges said is worth. */
export interface EvidenceSummary {
  /** How hard it is for the tested code to forge what the tests reported: the weakest of all test commands; null where none ran. */
  readonly reports: TestRun['trust'] | null
  /** Known-bad mutants of the change that were tried, and what noticed one; null where none were. */
  readonly canaries: { readonly tried: number; readonly caughtBy: string | null } | null
  /** The oracle repeated so that the change could not know it; null where it was not. */
  readonly disguise: { readonly kinds: readonly string[]; readonly cases: number; readonly mismatches: number } | null
  /** Tests that the search never saw, on the change; null where there are none, or it was not looked at as a whole. */
  readonly heldOut: TestComparison['candidate'] | null
  /** Whether tests that were made wrong on purpose fail on the change too; null where that was not tried, or the tests could not be made wrong. */
  readonly testsAlive: boolean | null
  /** What both sides printed for one seed, by metric. */
  readonly outputs: Readonly<Record<string, OutputComparison>>
}

const noCounts = { passed: 0, failed: 0, skipped: 0 }
const noTests: TestComparison = { baseline: noCounts, candidate: noCounts, missing: [], newlyFailing: [] }
const noScreening: Screening = { decision: 'require-approval', risk: 1, consentLevel: 3, findings: [] }

export function proposalDocument(record: ProposalRecord): ProposalDocument {
  const standing = standingDecision(record)
  const evaluation = standing?.evaluation ?? null
  return {
    id: record.id,
    verdict: standing?.decision.verdict ?? 'undecided',
    reasons: standing?.decision.reasons ?? [],
    screening: record.screening ?? noScreening,
    policy: standing?.decision.policy ?? null,
    tests: evaluation?.tests ?? noTests,
    output: failingOutput(evaluation),
    oracle: { cases: evaluation?.oracle?.cases ?? 0, mismatches: evaluation?.oracle?.mismatches ?? 0, examples: evaluation?.oracle?.examples ?? [] },
    metrics: standing?.decision.metrics ?? {},
    evidence: evidenceSummary(evaluation),
    sandbox: { tier: evaluation?.tier ?? null, selfTest: evaluation?.selfTest ?? null },
    attestation: attestationOf(record)?.attestation ?? null,
    decision: standing?.hash ?? null,
    reached: reached(evaluation),
    purpose: standing?.purpose ?? null,
    run: record.made.run,
    proposer: record.made.proposal.proposer,
    operator: record.made.proposal.operator,
    rationale: record.made.proposal.rationale,
    baseline: record.made.baseline,
    commit: record.made.commit,
    parent: record.made.proposal.parent,
    mate: record.made.proposal.mate ?? null,
    applications: record.applications.map(({ ref, commit, status }) => ({ ref, commit, status, attestation: record.attestations.findLast((one) => one.commit === commit)?.attestation ?? null })),
  }
}

function evidenceSummary(evaluation: Evaluation | null): EvidenceSummary {
  const { canaries, disguise, tripwire, metrics, testRuns } = evaluation ?? { canaries: null, disguise: null, tripwire: null, metrics: [], testRuns: [] }
  const caught = canaries?.find(({ caughtBy }) => caughtBy !== null && caughtBy !== 'unusable')
  const weakest = (['exit-code', 'reported', 'sealed'] as const).find((trust) => testRuns.some((run) => run.trust === trust))
  return {
    reports: weakest ?? null,
    canaries: canaries === null || canaries === undefined ? null : { tried: canaries.length, caughtBy: caught?.caughtBy ?? null },
    disguise: disguise === null || disguise === undefined ? null : { kinds: disguise.kinds, cases: disguise.oracle.cases, mismatches: disguise.oracle.mismatches },
    heldOut: evaluation?.heldOut?.candidate ?? null,
    testsAlive: tripwire === null || tripwire === undefined ? null : tripwire.silent.length === 0,
    outputs: Object.fromEntries(metrics.flatMap(({ name, outputs }) => (outputs === undefined ? [] : [[name, outputs]]))),
  }
}

function failingOutput(evaluation: Evaluation | null): string {
  if (evaluation === null) return ''
  const { baselineTrouble, build, testRuns, repair } = evaluation
  if (baselineTrouble && !repair) return baselineTrouble.tail
  if (build !== null && !build.ok) return build.tail
  return testRuns.find((run) => run.ending !== 'exited' || run.exitCode !== 0)?.tail ?? ''
}

function reached(evaluation: { readonly build: unknown; readonly tests: unknown; readonly oracle: unknown; readonly metrics: readonly unknown[] } | null): ProposalDocument['reached'] {
  if (evaluation === null) return 'screening'
  if (evaluation.metrics.length > 0) return 'metrics'
  if (evaluation.oracle !== null) return 'oracle'
  return evaluation.tests === null ? 'build' : 'tests'
}
