import type { MetricJudgement } from './decision.ts'

/**
 * Where a metric stands after some pairs. `proven`: an objective's gain, or that a guard holds. `worse`: proven against the candidate.
 * `futile`: stopped without proof, because a useful gain is out of reach. `limit`: no pairs left.
 */
export type LookStatus = 'continue' | 'proven' | 'worse' | 'futile' | 'limit'

export interface Look {
  readonly status: LookStatus
  readonly judgement: Omit<MetricJudgement, 'unit'>
}
