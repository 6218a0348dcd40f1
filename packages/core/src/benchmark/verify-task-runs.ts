import type { Evaluation, LaunchPair, MetricFacts } from '../evaluation/evaluation.ts'
import { suiteTrust } from '../evaluation/take-task.ts'
import type { EventBodies, JournalEvent } from '../journal/event.ts'
import type { IntendedCall } from '../model/model-call.ts'
import { costOf } from '../model/model-price.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import { attemptLabel, attemptSeed, phaseOf, shownTree } from './attempt-name.ts'
import type { TaskRun } from './task-run.ts'

export interface WrongTaskRun {
  readonly ok: false
  readonly brokenAt: number
  readonly problem: 'decision'
  readonly detail: string
}

/** What each call that was answered under one label cost; null where the journal alone cannot say. */
type Answered = readonly (number | null)[]

/** What an evaluation is held against besides itself. */
interface Known {
  readonly answered: (label: string) => Answered
  /** Of the run, where there is one. */
  readonly seed: number | null
  readonly phase: string
  /** Holds a commit to one tree: the one that it was proposed with, or else the first that an attempt names. */
  readonly isTreeOf: (commit: ObjectId, tree: string) => boolean
  readonly evaluation: Evaluation
}

/**
 * Holds what evaluations say of attempts at tasks against themselves and the journal: every pair follows from its two attempts, trust from their reports, solved from their tests, seeds and labels from run, phase, tree and task, and calls and costs from
 * calls that were answered before, under their own label and in no other run. What was decided by a suite has its attempts.
 */
export class TaskRunCheck {
  readonly #open = new Map<string, IntendedCall>()
  readonly #answered = new Map<string, (number | null)[]>()
  readonly #seeds = new Map<string, number>()
  readonly #trees = new Map<ObjectId, string>()
  /** The last one: it is appended together with its decision. */
  #evaluated: EventBodies['evaluation-recorded'] | null = null

  /** What is wrong with the event, or null. */
  add(event: JournalEvent): WrongTaskRun | null {
    const problem = this.#problem(event)
    return problem === null ? null : { ok: false, brokenAt: event.sequence, problem: 'decision', detail: problem }
  }

