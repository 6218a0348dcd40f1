import type { LaunchResult, ResourceUsage } from '../sandbox/sandbox.ts'
import type { OracleSlowdown } from './evaluation.ts'
import type { LaunchTree } from './launch-plan.ts'

/** A figure of a launch, and what of it is so much more that no noise of a shared machine explains it, when it is seen again and again. */
interface Measure {
  readonly figure: (usage: ResourceUsage) => number
  /** Below this, starting a process and warming it up explain a difference. Milliseconds. */
  readonly unnoticeable: number
  readonly factor: number
}

/** What both sides took for one seed, baseline first. */
type Look = readonly [baseline: ResourceUsage, candidate: ResourceUsage]

const measures: readonly Measure[] = [
  { figure: ({ cpuMs }) => cpuMs, unnoticeable: 60, factor: 1.5 },
  // Threat: waiting costs no CPU time. On the clock a busy machine makes more of a difference.
  { figure: ({ wallMs }) => wallMs, unnoticeable: 300, factor: 2 },
]
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
  const again = async (): Promise<Look> => [(await request.launch(request.arms.baseline)).usage, (await request.launch(request.arms.candidate)).usage]
  const looks: Look[] = []
  let left = measures
  for (let look: Look = [request.first[0].usage, request.first[1].usage]; ; look = await again()) {
    looks.push(look)
    left = left.filter((measure) => isMuchMore(measure, look))
    const [measure] = left
    if (measure === undefined) return []
    if (looks.length > looksAgain) return [{ seed: request.seed, baseline: looks.map(([usage]) => measure.figure(usage)), candidate: looks.map(([, usage]) => measure.figure(usage)) }]
  }
}

function isMuchMore({ figure, factor, unnoticeable }: Measure, [baseline, candidate]: Look): boolean {
  return figure(candidate) > factor * figure(baseline) + unnoticeable
}
