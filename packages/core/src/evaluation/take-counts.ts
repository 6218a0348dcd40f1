import { countedSeeds, countsPerSeed, countVote } from '../decision/count-vote.ts'
import type { MetricRule } from '../decision/decision.ts'
import type { Random } from '../randomness/seeded-random.ts'
import type { LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import type { Config, MetricConfig } from '../target/config.ts'
import { countedLaunch, readCount } from './count-instructions.ts'
import type { CountingMethod } from './counting-method.ts'
import type { CountFacts, CountRound } from './evaluation.ts'
import { drawSeed, launchEnvironment } from './launch-environment.ts'
import { stepLimits, type LaunchTree } from './launch-plan.ts'
import type { Arms } from './run-oracle.ts'

export interface CountRequest {
  readonly config: Config
  readonly metric: MetricConfig
  readonly rule: MetricRule
  readonly arms: Arms
  readonly random: Random
  /** What was counted before. */
  readonly known: CountFacts | null
  /** Whether counts that show no useful gain for one seed are worth going on with. */
  readonly goal: 'vote' | 'lead'
  readonly counting: CountingMethod
}

/**
 * Counts the instructions of both sides for fresh seeds, each of them several times, so that it shows whether counts repeat. When they are to lead, the first seed without a
 * useful gain ends it: then only the time can prove one.
 */
export async function takeCounts(sandbox: Sandbox, request: CountRequest, signal: AbortSignal): Promise<CountFacts> {
  let facts: CountFacts = request.known ?? { rounds: [], problem: null, ...(request.counting === 'hardware' ? { method: request.counting } : {}) }
  while (facts.rounds.length < countedSeeds && facts.problem === null && !signal.aborted) {
    facts = await takeRound(sandbox, { ...request, facts }, signal)
    if (request.goal === 'lead' && countVote(facts, request.rule, facts.rounds.length).stance !== 'gain') return facts
  }
  return facts
}

async function takeRound(sandbox: Sandbox, { config, metric, arms, random, facts, counting }: CountRequest & { readonly facts: CountFacts }, signal: AbortSignal): Promise<CountFacts> {
  const seed = drawSeed(random)
  const environment = launchEnvironment(seed, random)
  const launch = (tree: LaunchTree): Promise<LaunchResult> => sandbox.launch(countedLaunch({ command: metric.run, tree, limits: stepLimits(config, metric.timeout), environment }, counting), signal)
  const round = { seed, baseline: [] as number[], candidate: [] as number[] } satisfies CountRound
  const said = { baseline: [] as Buffer[], candidate: [] as Buffer[] }
  for (let repetition = 0; repetition < countsPerSeed; repetition++) {
    for (const side of ['baseline', 'candidate'] as const) {
      const result = await launch(arms[side])
      const count = readCount(result, counting)
      if ('problem' in count) return { ...facts, problem: { side, detail: count.problem } }
      round[side].push(count.value)
      said[side].push(Buffer.from(result.stdout))
    }
  }
  const rounds = [...facts.rounds, round]
  const [first = Buffer.alloc(0)] = said.baseline
  // Threat: a candidate that notices the counter and leaves its work undone. Where the baseline repeats its output, so must the candidate.
  const differs = said.baseline.every((bytes) => bytes.equals(first)) && said.candidate.some((bytes) => !bytes.equals(first))
  return differs ? { ...facts, rounds, problem: { side: 'candidate', detail: `for seed ${seed} it printed something else than the baseline while it was counted` } } : { ...facts, rounds, problem: null }
}
