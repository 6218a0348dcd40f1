import type { Reason } from '../decision/decision.ts'
import type { TestComparison } from '../evaluation/evaluation.ts'
import { proposalDocument, type ProposalDocument } from './proposal-document.ts'
import { standingDecision, type ProposalRecord } from './proposal-record.ts'

/**
 * What whoever proposes may know of a verdict: enough to do better, nothing that the judges draw or hide. Left out: seeds, every raw sample, what is held out from the search and what it said, what
 * outputs were compared, who approved.
 */
export interface ProposerDocument
  extends Pick<ProposalDocument, 'id' | 'verdict' | 'reasons' | 'policy' | 'tests' | 'output' | 'metrics' | 'reached' | 'proposer' | 'operator' | 'rationale' | 'baseline' | 'commit' | 'parent'> {
  readonly screening: Pick<ProposalDocument['screening'], 'decision' | 'risk' | 'consentLevel' | 'findings'>
  readonly oracle: { readonly cases: number; readonly mismatches: number; readonly examples: readonly { readonly baseline: string | null; readonly candidate: string | null }[] }
  readonly sandbox: { readonly tier: string | null }
  /** Journal hash of the decision. */
  readonly attestation: string | null
  readonly applied: boolean
}

/** Of each list: a report of thousands of names helps nobody. */
const listLimit = 50

export function proposerDocument(record: ProposalRecord): ProposerDocument {
  const { id, verdict, policy, tests, output, metrics, reached, proposer, operator, rationale, baseline, commit, parent, screening, oracle, sandbox, attestation, applications } = proposalDocument(record)
  const { decision, risk, consentLevel, findings } = screening
  return {
    id, verdict, policy, output, metrics, reached, proposer, operator, rationale, baseline, commit, parent, attestation,
    reasons: openReasons(record),
    tests: shortened(tests),
    screening: { decision, risk, consentLevel, findings: findings.slice(0, listLimit) },
    oracle: { cases: oracle.cases, mismatches: oracle.mismatches, examples: oracle.examples.slice(0, listLimit).map(({ baseline, candidate }) => ({ baseline, candidate })) },
    sandbox: { tier: sandbox.tier },
    applied: applications.some(({ status }) => status === 'applied'),
  }
}

/** Where held-out tests fail, the reason would name them; by the facts, not by its wording. */
function openReasons(record: ProposalRecord): readonly Reason[] {
  const standing = standingDecision(record)
  const held = standing?.evaluation?.heldOut
  const isAboutHeldOut = held !== null && held !== undefined && (held.candidate.failed > 0 || held.newlyFailing.length + held.missing.length > 0)
  return (standing?.decision.reasons ?? []).map((reason) => (isAboutHeldOut && (reason.code === 'tests-failed' || reason.code === 'tests-missing') ? { code: reason.code, message: 'tests that proposers do not see fail, or no longer run' } : reason))
}

function shortened({ baseline, candidate, missing, newlyFailing }: TestComparison): TestComparison {
  return { baseline, candidate, missing: missing.slice(0, listLimit), newlyFailing: newlyFailing.slice(0, listLimit) }
}
