import type { EventBodies, NewEvent } from '../journal/event.ts'
import type { Lane } from '../sandbox/lane.ts'
import { judgeChange, type Judgement } from './judge-change.ts'
import { JudgingQueue } from './judging-queue.ts'
import type { RunPorts } from './cycle-ports.ts'
import { metricRules } from './metric-rules.ts'
import { proposeStep } from './propose-step.ts'
import type { MadeProposal, RunState } from './run-state.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { settleRepair, repairAttempts } from './settle-repair.ts'
import { settleWinner } from './settle-winner.ts'
import { createSourceReader } from './source-reader.ts'
import { afterDecision, nextSpending, readLedger, type Ledger } from './spending-ledger.ts'

/** Steps in a row without anything new after which the neighbourhood counts as exhausted. */
const fruitlessLimit = 64

/**
 * The level at which a search believes a gain that is confirmed from zero before it is offered: seven pairs that are all won, instead of nine. What it believes wrongly costs a parent that is no better
 * than its own, or a confirmation.
 */
const searchAlpha = 0.05

export interface SearchLimits {
  /** Stop after the next evaluation, also where an interrupted run left several proposals open: those behind the first stay undecided. */
  readonly once: boolean
}

export type SearchEnd = EventBodies['run-finished']['reason'] | 'interrupted'

/**
 * The cycle: observe -> propose -> screen -> evaluate -> decide, again and again; then the winner is minimised and confirmed.
 *
 * Up to `lookahead` proposals are open at a time. When the next one is made follows from the state alone, and judgements enter it in the order of the proposals: how many evaluations
 * really go on side by side, and which of them ends first, changes nothing.
 */
export async function runSearch(ports: RunPorts, state: RunState, limits: SearchLimits, signal: AbortSignal): Promise<SearchEnd> {
  // What is confirmed from zero needs no promise in the search: an archive of candidates that each passed at the full rate only says where to look. Without confirmation each is an offer.
  let ledger = ports.config.accept.confirm ? null : await readLedger(ports.index)
  const record = createRecorder(ports, state, (event) => {
    if (ledger !== null && event.kind === 'decision-made') ledger = afterDecision(ledger, event.body)
  })
  const readSources = createSourceReader(ports.revisions, ports.scope)
  await observeOpportunities(ports, state, record, signal)
  const stopAt = limits.once ? state.evaluated + 1 : Number.POSITIVE_INFINITY
  // Also when an abort throws its way out: what was decided is quickly taken up again.
  await using _ = { [Symbol.asyncDispose]: async () => (signal.aborted ? record.save() : undefined) }
  await using queue = new JudgingQueue(ports.lanes ?? [null], (made, lane, stopped) => judgeProposal(ports, { state, made, ledger, lane }, stopped), signal)
  let end = searchEnd(state, stopAt)
  while (end === null && !signal.aborted) {
    queue.add(state.pending.slice(0, stopAt - state.evaluated))
    if (mayPropose(state, stopAt)) {
      const events = await proposeStep(ports, state, readSources, signal)
      await record(events)
      announce(ports, state, events)
    } else if (state.pending[0] !== undefined) await recordJudgement(ports, { state, made: state.pending[0], queue, record })
    // Once what is broken works there is nothing more to look for.
    else if ((await settleRepair(ports, { state, record, readSources }, signal)) !== null) end = 'repaired'
    end ??= searchEnd(state, stopAt)
  }
  if (end === null) return 'interrupted'
  const context = { state, record, readSources }
  const { winner, beside } = state.started.goal === 'repair' ? { winner: await settleRepair(ports, context, signal), beside: null } : await settleWinner(ports, context, signal)
  await record([{ kind: 'run-finished', body: { run: state.run, winner, ...(beside === null ? {} : { beside }), reason: end } }])
  await ports.snapshots.discard(state.run)
  ports.observe({ kind: 'run-finished', run: state.run, winner })
  return end
}

async function observeOpportunities(ports: RunPorts, state: RunState, record: Recorder, signal: AbortSignal): Promise<void> {
  if (state.opportunities === null) {
    ports.observe({ kind: 'observing' })
    const opportunities = await ports.opportunities.observe(signal)
    await record([{ kind: 'opportunities-observed', body: { run: state.run, opportunities } }])
  }
  ports.observe({ kind: 'opportunities', opportunities: state.opportunities ?? [] })
}

/** Null while there is something to propose, to decide, or to settle. */
function searchEnd(state: RunState, stopAt: number): EventBodies['run-finished']['reason'] | null {
  if (state.evaluated >= stopAt) return 'once'
  if (state.pending.length > 0) return null
  if (state.evaluated >= state.started.evaluations) return 'budget'
  if (isOutOfTime(state)) return 'time'
  if (state.fruitless >= fruitlessLimit || state.repairs().length >= repairAttempts) return 'exhausted'
  return null
}

/** Whether another proposal is made before the first open one is decided. */
function mayPropose(state: RunState, stopAt: number): boolean {
  const { pending, evaluated, started, fruitless } = state
  if (pending.length >= (started.lookahead ?? 1) || evaluated + pending.length >= Math.min(stopAt, started.evaluations)) return false
  return fruitless < fruitlessLimit && !isOutOfTime(state) && state.repairs().length <= state.refusedRepairs
}

function isOutOfTime({ started, spentMs }: RunState): boolean {
  return started.wallMs !== null && spentMs >= started.wallMs
}

async function judgeProposal(
  ports: RunPorts,
  { state, made, ledger, lane }: { readonly state: RunState; readonly made: MadeProposal; readonly ledger: Ledger | null; readonly lane: Lane },
  signal: AbortSignal,
): Promise<Judgement> {
  const screening = state.screening(made.proposal.id)
  if (screening === undefined) throw new TypeError(`proposal ${made.proposal.id} was never screened`)
  const rate = ports.config.accept.falseAcceptRate
  const { alpha, spending } = ledger === null ? { alpha: Math.max(searchAlpha, rate) } : nextSpending(ledger, rate)
  return await judgeChange(
    ports,
    {
      run: state.run,
      seed: state.started.seed,
      proposal: made.proposal.id,
      purpose: 'search',
      trial: 1,
      candidate: made.commit,
      baseline: state.started.baseline,
      trusted: state.started.baseline,
      alpha,
      ...(spending === undefined ? {} : { spending }),
      goal: state.started.goal ?? 'improve',
      rules: state.started.goal === 'repair' ? {} : metricRules(ports.config, alpha, ledger === null ? 'hasty' : 'eager'),
      screening,
      lane,
    },
    signal,
  )
}

async function recordJudgement(
  ports: RunPorts,
  { state, made, queue, record }: { readonly state: RunState; readonly made: MadeProposal; readonly queue: JudgingQueue; readonly record: Recorder },
): Promise<void> {
  const { decision, events } = await queue.take(made)
  await record(events)
  ports.observe({ kind: 'decided', proposal: made.proposal, purpose: 'search', decision, evaluated: state.evaluated, best: state.archive.best() })
}

function announce(ports: RunPorts, state: RunState, events: readonly NewEvent[]): void {
  for (const event of events) {
    if (event.kind === 'proposal-made') {
      const parent = state.archive.indexOf(event.body.proposal.parent) ?? 0
      ports.observe({ kind: 'proposed', step: event.body.step, proposal: event.body.proposal, parent })
    } else if (event.kind === 'step-skipped') {
      ports.observe({ kind: 'skipped', step: event.body.step, reason: event.body.reason, ...(event.body.refusal === undefined ? {} : { detail: `${event.body.refusal.code}: ${event.body.refusal.detail}` }) })
    }
  }
}
