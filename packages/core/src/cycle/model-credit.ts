import { objectiveGain } from '../archive/objective-gain.ts'
import type { Decision } from '../decision/decision.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { Proposal, ProposalModel } from '../proposal/proposal.ts'
import type { Attempt, ModelCredit } from '../proposal/search-history.ts'

/** What breaks with a change, shortly. */
export type FailingCases = readonly string[]

const mostCases = 4
const mostText = 200
const mostRationale = 300

/** Only what a search may see: tests that are held out are not run in it. */
export function failingCases({ tests, oracle }: Evaluation): FailingCases {
  const names = [...(tests?.newlyFailing ?? []), ...(tests?.missing ?? []).map((name) => `${name} (no longer runs)`)]
  const differing = (oracle?.examples ?? []).map(({ baseline, candidate }) => `expected ${(baseline ?? 'nothing').slice(0, mostText / 2)}, got ${(candidate ?? 'nothing').slice(0, mostText / 2)}`)
  return [...names, ...differing].slice(0, mostCases).map((text) => text.slice(0, mostText * 2))
}

export function attemptOf({ operator, rationale, edits, files = [] }: Proposal, decision: Decision, failing: FailingCases = []): Attempt {
  const gain = objectiveGain(decision)
  return {
    operator,
    rationale: rationale.slice(0, mostRationale),
    verdict: decision.verdict,
    reasons: decision.reasons.slice(0, 3).map(({ code, message }) => `${code}: ${message}`.slice(0, mostText)),
    ratio: gain === null || !Number.isFinite(gain.estimate) ? null : Math.min(Number.MAX_VALUE, Math.exp(gain.estimate)),
    failing,
    paths: [...new Set([...edits, ...files].map(({ path }) => path))].slice(0, 8),
  }
}

export function withModelUse(credit: Map<string, ModelCredit>, model: Pick<ProposalModel, 'name' | 'nanoUsd' | 'calls'> | null, isGain: boolean): void {
  if (model === null || model.calls.length === 0) return
  const { tries, gains, nanoUsd } = credit.get(model.name) ?? { tries: 0, gains: 0, nanoUsd: 0 }
  credit.set(model.name, { tries: tries + 1, gains: gains + (isGain ? 1 : 0), nanoUsd: nanoUsd + model.nanoUsd })
}
