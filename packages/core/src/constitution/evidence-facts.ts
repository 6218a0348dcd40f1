import { isNoticed } from '../evaluation/canary-adequacy.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { Decision } from '../decision/decision.ts'
import { lintScore } from '../decision/judge-lint.ts'
import { weakJudges } from '../decision/weigh-evidence.ts'
import { noEvidence, type EvidenceFacts } from './policy-facts.ts'

/** What was measured, as rules may ask for it: from the recorded evaluation and the decision that follows from it, and from nothing else. */
export function evidenceFacts(evaluation: Evaluation, decision: Pick<Decision, 'verdict' | 'reasons' | 'metrics'>): EvidenceFacts {
  return { verdict: decision.verdict, reasons: [...new Set(decision.reasons.map(({ code }) => code))], tests: testFacts(evaluation), coverage: coverageFacts(evaluation), lint: lintFacts(evaluation), oracle: oracleFacts(evaluation), effect: effectFacts(decision) }
}

function testFacts({ tests, heldOut, testRuns, repair }: Evaluation): EvidenceFacts['tests'] {
  if (tests === null) return noEvidence.tests
  const held = heldOut ?? null
  return {
    ran: testRuns.length > 0,
    passed: tests.candidate.passed + (held?.candidate.passed ?? 0),
    failed: tests.newlyFailing.length + (held?.newlyFailing.length ?? 0) + (repair?.unrepaired.length ?? tests.candidate.failed),
    missing: tests.missing.length + (held?.missing.length ?? 0),
    sealed: testRuns.length > 0 && testRuns.every(({ trust }) => trust === 'sealed'),
  }
}

function coverageFacts(evaluation: Evaluation): EvidenceFacts['coverage'] {
  const usable = (evaluation.canaries ?? []).filter(({ caughtBy }) => caughtBy !== 'unusable')
  if (usable.length === 0) return noEvidence.coverage
  return { known: true, mutants: usable.length, noticed: usable.filter(isNoticed).length, complete: weakJudges(evaluation).length === 0 }
}

/** Comments that keep linters from looking are findings of screening, which rules ask for by name. */
function lintFacts({ lint }: Evaluation): EvidenceFacts['lint'] {
  const counted = lint?.filter(({ skipped, problem }) => skipped === null && problem === null) ?? []
  return { ran: counted.length > 0, ...lintScore(counted, []) }
}

function oracleFacts({ oracle, disguise }: Evaluation): EvidenceFacts['oracle'] {
  if (oracle === null) return noEvidence.oracle
  return { ran: true, cases: oracle.cases, mismatches: oracle.mismatches + (disguise?.oracle.mismatches ?? 0) }
}

function effectFacts({ metrics, reasons }: Pick<Decision, 'metrics' | 'reasons'>): EvidenceFacts['effect'] {
  const gains = Object.values(metrics).filter(({ role, shows }) => role === 'objective' && shows !== 'no-loss').flatMap(({ effect }) => (effect === null ? [] : [effect]))
  const [weakest] = gains.toSorted((a, b) => a.low - b.low)
  if (weakest === undefined) return noEvidence.effect
  return { proven: reasons.some(({ code }) => code === 'proven-gain'), ...weakest }
}