  #problem(event: JournalEvent): string | null {
    switch (event.kind) {
      case 'run-started':
        this.#seeds.set(event.body.run, event.body.seed)
        return null
      case 'proposal-made':
        this.#trees.set(event.body.commit, shownTree(event.body.tree))
        return null
      case 'model-call-intended':
        if (event.body.granted?.to.startsWith('bench ') === true) this.#open.set(event.body.call, event.body)
        return null
      case 'model-call-settled':
        this.#settle(event.body)
        return null
      case 'evaluation-recorded':
        this.#evaluated = event.body
        return about(event.body.proposal, this.#evaluationProblem(event.body))
      case 'decision-made': {
        const { run, proposal, purpose, trial, basis } = event.body
        const before = this.#evaluated
        const isOfIt = before !== null && before.run === run && before.proposal === proposal && before.purpose === purpose && before.trial === trial
        return isOfIt && basis !== undefined ? about(proposal, first(before.evaluation.metrics, (metric) => ruleProblem(metric, basis.rules[metric.name]))) : null
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
    const costs = this.#answered.get(key) ?? []
    costs.push(usage === null ? null : costOf(intended.price, usage))
    this.#answered.set(key, costs)
  }

  #evaluationProblem({ run, purpose, trial, evaluation }: EventBodies['evaluation-recorded']): string | null {
    const known: Known = {
      answered: (label) => this.#answered.get(keyOf(run, label)) ?? [],
      seed: run === null ? null : (this.#seeds.get(run) ?? null),
      phase: phaseOf(purpose, trial),
      isTreeOf: (commit, tree) => {
        const before = this.#trees.get(commit)
        if (before === undefined) this.#trees.set(commit, tree)
        return before === undefined || before === tree
      },
      evaluation,
    }
    return first(evaluation.metrics, (metric) => metricProblem(metric, known))
  }
}

function about(proposal: string, problem: string | null): string | null {
  return problem === null ? null : `proposal ${proposal}: ${problem}`
}

function first<Item>(items: readonly Item[], problemOf: (item: Item) => string | null): string | null {
  for (const item of items) {
    const problem = problemOf(item)
    if (problem !== null) return problem
  }
  return null
}

function keyOf(run: string | null, label: string): string {
  return `${run ?? ''} ${label}`
}

/** What the rules of the configuration say of a metric: only one with a suite has stages, and whatever it was asked stands there with both attempts. */
function ruleProblem({ name, pairs, taskRuns, heldOut }: MetricFacts, rule: { readonly stages?: readonly number[] } | undefined): string | null {
  if (rule === undefined) return null
  const most = rule.stages?.at(-1)
  if (most === undefined) return taskRuns === undefined && heldOut === undefined ? null : `metric ${name} has attempts at tasks and no suite`
  if (taskRuns === undefined && pairs.length > 0) return `metric ${name} is measured by a suite and has ${pairs.length} pairs without attempts`
  return pairs.length > most ? `metric ${name} asked ${pairs.length} tasks of at most ${most}` : null
}

function metricProblem(metric: MetricFacts, known: Known): string | null {
  const { name, pairs, taskRuns, trust, problem } = metric
  if (taskRuns === undefined) return heldOutProblem(metric, known)
  if (taskRuns.length !== pairs.length * 2) return `metric ${name} has ${pairs.length} pairs and ${taskRuns.length} attempts`
  if (trust !== suiteTrust(taskRuns)) return `metric ${name} is called ${trust}, which its reports do not give`
  if (new Set(pairs.map(({ task }) => task)).size < pairs.length) return `metric ${name} counts a task twice`
  const wrong = attemptsProblem(name, { pairs, runs: taskRuns }, known)
  if (wrong !== null) return wrong
  const isHidden = taskRuns.some(({ why }) => why === 'trajectory-incomplete') && problem?.code !== 'trajectory-incomplete'
  return isHidden ? `metric ${name} passes over an incomplete trajectory` : heldOutProblem(metric, known)
}

/** Two attempts to each pair, the baseline's first. */
function attemptsProblem(name: string, { pairs, runs }: { readonly pairs: readonly LaunchPair[]; readonly runs: readonly TaskRun[] }, known: Known): string | null {
  for (const [index, run] of runs.entries()) {
    const pair = pairs[Math.floor(index / 2)]
    const side = index % 2 === 0 ? 'baseline' : 'candidate'
    if (pair === undefined || run.side !== side || pair.task !== run.task || pair[side] !== (run.solved ? 1 : 0)) return `metric ${name} counts task ${run.task} otherwise than its attempts say`
    const wrong = runProblem(run, known.answered(run.label)) ?? labelProblem(run, pair, known)
    if (wrong !== null) return `metric ${name}, task ${run.task}, ${side}: ${wrong}`
  }
  return null
}

function runProblem({ solved, why, tests, calls, nanoUsd }: TaskRun, answered: Answered): string | null {
  if (solved !== (why === 'solved')) return `it is ${solved ? 'solved' : 'not solved'} and ended with ${why}`
  if (solved && (tests === null || tests.passed < 1 || tests.missing > 0)) return 'it is called solved, which its tests do not give'
  if (calls > answered.length) return `it counts ${calls} calls of a model, and ${answered.length} were answered`
  // An attempt that a resumed run made again may have asked less than before: its calls cost as much as some of those under its label.
  const least = sum(answered.map((cost) => cost ?? 0).toSorted((a, b) => a - b).slice(0, calls))
  const most = sum(answered.map((cost) => cost ?? Number.POSITIVE_INFINITY).toSorted((a, b) => b - a).slice(0, calls))
  if (nanoUsd >= least && nanoUsd <= most) return null
  return `it counts a cost of ${nanoUsd}, and ${calls === answered.length ? 'its calls cost' : `${calls} of its calls cost at least ${least} and at most`} ${most}`
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0)
}

/** Metrics that share a command share its attempts, which one of them names. Of a try after the first, which older journals have, the number follows. */
function labelProblem({ task, side, label }: TaskRun, { seed }: LaunchPair, { phase, evaluation, seed: ofRun, isTreeOf }: Known): string | null {
  const start = `bench ${phase} `
  const tree = label.startsWith(start) ? (/^[0-9a-f]{1,16}(?= )/.exec(label.slice(start.length))?.[0] ?? null) : null
  const own = label.replace(/ try [0-9]{1,2}$/, '')
  const named = tree === null ? undefined : evaluation.metrics.find(({ name }) => own === attemptLabel({ phase, name, task, tree, seed }))
  if (tree === null || named === undefined) return `its calls are labelled ${JSON.stringify(label.slice(0, 120))}, which is another attempt's`
  if (!isTreeOf(evaluation[side], tree)) return `its label names the tree ${tree}, which is not that of ${evaluation[side].slice(0, 12)}`
  return ofRun === null || seed === attemptSeed(ofRun, { phase, name: named.name, task }) ? null : `its seed ${seed} does not follow from that of the run`
}

/** Tasks that no search has seen: none of them was asked before, and each was solved or was not, as its attempts say where they were recorded. */
function heldOutProblem({ name, pairs, taskRuns = [], heldOut = [], heldOutRuns }: MetricFacts, known: Known): string | null {
  const { phase, seed: ofRun } = known
  if (heldOutRuns !== undefined && heldOutRuns.length !== heldOut.length * 2) return `metric ${name} has ${heldOut.length} held-out tasks and ${heldOutRuns.length} attempts at them`
  if (heldOut.length === 0) return null
  if (taskRuns.length === 0) return `metric ${name} has held-out tasks and no attempts at others`
  const asked = new Set(pairs.map(({ task }) => task))
  for (const { task, baseline, candidate, seed } of heldOut) {
    if (task === undefined || asked.has(task)) return `metric ${name} calls task ${task ?? 'without a name'} held out, and it was asked before`
    asked.add(task)
    if (![baseline, candidate].every((figure) => figure === 0 || figure === 1)) return `metric ${name} has a figure for the held-out task ${task} that is neither 0 nor 1`
    if (ofRun !== null && seed !== attemptSeed(ofRun, { phase, name, task })) return `the seed ${seed} of the held-out task ${task} of metric ${name} does not follow from that of the run`
  }
  return attemptsProblem(name, { pairs: heldOut, runs: heldOutRuns ?? [] }, known)
}
