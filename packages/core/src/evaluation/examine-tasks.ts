import type { Benchmarks, Occasion, SidesRequest } from '../benchmark/suite-sides.ts'
import type { TaskRun } from '../benchmark/task-run.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import type { Config } from '../target/config.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { LaunchTree } from './launch-plan.ts'

/** Tasks of each suite that are asked, where its first stage is not smaller. */
const mostTasks = 10

/**
 * What the baseline does with some tasks of its suites, before any candidate is there: an agent that improves itself has to know where it fails. The attempts are those that the first candidates are held against, under the same
 * labels, so that nothing is paid for twice.
 */
export async function examineTasks(benchmarks: Benchmarks, request: { readonly config: Config; readonly sandbox: Sandbox; readonly scratch: string; readonly baseline: ObjectId; readonly tree: LaunchTree; readonly occasion: Occasion; readonly agentTree: SidesRequest['agentTree'] }, signal: AbortSignal): Promise<readonly TaskRun[]> {
  const { config, sandbox, scratch, baseline, tree, occasion, agentTree } = request
  const side = { commit: baseline, tree }
  await using suites = benchmarks.sides({ config, sandbox, scratch, trusted: baseline, occasion, agentTree, arms: { baseline: side, candidate: side } })
  const runs: TaskRun[] = []
  for (const [name, metric] of Object.entries(config.metrics)) {
    if (metric.suite === undefined || metric.role !== 'objective') continue
    const tasks = seededRandom(occasion.seed, 'examined tasks', name).shuffle(await suites.tasks(metric))
    for (const task of tasks.slice(0, Math.min(mostTasks, metric.stages?.[0] ?? mostTasks))) {
      const { outcome } = await suites.attempt({ name, metric, side: 'baseline', task }, signal)
      // What a model did not answer will be asked again by the first evaluation, which says what to do.
      if (outcome.kind === 'judged') runs.push(outcome.run)
    }
  }
  return runs
}
