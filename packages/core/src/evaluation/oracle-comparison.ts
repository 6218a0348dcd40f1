import type { OracleComparison } from './evaluation.ts'

/** Whether the candidate answers otherwise than the baseline, or not at all. */
export function isAnsweredOtherwise({ mismatches, candidateProblem }: OracleComparison): boolean {
  return mismatches > 0 || candidateProblem !== null
}

/** Whether nothing that is still to come could lead to a yes. */
export function isFinal(comparison: OracleComparison): boolean {
  return isAnsweredOtherwise(comparison) || comparison.baselineProblem !== null || (comparison.slowdowns ?? []).length > 0
}

/** What several oracles, or several runs of them, show together. */
export function joinedComparisons(a: OracleComparison, b: OracleComparison): OracleComparison {
  const answers = [a.answers ?? [], b.answers ?? []].flat()
  return {
    cases: a.cases + b.cases,
    mismatches: a.mismatches + b.mismatches,
    invalidMismatches: (a.invalidMismatches ?? 0) + (b.invalidMismatches ?? 0),
    ...(answers.length === 0 ? {} : { answers }),
    examples: [...a.examples, ...b.examples],
    seeds: [...a.seeds, ...b.seeds],
    baselineProblem: a.baselineProblem ?? b.baselineProblem,
    candidateProblem: a.candidateProblem ?? b.candidateProblem,
    slowdowns: [...(a.slowdowns ?? []), ...(b.slowdowns ?? [])],
  }
}
