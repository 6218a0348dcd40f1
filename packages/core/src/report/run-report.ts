import { z } from 'zod'
import { alertKinds } from '../alert/alert.ts'

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const reportVersion = 1

const count = z.int().min(0)
const verdict = z.enum(['accepted', 'rejected', 'inconclusive', 'approval-required'])
const purpose = z.enum(['search', 'minimise', 'confirm', 'revalidate', 'single'])
const reason = z.object({ code: z.string(), message: z.string() })

/** How many times better than the baseline, over all objectives (geometric mean); null where a bound is not known. */
const score = z.object({ estimate: z.number().min(0), low: z.number().min(0).nullable(), high: z.number().min(0).nullable() })

/** What a variant did with tasks, and how many of the same ones the baseline solved. */
const tasks = z.object({ asked: count, solved: count, baseline: count })

/** What an agent was to mend in itself. */
const weakness = z.object({ primary: z.string(), rootCause: z.string(), suggestedFix: z.string(), source: z.enum(['facts', 'model']) })

const judgement = z.object({
  proposal: z.string(),
  purpose,
  trial: count,
  operator: z.string(),
  rationale: z.string(),
  paths: z.array(z.string()),
  commit: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** Wall time of the evaluation in ms; 0 when it was refused before anything ran. */
  wallMs: z.number().min(0),
  verdict,
  reasons: z.array(reason),
  score: score.nullable(),
  /** Absent where no objective is a pass rate, or no task was asked. */
  tasks: tasks.optional(),
  /** Of tasks that no search sees. */
  heldOut: tasks.optional(),
  /** Of a change that an agent made of itself. */
  weakness: weakness.optional(),
})

/** One decided search proposal: a node of the lineage. The root, index 0, is the baseline and not listed. `mate` is what was merged into the parent, where something was. */
const variant = judgement.extend({ index: count.min(1), step: count, parent: count, mate: count.optional() })

/** What was spent on language models, in dollars. `assumedUsd` is what was charged in full because nothing believable was known. */
const spending = z.object({
  usd: z.number().min(0),
  byModel: z.array(z.object({ model: z.string(), provider: z.string(), id: z.string(), calls: count, answered: count, failed: count, inputTokens: count, outputTokens: count, usd: z.number().min(0), assumedUsd: z.number().min(0) })),
  bySteps: z.array(z.object({ step: z.string(), calls: count, usd: z.number().min(0) })),
})

/**
 * One variant of an agent that improves itself: what was spent on models when it was decided, what making it took of that, and the best that anybody was by then. `variant` and `best.variant` are indexes of variants; 0 is the
 * baseline. Money in dollars.
 */
const generation = z.object({ variant: count, depth: count, usdMade: z.number().min(0), usdSoFar: z.number().min(0), best: z.object({ variant: count, tasks: tasks.nullable() }) })

/** A step that an agent was run in, and that led to no variant. */
const barren = z.object({ step: count, parent: count, code: z.string(), detail: z.string(), usd: z.number().min(0) })

/** What a run of an agent that improves itself came to. `gain` is the share of its tasks that the best variant solves beyond the baseline. */
const self = z.object({
  generations: z.array(generation),
  barren: z.array(barren),
  gain: z.number(),
  /** Share of tasks gained for each dollar; null where nothing was spent. */
  gainPerUsd: z.number().nullable(),
  /** The winner on tasks that no search saw; null where there are none, or nothing was confirmed. */
  transfer: tasks.nullable(),
})

const run = z.object({
  id: z.string(),
  seed: z.number(),
  strategy: z.string(),
  proposer: z.string(),
  tier: z.string(),
  baseline: z.string(),
  configDigest: z.string(),
  startedAt: z.string(),
  /** Time of the run's last event so far. */
  lastAt: z.string(),
  /** Budget of evaluations, and how many were made. */
  evaluations: count,
  evaluated: count,
  /** Proposals refused because their content was known already, and steps that found nothing to propose. */
  duplicates: count,
  fruitless: count,
  /** Wall time of all evaluations in ms. */
  evaluationMs: z.number().min(0),
  verdicts: z.record(verdict, count),
  /** How many search decisions gave each reason, most frequent first. */
  reasons: z.array(z.object({ code: z.string(), count })),
  variants: z.array(variant),
  /** Minimisation trials and confirmations of the winner. */
  settling: z.array(judgement),
  winner: z.string().nullable(),
  /** Offered beside the winner: better as far as the search can tell, and a person is asked about it. Absent where there is none. */
  beside: z.string().optional(),
  /** Absent where no model was asked. */
  spending: spending.optional(),
  /** Steps for which a model was asked in vain. */
  refused: count.optional(),
  /** Absent where the target is not an agent that improves itself. */
  self: self.optional(),
  /** Why the search ended; null while it runs or when it was interrupted. */
  finished: z.enum(['budget', 'time', 'exhausted', 'once', 'repaired']).nullable(),
})

const application = z.object({
  application: z.string(),
  proposal: z.string(),
  ref: z.string(),
  commit: z.string(),
  at: z.string(),
  status: z.enum(['intended', 'applied', 'abandoned', 'revert-intended', 'reverted']),
  /** The commit that undoes it, once a revert was begun. */
  revert: z.object({ commit: z.string(), at: z.string() }).nullable(),
})

const alert = z.object({
  kind: z.enum(alertKinds),
  severity: z.enum(['warning', 'critical']),
  /** Number of the journal's event that shows it. */
  sequence: count,
  at: z.string(),
  proposal: z.string().nullable(),
  /** Codes of rules, checks or reasons. */
  signs: z.array(z.string()),
})

/** What a journal says happened, as one value for every view. All text in it may come from a hostile proposal. */
export const runReportSchema = z.object({
  version: z.literal(reportVersion),
  /** The last event that the report covers. */
  head: z.object({ sequence: count, hash: z.string() }),
  runs: z.array(run),
  /** Changes judged outside any run. */
  changes: z.array(judgement),
  applications: z.array(application),
  /** Attempts at what no proposal may do, and signs that things go wrong, in the order of the journal; absent in older reports. */
  alerts: z.array(alert).optional(),
})

type Frozen<T> = T extends readonly (infer Item)[] ? readonly Frozen<Item>[] : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T

export type RunReport = Frozen<z.infer<typeof runReportSchema>>
export type ReportedRun = RunReport['runs'][number]
export type ReportedVariant = ReportedRun['variants'][number]
export type ReportedJudgement = RunReport['changes'][number]
export type ReportedApplication = RunReport['applications'][number]
export type ReportedVerdict = ReportedJudgement['verdict']
export type ReportedTasks = NonNullable<ReportedJudgement['tasks']>
export type ReportedSelf = NonNullable<ReportedRun['self']>
export type Score = NonNullable<ReportedJudgement['score']>
