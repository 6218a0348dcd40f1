import type { SuiteSides } from '../benchmark/suite-sides.ts'
import { BenchmarkError } from '../benchmark/benchmark-error.ts'
import type { TaskRun } from '../benchmark/task-run.ts'
import type { Config } from '../target/config.ts'
import type { MetricFacts } from './evaluation.ts'
import { takeTask } from './take-task.ts'

/**
 * What both sides do with the tasks of suites that no search has seen, asked once of what is about to be offered: whether a gain on tasks that a change was made for holds on others. A fact for people, which decides nothing. A
 * task is left out where a model did not answer, and where nothing more will be answered, the rest is.
 */
export async function askHeldOut(suites: SuiteSides, { config, metrics }: { readonly config: Pick<Config, 'metrics'>; readonly metrics: readonly MetricFacts[] }, signal: AbortSignal): Promise<readonly MetricFacts[]> {
  const asked: MetricFacts[] = []
  for (const facts of metrics) {
    const metric = config.metrics[facts.name]
    const judged = new Map<string, TaskRun>()
    const heldOut = metric?.suite === undefined || facts.role !== 'objective' ? [] : await pairsOf(overheard(suites, judged), { name: facts.name, metric, tasks: await suites.tasks(metric, 'held-out') }, signal)
    asked.push(heldOut.length === 0 ? facts : { ...facts, heldOut, heldOutRuns: heldOut.flatMap(({ task }) => runsOf(judged, task)) })
  }
  return asked
}

async function pairsOf(suites: SuiteSides, { name, metric, tasks }: { readonly name: string; readonly metric: Config['metrics'][string]; readonly tasks: readonly string[] }, signal: AbortSignal): Promise<NonNullable<MetricFacts['heldOut']>> {
  const pairs: NonNullable<MetricFacts['heldOut']>[number][] = []
  for (const task of tasks) {
    const taken = await takeTask(suites, { name, metric, task, first: 'baseline' }, signal).catch((error: unknown) => {
      if (error instanceof BenchmarkError && (error.code === 'budget-spent' || error.code === 'model-unavailable')) return error.code
      throw error
    })
    if (taken === 'budget-spent') break
    if (taken !== 'model-unavailable' && taken.kind === 'taken') pairs.push(taken.pair)
  }
  return pairs
}

/** The same sides. What is judged is kept by side and task, without what the agent saw or said: of a task that is held out, nothing that tells what it asks is written down. */
function overheard(suites: SuiteSides, judged: Map<string, TaskRun>): SuiteSides {
  return {
    ...suites,
    attempt: async (asked, signal) => {
      const attempted = await suites.attempt(asked, signal)
      if (attempted.outcome.kind !== 'judged') return attempted
      const { tail: _, visibleFailing: __, ...run } = attempted.outcome.run
      judged.set(`${asked.side} ${asked.task}`, run)
      return attempted
    },
  }
}

function runsOf(judged: ReadonlyMap<string, TaskRun>, task = ''): readonly TaskRun[] {
  return (['baseline', 'candidate'] as const).flatMap((side) => judged.get(`${side} ${task}`) ?? [])
}
