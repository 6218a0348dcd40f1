import { AlertFold } from '../alert/alert-fold.ts'
import { objectiveGain } from '../archive/objective-gain.ts'
import { heldOutTally, taskTally, type TaskTally } from '../archive/task-tally.ts'
import type { Decision } from '../decision/decision.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { EventBodies, JournalEvent } from '../journal/event.ts'
import { genesis } from '../journal/hash-chain.ts'
import type { JournalHead } from '../journal/journal.ts'
import { RunFold } from './run-fold.ts'
import { reportVersion, type ReportedApplication, type ReportedJudgement, type ReportedTasks, type RunReport, type Score } from './run-report.ts'

/** Folds a journal into a report. Reads each event once; memory grows with proposals, not with samples or test names. */
export async function foldReport(events: AsyncIterable<JournalEvent> | Iterable<JournalEvent>): Promise<RunReport> {
  const fold = new ReportFold()
  for await (const event of events) fold.apply(event)
  return fold.report()
}

class ReportFold {
  #head: JournalHead = genesis
  readonly #runs = new Map<string, RunFold>()
  readonly #made = new Map<string, EventBodies['proposal-made']>()
  readonly #measured = new Map<string, Measured>()
  readonly #changes: ReportedJudgement[] = []
  readonly #applications = new Map<string, ReportedApplication>()
  readonly #alerts = new AlertFold()

  apply(event: JournalEvent): void {
    this.#head = { sequence: event.sequence, hash: event.hash }
    const run = 'run' in event.body && event.body.run !== null ? this.#runs.get(event.body.run) : undefined
    run?.touch(event.at)
    this.#alerts.apply(event)
    switch (event.kind) {
      case 'run-started':
        this.#runs.set(event.body.run, new RunFold(event.body, event.at))
        return
      case 'proposal-made':
        this.#made.set(event.body.proposal.id, event.body)
        return
      case 'step-skipped':
        run?.skip(event.body)
        return
      case 'evaluation-recorded':
        this.#measured.set(trialKey(event.body), measuredOf(event.body.evaluation))
        return
      case 'decision-made':
        this.#decide(event.body, event.at, run)
        return
      case 'model-call-intended':
        run?.ledger.intend(event.body)
        return
      case 'model-call-settled':
        run?.ledger.settle(event.body)
        return
      case 'run-finished':
        run?.finish(event.body)
        return
      case 'opportunities-observed':
      case 'proposal-screened':
      case 'consent-given':
      case 'authors-named':
      case 'order-given':
      case 'approval-requested':
      case 'automation-ended':
      case 'capability-granted':
      case 'capability-ended':
      case 'research-intended':
      case 'research-settled':
      case 'notification-settled':
      case 'key-introduced':
      case 'prune-intended':
      case 'prune-settled':
      case 'attestation-intended':
      case 'attestation-settled':
        return
      case 'application-intended':
      case 'application-settled':
      case 'reversion-intended':
      case 'reversion-settled':
        this.#applications.set(event.body.application, this.#application(event))
        return
    }
  }

  report(): RunReport {
    return {
      version: reportVersion,
      head: this.#head,
      runs: [...this.#runs.values()].map((run) => run.report()),
      changes: this.#changes,
      // Settled without intent cannot happen in a sound journal; such a remainder names no ref and is left out.
      applications: [...this.#applications.values()].filter((application) => application.ref !== ''),
      alerts: this.#alerts.alerts,
    }
  }

  #decide(body: EventBodies['decision-made'], at: string, run: RunFold | undefined): void {
    const made = this.#made.get(body.proposal)
    if (made === undefined) return
    const { operator, rationale, edits, weakness } = made.proposal
    const { wallMs = 0, ...tasks } = this.#measured.get(trialKey(body)) ?? {}
    const judgement: ReportedJudgement = {
      proposal: body.proposal,
      purpose: body.purpose,
      trial: body.trial,
      operator,
      rationale,
      paths: [...new Set(edits.map((edit) => edit.path))],
      commit: made.commit,
      at,
      wallMs,
      verdict: body.decision.verdict,
      reasons: body.decision.reasons,
      score: scoreOf(body.decision),
      ...tasks,
      ...(weakness === undefined ? {} : { weakness: { primary: weakness.primary, rootCause: weakness.rootCause, suggestedFix: weakness.suggestedFix, source: weakness.source } }),
    }
    this.#measured.delete(trialKey(body))
    if (run === undefined) this.#changes.push(judgement)
    else run.add(judgement, made)
  }

  #application(event: Extract<JournalEvent, { readonly kind: `${'application' | 'reversion'}-${'intended' | 'settled'}` }>): ReportedApplication {
    const { application, proposal } = event.body
    const known = this.#applications.get(application) ?? { application, proposal, ref: '', commit: '', at: event.at, status: 'intended', revert: null }
    switch (event.kind) {
      case 'application-intended':
        return { ...known, ref: event.body.ref, commit: event.body.commit, at: event.at, status: 'intended' }
      case 'application-settled':
        return { ...known, status: event.body.outcome }
      case 'reversion-intended':
        return { ...known, status: 'revert-intended', revert: { commit: event.body.commit, at: event.at } }
      case 'reversion-settled':
        return event.body.outcome === 'reverted' ? { ...known, status: 'reverted' } : { ...known, status: 'applied', revert: null }
    }
  }
}

/** Of an evaluation, until it is decided: no samples. */
type Measured = Pick<ReportedJudgement, 'wallMs' | 'tasks' | 'heldOut'>

function measuredOf(evaluation: Evaluation): Measured {
  const [tasks, heldOut] = [taskTally(evaluation), heldOutTally(evaluation)]
  return { wallMs: evaluation.wallMs, ...(tasks === null ? {} : { tasks: reportedTasks(tasks) }), ...(heldOut === null ? {} : { heldOut: reportedTasks(heldOut) }) }
}

function reportedTasks({ asked, solved, lead }: TaskTally): ReportedTasks {
  return { asked, solved, baseline: solved - lead }
}

function scoreOf(decision: Decision): Score | null {
  const gain = objectiveGain(decision)
  if (gain === null) return null
  const ratio = (log: number): number => Math.min(Number.MAX_VALUE, Math.exp(log))
  return {
    estimate: ratio(gain.estimate),
    low: gain.low === Number.NEGATIVE_INFINITY ? null : ratio(gain.low),
    high: gain.high === Number.POSITIVE_INFINITY ? null : ratio(gain.high),
  }
}

function trialKey(body: { readonly proposal: string; readonly purpose: string; readonly trial: number }): string {
  return `${body.proposal} ${body.purpose} ${body.trial}`
}
