import type { Random } from '../randomness/seeded-random.ts'
import type { LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import type { Config } from '../target/config.ts'
import { compareOutputs } from './compare-outputs.ts'
import { drawSeed, launchEnvironment } from './launch-environment.ts'
import { metricFigure } from './metric-figure.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import type { Arms } from './run-oracle.ts'

/** Whether every metric command ends well on the candidate and prints what it prints on the baseline, as far as that can be compared. */
export async function sameOutput(sandbox: Sandbox, { config, arms, random }: { readonly config: Config; readonly arms: Arms; readonly random: Random }, signal: AbortSignal): Promise<boolean> {
  const commands = new Map(Object.values(config.metrics).map((metric) => [metric.run, metric]))
  for (const [command, metric] of commands) {
    const environment = launchEnvironment(drawSeed(random), random)
    const launch = (tree: LaunchTree): Promise<LaunchResult> => sandbox.launch(stepLaunch({ command, tree, limits: stepLimits(config, metric.timeout), environment, collect: metric.file }), signal)
    const [baseline, candidate] = [await launch(arms.baseline), await launch(arms.candidate)]
    const readings = Object.values(config.metrics).filter((other) => other.run === command)
    if (readings.some((other) => 'problem' in metricFigure(other, candidate))) return false
    const isFigure = readings.some((other) => other.measure === 'reported')
    if (!isFigure && (await compareOutputs({ known: 'silent', baseline, candidate, again: () => launch(arms.baseline) })) === 'differs') return false
  }
  return true
}
