import { stepLaunch, stepLimits, type LaunchTree } from '../../evaluation/launch-plan.ts'
import { metricFigure } from '../../evaluation/metric-figure.ts'
import { prepareTree, type PreparePorts, type PrepareRequest } from '../../evaluation/prepared-tree.ts'
import { printedText } from '../../evaluation/printed-text.ts'
import { readTasks } from '../../evaluation/read-tasks.ts'
import { evidenceOf, type ObservationSource, type Sighting } from '../../opportunity/observation.ts'
import type { ExampleRun } from '../../proposal/proposal.ts'
import type { MetricConfig } from '../../target/config.ts'
import type { RevisionReader } from '../../workspace/workspace.ts'

export interface ExampleRunOptions extends PreparePorts, Pick<PrepareRequest, 'config' | 'mounts' | 'isProtected'> {
  readonly baseline: string
  readonly revisions: Pick<RevisionReader, 'entries' | 'blobs'>
}

/** Examples that are looked at; a prompt has room for a handful. */
const mostExamples = 64

/** Gives the baseline every example that a search may see, once, and tells which it solves and what was printed. Examples that are held out are not among them. */
export function createExampleRunSource(options: ExampleRunOptions): ObservationSource {
  const { config, baseline, isProtected, mounts, revisions } = options
  return {
    name: 'examples',
    observe: async (signal) => {
      const metrics = Object.values(config.metrics).filter(isAsked)
      if (metrics.length === 0) return { state: 'not-applicable', detail: 'there is no pass rate with `tasks` to improve' }
      await using prepared = await prepareTree(options, { config, commit: baseline, trusted: baseline, isProtected, mounts }, signal)
      const sightings: Sighting[] = []
      for (const metric of metrics) {
        for (const task of (await readTasks(metric, { tree: prepared.tree, lists: { revisions, trusted: baseline } })).slice(0, mostExamples)) sightings.push(await run(options, { metric, task, tree: prepared.tree }, signal))
      }
      return { state: 'observed', sightings }
    },
  }
}

export function isAsked({ role, measure, suite }: MetricConfig): boolean {
  return role === 'objective' && measure === 'pass-rate' && suite === undefined
}

async function run({ sandbox, config }: ExampleRunOptions, { metric, task, tree }: { readonly metric: MetricConfig; readonly task: string; readonly tree: LaunchTree }, signal: AbortSignal): Promise<Sighting> {
  const result = await sandbox.launch(stepLaunch({ command: metric.run, tree, limits: stepLimits(config, metric.timeout), environment: { RATCHET_SEED: '1', RATCHET_TASK: task } }), signal)
  const figure = metricFigure(metric, result)
  const solved = 'value' in figure && figure.value === 1
  const printed = printedText(result.stdout)
  const evidence = evidenceOf(`${solved ? 'solved' : 'not solved'}: ${printed}`)
  const opportunity: ExampleRun = { kind: 'example', path: '', line: null, weight: solved ? 0 : 1, evidence, task, solved, printed }
  return { opportunity, evidence }
}
