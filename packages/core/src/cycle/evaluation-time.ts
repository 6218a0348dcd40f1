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
  /** By processor, since the last evaluation that was alone. */
  readonly busy: Readonly<Record<string, Busy>>
  /** Of a processor that has had none since. */
  readonly before: Busy
}

/** A processor has one evaluation at a time: so much follows without any clock. */
interface Busy {
  readonly until: number
  /** How long evaluations went on, one behind the other, up to there. */
  readonly leastMs: number
}

export const noTime: EvaluationTime = { spentMs: 0, until: 0, begun: 0, shift: 0, busy: {}, before: { until: 0, leastMs: 0 } }

/** Records come in the order in which evaluations were begun, give or take what lies between two lanes. */
const tolerance = 60_000

/**
 * How long an evaluation took is measured by a clock that cannot be set; when it was begun, by one that can. Alone, it took what it took. Of what goes on side by side only the overlap follows from the begins: where
 * one seems to lie before the end of the last one on the same processors, or well before the one before it, the clock was put back, and everything from then on is moved on by as much; where the clock is put forward,
 * nothing seems to overlap. Either way a jump costs no more than what is going on at that moment counts. Whatever the clock does, no evaluation counts less than nothing or more than it took, and all together
 * never less than those that shared processors took one behind the other: `--hours` ends a run.
 */
export function withEvaluation(time: EvaluationTime, { startedAt, wallMs, processors }: Pick<Evaluation, 'startedAt' | 'wallMs' | 'processors'>): EvaluationTime {
  const earlier = processors === undefined ? [time.before, ...Object.values(time.busy)] : processors.map((processor) => time.busy[processor] ?? time.before)
  const free = Math.max(0, ...earlier.map(({ until }) => until))
  const read = Date.parse(startedAt)
  const shown = Number.isNaN(read) ? Math.max(time.begun, free) : read + time.shift
  const begun = Math.max(shown, free, shown < time.begun - tolerance ? time.begun : 0)
  const end = begun + wallMs
  const leastMs = Math.max(0, ...earlier.map((each) => each.leastMs)) + wallMs
  const counted = processors === undefined ? wallMs : Math.max(0, end - Math.max(begun, time.until))
  const own: Busy = { until: end, leastMs }
  return {
    spentMs: Math.max(time.spentMs + counted, leastMs),
    until: Math.max(time.until, end),
    begun: Math.max(time.begun, begun),
    shift: time.shift + begun - shown,
    ...(processors === undefined ? { busy: {}, before: own } : { busy: { ...time.busy, ...Object.fromEntries(processors.map((processor) => [processor, own])) }, before: time.before }),
  }
}
