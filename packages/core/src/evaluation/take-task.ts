import type { AttemptOutcome } from '../benchmark/attempt-task.ts'
import { BenchmarkError } from '../benchmark/benchmark-error.ts'
import type { ModelTrouble } from '../benchmark/model-trouble.ts'
import type { SuiteSides } from '../benchmark/suite-sides.ts'
import type { TaskRun } from '../benchmark/task-run.ts'
import type { MetricConfig } from '../target/config.ts'
import type { LaunchPair, MetricFacts } from './evaluation.ts'

export type TakenTask =
  | { readonly kind: 'taken'; readonly pair: LaunchPair; readonly runs: readonly [TaskRun, TaskRun]; readonly problem: MetricFacts['problem'] }
  | { readonly kind: 'trouble'; readonly problem: NonNullable<MetricFacts['problem']> }

/**
 * Gives one task to both sides, one after the other in the order that is recorded: at the same time, one side could keep the other from its processors or its model. Where a model did not answer, nobody can say whether the task is solved. If
 * it is the baseline's, or nothing will be answered any more, the evaluation fails and can be made again; the candidate's leaves it inconclusive, because a candidate could bring that about at will.
 */
export async function takeTask(suites: SuiteSides, { name, metric, task, first }: { readonly name: string; readonly metric: MetricConfig; readonly task: string; readonly first: LaunchPair['first'] }, signal: AbortSignal): Promise<TakenTask> {
  const attempt = async (side: TaskRun['side']): Promise<Attempted> => {
    const { seed, outcome } = await suites.attempt({ name, metric, side, task }, signal)
    return { seed, outcome: judged(outcome, side === 'baseline') }
  }
  const early = first === 'candidate' ? await attempt('candidate') : null
  const { seed, outcome: before } = await attempt('baseline')
  const { outcome: after } = early ?? (await attempt('candidate'))
  if ('trouble' in before) return { kind: 'trouble', problem: { side: 'baseline', code: 'model-trouble', detail: troubleText(task, before.trouble) } }
  if ('trouble' in after) return { kind: 'trouble', problem: { side: 'candidate', code: 'model-trouble', detail: troubleText(task, after.trouble) } }
  return {
    kind: 'taken',
    pair: { seed, first, task, baseline: before.run.solved ? 1 : 0, candidate: after.run.solved ? 1 : 0, cost: { baseline: before.cost, candidate: after.cost } },
    runs: [before.run, after.run],
    problem: problemOf(before.run) ?? problemOf(after.run),
  }
}

type Judged = Extract<AttemptOutcome, { readonly kind: 'judged' }>

interface Attempted {
  readonly seed: number
  readonly outcome: Judged | { readonly trouble: ModelTrouble }
}

function judged(outcome: AttemptOutcome, isBaseline: boolean): Attempted['outcome'] {
  if (outcome.kind === 'judged') return outcome
  const { trouble } = outcome
  if (trouble.kind === 'stop') throw new BenchmarkError('budget-spent', `the models answer nothing more: ${trouble.detail}`, { remedy: 'Nothing can be measured without them. Raise `models.budget` or mend what is said above, and start a new run: what was evaluated so far stays in the journal.' })
  if (isBaseline && trouble.kind === 'passing') throw new BenchmarkError('model-unavailable', `a model did not answer (${trouble.reason}): ${trouble.detail}`, { remedy: 'Nothing was decided. Try again later: `ratchet run --resume RUN` goes on where it stopped, and pays for no reply twice.' })
  return { trouble }
}

function troubleText(task: string, { kind, reason, detail }: ModelTrouble): string {
  return kind === 'proposal' ? `task ${task}: what one proposal may spend on models is spent (${detail})` : `task ${task}: a model did not answer (${reason}: ${detail})`
}

function problemOf({ side, task, why }: TaskRun): MetricFacts['problem'] {
  return why === 'trajectory-incomplete' ? { side, code: why, detail: `with task ${task} the agent got more replies of its model than its trajectory shows` } : null
}

/** Whether any of the reports that it rests on could have been written by what an agent made. */
export function suiteTrust(runs: readonly TaskRun[]): MetricFacts['trust'] {
  return runs.every(({ trust }) => trust === 'sealed') ? 'measured' : 'reported'
}
