import type { MetricFacts } from '../evaluation/evaluation.ts'
import { suiteTrust } from '../evaluation/take-task.ts'
import type { EventBodies, JournalEvent } from '../journal/event.ts'
import type { IntendedCall } from '../model/model-call.ts'
import { costOf } from '../model/model-price.ts'
import type { TaskRun } from './task-run.ts'

export interface WrongTaskRun {
  readonly ok: false
  readonly brokenAt: number
  readonly problem: 'decision'
  readonly detail: string
}

/** What was answered under one label; the cost is null where the journal alone cannot say. */
interface Answered {
  readonly calls: number
  readonly nanoUsd: number | null
}

/**
 * Holds what evaluations say of attempts at tasks against themselves and the journal: every pair follows from its two attempts, trust from their reports, solved from their tests, and calls and costs from calls that were answered before, under their own
 * label and in no other run.
 */
export class TaskRunCheck {
  readonly #open = new Map<string, IntendedCall>()
  readonly #answered = new Map<string, Answered>()

  /** What is wrong with the event, or null. */
  add(event: JournalEvent): WrongTaskRun | null {
    switch (event.kind) {
      case 'model-call-intended':
        if (event.body.granted?.to.startsWith('bench ') === true) this.#open.set(event.body.call, event.body)
        return null
      case 'model-call-settled':
        this.#settle(event.body)
        return null
      case 'evaluation-recorded': {
        const { evaluation, run, proposal } = event.body
        const problem = evaluation.metrics.map((metric) => metricProblem(metric, (label) => this.#answered.get(keyOf(run, label)))).find((found) => found !== null) ?? null
        return problem === null ? null : { ok: false, brokenAt: event.sequence, problem: 'decision', detail: `proposal ${proposal}: ${problem}` }
      }
      default:
        return null
    }
  }

  #settle({ call, outcome, usage }: EventBodies['model-call-settled']): void {
    const intended = this.#open.get(call)
    if (intended === undefined) return
    this.#open.delete(call)
    if (outcome !== 'answered') return
    // Behind the label of the attempt stands the digest of its statement; see launchAgent.
    const key = keyOf(intended.run, (intended.granted?.to ?? '').replace(/ [0-9a-f]{8}$/, ''))
    const before = this.#answered.get(key) ?? { calls: 0, nanoUsd: 0 }
    const cost = usage !== null ? costOf(intended.price, usage) : null
    this.#answered.set(key, { calls: before.calls + 1, nanoUsd: before.nanoUsd === null || cost === null ? null : before.nanoUsd + cost })
  }
}

function keyOf(run: string | null, label: string): string {
  return `${run ?? ''} ${label}`
}

type Look = (label: string) => Answered | undefined

function metricProblem({ name, pairs, taskRuns, trust, problem }: MetricFacts, answered: Look): string | null {
  if (taskRuns === undefined) return null
  if (taskRuns.length !== pairs.length * 2) return `metric ${name} has ${pairs.length} pairs and ${taskRuns.length} attempts`
  if (trust !== suiteTrust(taskRuns)) return `metric ${name} is called ${trust}, which its reports do not give`
  for (const [index, run] of taskRuns.entries()) {
    const pair = pairs[Math.floor(index / 2)]
    const side = index % 2 === 0 ? 'baseline' : 'candidate'
    if (run.side !== side || pair?.task !== run.task || pair[side] !== (run.solved ? 1 : 0)) return `metric ${name} counts task ${run.task} otherwise than its attempts say`
    const wrong = runProblem(run, answered)
    if (wrong !== null) return `metric ${name}, task ${run.task}, ${side}: ${wrong}`
  }
  const isHidden = taskRuns.some(({ why }) => why === 'trajectory-incomplete') && problem?.code !== 'trajectory-incomplete'
  return isHidden ? `metric ${name} passes over an incomplete trajectory` : null
}

function runProblem({ solved, why, tests, calls, nanoUsd, label }: TaskRun, look: Look): string | null {
  if (solved !== (why === 'solved')) return `it is ${solved ? 'solved' : 'not solved'} and ended with ${why}`
  if (solved && (tests === null || tests.passed < 1 || tests.missing > 0)) return 'it is called solved, which its tests do not give'
  const answered = look(label) ?? { calls: 0, nanoUsd: 0 }
  if (calls > answered.calls) return `it counts ${calls} calls of a model, and ${answered.calls} were answered`
  return calls === answered.calls && answered.nanoUsd !== null && answered.nanoUsd !== nanoUsd ? `it counts a cost of ${nanoUsd}, and its calls cost ${answered.nanoUsd}` : null
}
