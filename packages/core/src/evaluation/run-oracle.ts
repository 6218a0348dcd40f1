import type { Random } from '../randomness/seeded-random.ts'
import { hasSucceeded } from '../sandbox/has-succeeded.ts'
import type { LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import type { Config, OracleConfig } from '../target/config.ts'
import { compareOracle, type OracleRound } from './compare-oracle.ts'
import type { OracleComparison } from './evaluation.ts'
import { findSlowdowns } from './find-slowdowns.ts'
import { drawSeed, launchEnvironment } from './launch-environment.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import { isAnsweredOtherwise, isFinal, joinedComparisons } from './oracle-comparison.ts'

/** Rounds after which an oracle that prints too few cases is given up; each round is one launch of either side. */
const roundLimit = 50

/** Both sides of a comparison, prepared for launching. */
export interface Arms {
  readonly baseline: LaunchTree
  readonly candidate: LaunchTree
}

/** Seeds are drawn after the candidate is frozen, so that no candidate can know its inputs. */
export async function runOracles(
  sandbox: Sandbox,
  request: { readonly config: Config; readonly arms: Arms; readonly random: Random },
  signal: AbortSignal,
): Promise<OracleComparison | null> {
  let total: OracleComparison | null = null
  for (const oracle of request.config.oracle) {
    const comparison = await runOracle(sandbox, { ...request, oracle }, signal)
    total = total === null ? comparison : joinedComparisons(total, comparison)
    if (isFinal(comparison)) break
  }
  return total
}

async function runOracle(
  sandbox: Sandbox,
  request: { readonly config: Config; readonly oracle: OracleConfig; readonly arms: Arms; readonly random: Random },
  signal: AbortSignal,
): Promise<OracleComparison> {
  const { config, oracle, arms, random } = request
  const rounds: OracleRound[] = []
  for (;;) {
    const seed = drawSeed(random)
    const environment = launchEnvironment(seed, random)
    const launch = (tree: LaunchTree): Promise<LaunchResult> =>
      sandbox.launch(
        stepLaunch({ command: oracle.run, tree, limits: stepLimits(config, oracle.timeout), environment }),
        signal,
      )
    const [baseline, candidate] = await Promise.all([launch(arms.baseline), launch(arms.candidate)])
    rounds.push({ seed, baseline, candidate })
    const comparison = compareOracle(rounds, oracle.cases)
    const refuted = isAnsweredOtherwise(comparison)
    // A baseline that failed stays failed; one that only printed too little gets further seeds.
    const hopeless = !hasSucceeded(baseline) || baseline.stdout.length === 0
    const slowdowns = refuted || hopeless ? [] : await findSlowdowns({ seed, first: [baseline, candidate], launch, arms })
    // What speaks against the candidate ends the rounds: then nobody waits for more cases.
    if (slowdowns.length > 0) return { ...compareOracle(rounds, 1), slowdowns }
    const decided = refuted || comparison.cases >= oracle.cases
    if (decided || hopeless || rounds.length >= roundLimit || signal.aborted) return comparison
  }
}

/** As often again for what would be accepted: what hangs on one odd input in hundreds is a matter of luck in a single launch. */
const roundsMore = 3

/** The oracles once more, on fresh seeds and with more cases, joined to what they showed before. */
export async function repeatOracles(
  sandbox: Sandbox,
  { config, arms, random, before }: { readonly config: Config; readonly arms: Arms; readonly random: Random; readonly before: OracleComparison },
  signal: AbortSignal,
): Promise<OracleComparison> {
  const longer = { ...config, oracle: config.oracle.map((oracle) => ({ ...oracle, cases: roundsMore * oracle.cases })) }
  const again = await runOracles(sandbox, { config: longer, arms, random }, signal)
  return again === null ? before : joinedComparisons(before, again)
}
