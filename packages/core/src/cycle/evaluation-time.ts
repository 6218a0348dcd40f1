import type { Evaluation } from '../evaluation/evaluation.ts'

/** In how much time evaluations of a run went on; a fold of their records. Times are in ms since 1970. */
export interface EvaluationTime {
  /** What went on side by side counts once. */
  readonly spentMs: number
  /** The latest end. */
  readonly until: number
  /** The begin of the last one. */
  readonly begun: number
  /** What is added to the machine's clock since it was put back. */
  readonly shift: number
}

export const noTime: EvaluationTime = { spentMs: 0, until: 0, begun: 0, shift: 0 }

/** Records come in the order in which evaluations were begun, give or take what lies between two lanes. */
const tolerance = 60_000

/**
 * How long an evaluation took is measured by a clock that cannot be set; when it was begun, by one that can. Alone, it took what it took. Of what goes on side by side only the overlap follows from the begins: where
 * one seems to lie before the one before it, the clock was put back, and everything from then on is moved on by as much; where the clock is put forward, nothing seems to overlap. Either way a jump costs no more
 * than what is going on at that moment counts, and no evaluation ever counts less than nothing or more than it took.
 */
export function withEvaluation(time: EvaluationTime, { startedAt, wallMs, processors }: Pick<Evaluation, 'startedAt' | 'wallMs' | 'processors'>): EvaluationTime {
  const read = Date.parse(startedAt)
  const shown = (Number.isNaN(read) ? time.begun - time.shift : read) + time.shift
  const shift = time.shift + (shown < time.begun - tolerance ? time.begun - shown : 0)
  const begun = shown + shift - time.shift
  const end = begun + wallMs
  const counted = processors === undefined ? wallMs : Math.max(0, end - Math.max(begun, time.until))
  return { spentMs: time.spentMs + counted, until: Math.max(time.until, end), begun: Math.max(time.begun, begun), shift }
}
