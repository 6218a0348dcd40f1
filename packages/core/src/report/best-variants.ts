import type { ReportedRun, ReportedVariant } from './run-report.ts'

/** Lower bound of the gain as a ratio; 0 where nothing is known. */
export function provenRatio(variant: ReportedVariant): number {
  return variant.score?.low ?? 0
}

/** The accepted variant with the highest lower bound, earlier ones first; null while nothing is proven. */
export function bestVariant(run: ReportedRun): ReportedVariant | null {
  let best: ReportedVariant | null = null
  for (const variant of run.variants) {
    if (variant.verdict === 'accepted' && provenRatio(variant) > (best === null ? 1 : provenRatio(best))) best = variant
  }
  return best
}

/** Whether what a run offers waits for a person, by the verdict that it was offered with. */
export function awaitsPerson({ settling, variants }: ReportedRun, id: string): boolean {
  const offered = settling.findLast(({ proposal, purpose }) => proposal === id && purpose === 'confirm') ?? variants.find(({ proposal }) => proposal === id)
  return offered?.verdict === 'approval-required'
}

const rank = { accepted: 0, 'approval-required': 1, inconclusive: 2, rejected: 3 } as const

/** The `limit` variants that say most: by verdict, then by what is proven, then the latest. In order of evaluation. */
export function tellingVariants(run: ReportedRun, limit: number): readonly ReportedVariant[] {
  if (run.variants.length <= limit) return run.variants
  const byInterest = run.variants.toSorted((a, b) => rank[a.verdict] - rank[b.verdict] || provenRatio(b) - provenRatio(a) || b.index - a.index)
  return byInterest.slice(0, limit).sort((a, b) => a.index - b.index)
}
