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
    const { heldOut, heldOutRuns } = metric?.suite === undefined || facts.role !== 'objective' ? nothing : await pairsOf(suites, { name: facts.name, metric, tasks: await suites.tasks(metric, 'held-out') }, signal)
    asked.push(heldOut.length === 0 ? facts : { ...facts, heldOut, heldOutRuns })
  }
  return asked
}

type HeldOut = Required<Pick<MetricFacts, 'heldOut' | 'heldOutRuns'>>

const nothing: HeldOut = { heldOut: [], heldOutRuns: [] }

async function pairsOf(suites: SuiteSides, { name, metric, tasks }: { readonly name: string; readonly metric: Config['metrics'][string]; readonly tasks: readonly string[] }, signal: AbortSignal): Promise<HeldOut> {
  const pairs: HeldOut['heldOut'][number][] = []
  const runs: TaskRun[] = []
  for (const task of tasks) {
    const taken = await takeTask(suites, { name, metric, task, first: 'baseline' }, signal).catch((error: unknown) => {
      if (error instanceof BenchmarkError && (error.code === 'budget-spent' || error.code === 'model-unavailable')) return null
      throw error
    })
    if (taken === null) break
    if (taken.kind !== 'taken') continue
    pairs.push(taken.pair)
    runs.push(...taken.runs.map(withoutWords))
  }
  return { heldOut: pairs, heldOutRuns: runs }
}

/** Of a task that is held out, nothing that tells what it asks is written down. */
function withoutWords({ tail: _, visibleFailing: __, ...run }: TaskRun): TaskRun {
  return run
}
