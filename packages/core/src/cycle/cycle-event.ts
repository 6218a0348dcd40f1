import type { Variant } from '../archive/archive.ts'
import type { Decision } from '../decision/decision.ts'
import type { EvaluationStage } from '../evaluation/evaluation-request.ts'
import type { Purpose, RunId } from '../journal/event.ts'
import type { ObjectId, Opportunity, Proposal } from '../proposal/proposal.ts'

/** What a watcher may want to know; emitting never changes what happens. */
export type CycleEvent =
  | { readonly kind: 'run-started'; readonly run: RunId; readonly seed: number; readonly baseline: ObjectId; readonly evaluations: number; readonly evaluated: number }
  | { readonly kind: 'observing' }
  | { readonly kind: 'opportunities'; readonly opportunities: readonly Opportunity[] }
  | { readonly kind: 'proposed'; readonly step: number; readonly proposal: Proposal; readonly parent: number }
  | { readonly kind: 'skipped'; readonly step: number; readonly reason: 'duplicate' | 'exhausted' | 'refused'; readonly detail?: string }
  | { readonly kind: 'stage'; readonly proposal: string; readonly purpose: Purpose; readonly stage: EvaluationStage }
  | {
      readonly kind: 'decided'
      readonly proposal: Proposal
      readonly purpose: Purpose
      readonly decision: Decision
      readonly evaluated: number
      readonly best: Variant
    }
  | { readonly kind: 'settling'; readonly proposal: Proposal; readonly action: 'minimise' | 'confirm' }
  | { readonly kind: 'run-finished'; readonly run: RunId; readonly winner: string | null }

export type Observe = (event: CycleEvent) => void
