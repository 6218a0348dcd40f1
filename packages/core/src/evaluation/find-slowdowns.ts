import type { LaunchResult } from '../sandbox/sandbox.ts'
import type { OracleSlowdown } from './evaluation.ts'
import type { LaunchTree } from './launch-plan.ts'

/** Below this, starting a process and warming it up explain a difference. Milliseconds of CPU time. */
const unnoticeable = 60
const factor = 1.5
/** Looks more, one side after the other: beside each other they took each other's time. */
const looksAgain = 3

/** Threat: what is gained on the benchmark's inputs is lost on others (invalid, empty, huge ones), where nobody measures. */
export async function findSlowdowns(request: {
  readonly seed: number
  /** What both sides took when they answered, baseline first. */
  readonly first: readonly [LaunchResult, LaunchResult]
  readonly launch: (tree: LaunchTree) => Promise<LaunchResult>
  readonly arms: { readonly baseline: LaunchTree; readonly candidate: LaunchTree }
}): Promise<readonly OracleSlowdown[]> {
  const [baseline, candidate] = [[request.first[0].usage.cpuMs], [request.first[1].usage.cpuMs]]
  for (let look = 0; isMuchSlower(baseline.at(-1) ?? 0, candidate.at(-1) ?? 0); look++) {
    if (look === looksAgain) return [{ seed: request.seed, baseline, candidate }]
    baseline.push((await request.launch(request.arms.baseline)).usage.cpuMs)
    candidate.push((await request.launch(request.arms.candidate)).usage.cpuMs)
  }
  return []
}

/** Whether the second figure is so much larger that no noise of a shared machine explains it, when it is seen again and again. */
function isMuchSlower(baselineMs: number, candidateMs: number): boolean {
  return candidateMs > factor * baselineMs + unnoticeable
}
