import type { Random } from '../randomness/seeded-random.ts'
import type { LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import type { Config, MetricConfig } from '../target/config.ts'
import { compareOutputs } from './compare-outputs.ts'
import { drawSeed, launchEnvironment } from './launch-environment.ts'
import { metricFigure } from './metric-figure.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import type { Arms } from './run-oracle.ts'

/**
 * Whether some metric command ends well on the candidate and prints something else than it repeats on the baseline. One that fails says little: anything that is run at
 * all may crash, whether or not anybody looks at its results.
 */
export async function printsElse(sandbox: Sandbox, { config, arms, random }: { readonly config: Config; readonly arms: Arms; readonly random: Random }, signal: AbortSignal): Promise<boolean> {
  const commands = new Map(Object.values(config.metrics).filter(({ suite }) => suite === undefined).map((metric) => [metric.run, metric]))
  for (const [command, metric] of commands) {
    const environment = launchEnvironment(drawSeed(random), random)
    const launch = (tree: LaunchTree): Promise<LaunchResult> => sandbox.launch(stepLaunch({ command, tree, limits: stepLimits(config, metric.timeout), environment, collect: metric.file }), signal)
    const [baseline, candidate] = [await launch(arms.baseline), await launch(arms.candidate)]
    const readings = Object.values(config.metrics).filter((other) => other.run === command)
    if (readings.some((other) => other.measure === 'reported' || 'problem' in metricFigure(plain(other), candidate))) continue
    if ((await compareOutputs({ known: 'silent', baseline, candidate, again: () => launch(arms.baseline) })) === 'differs') return true
  }
  return false
}

/** Nobody counts here: a launch that ended well is one that could be counted. */
function plain(metric: MetricConfig): MetricConfig {
  return metric.measure === 'instructions' ? { ...metric, measure: 'cpu-time' } : metric
}
