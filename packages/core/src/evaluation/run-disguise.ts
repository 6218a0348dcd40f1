import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Random } from '../randomness/seeded-random.ts'
import type { LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import type { Config, OracleConfig } from '../target/config.ts'
import { compareOracle } from './compare-oracle.ts'
import { disguises, type Disguise } from './disguise.ts'
import type { DisguiseFacts, OracleComparison } from './evaluation.ts'
import { findSlowdowns } from './find-slowdowns.ts'
import { staysInPlace } from './launch-directory.ts'
import { drawSeed, launchEnvironment } from './launch-environment.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import { isAnsweredOtherwise, joinedComparisons } from './oracle-comparison.ts'
import type { Arms } from './run-oracle.ts'

interface DisguiseRun {
  readonly config: Config
  readonly arms: Arms
  readonly random: Random
}

/** Runs every oracle once more, disguised, on a fresh seed. Null where there is no oracle, or no disguise in which the baseline gives its answers. */
export async function runDisguised(sandbox: Sandbox, request: DisguiseRun, signal: AbortSignal): Promise<DisguiseFacts | null> {
  const kinds: string[] = []
  const undisguised: string[] = []
  let isPlainlyWrong = false
  let total: OracleComparison | null = null
  for (const oracle of request.config.oracle) {
    const found = await runOne(sandbox, { ...request, oracle }, signal)
    if (found === null) {
      undisguised.push(oracle.run)
      continue
    }
    kinds.push(found.kind)
    isPlainlyWrong ||= found.isPlainlyWrong
    total = total === null ? found.comparison : joinedComparisons(total, found.comparison)
  }
  return total === null ? null : { kinds, oracle: total, isPlainlyWrong, undisguised }
}

async function runOne(
  sandbox: Sandbox,
  { config, arms, random, oracle }: DisguiseRun & { readonly oracle: OracleConfig },
  signal: AbortSignal,
): Promise<{ readonly kind: string; readonly comparison: OracleComparison; readonly isPlainlyWrong: boolean } | null> {
  const seed = drawSeed(random)
  const environment = launchEnvironment(seed, random)
  const metrics = Object.values(config.metrics).map((metric) => metric.run)
  const sides = [arms.baseline, arms.candidate]
  const undisguised = (tree: LaunchTree): Promise<LaunchResult> => sandbox.launch(stepLaunch({ command: oracle.run, tree, limits: stepLimits(config, oracle.timeout), environment }), signal)
  /** Fresh inputs find what earlier ones did not: a change that is wrong on them anyway has not told its judges apart. */
  const isWrongUndisguised = async (baseline: LaunchResult): Promise<boolean> => isAnsweredOtherwise(compareOracle([{ seed, baseline, candidate: await undisguised(arms.candidate) }], 1))
  let plain: LaunchResult | null = null
  for (const disguise of disguises({ oracle: oracle.run, metrics, files: new Set(arms.baseline.readOnly), random })) {
    if (disguise.directory !== null && staysInPlace(sandbox)) continue
    if (!(await Promise.all(sides.map((tree) => areOwnFiles(tree, disguise)))).every(Boolean)) continue
    const launch = (tree: LaunchTree): Promise<LaunchResult> => {
      const own = stepLaunch({ command: disguise.command, tree: dressed(tree, disguise), limits: stepLimits(config, oracle.timeout), environment })
      return sandbox.launch(disguise.directory === null ? own : { ...own, directory: disguise.directory }, signal)
    }
    const [baseline, candidate] = await Promise.all([launch(arms.baseline), launch(arms.candidate)])
    // How many lines one seed brings is the oracle's affair.
    const comparison = compareOracle([{ seed, baseline, candidate }], 1)
    plain ??= await undisguised(arms.baseline)
    // A disguise in which the baseline says something else is none: perhaps it was not the oracle that ran.
    if (comparison.baselineProblem === null && Buffer.from(plain.stdout).equals(baseline.stdout)) {
      // A fresh seed draws fresh inputs: also those for which only this one finds the time that a gain elsewhere costs.
      const refuted = isAnsweredOtherwise(comparison)
      const slowdowns = refuted ? [] : await findSlowdowns({ seed, first: [baseline, candidate], launch, arms })
      return { kind: disguise.kind, comparison: { ...comparison, slowdowns }, isPlainlyWrong: refuted && (await isWrongUndisguised(plain)) }
    }
    if (signal.aborted) return null
  }
  return null
}

/** A link would show what it leads to, perhaps outside of the tree. */
async function areOwnFiles(tree: LaunchTree, { copies }: Disguise): Promise<boolean> {
  const root = await realpath(tree.path)
  const places = await Promise.all(copies.map(async ({ from }) => (await realpath(path.join(root, from))) === path.join(root, from)))
  return places.every(Boolean)
}

/** Copies come from the arm's own tree: what judges is the same on both sides, and protected. */
function dressed(tree: LaunchTree, { copies }: Disguise): LaunchTree {
  const covered = new Set(copies.map(({ to }) => to))
  // What is covered by a mount is read-only by that; to protect the file below it as well would put that one on top.
  return { ...tree, readOnly: tree.readOnly.filter((file) => !covered.has(file)), mounts: [...tree.mounts, ...copies.map(({ from, to }) => ({ source: path.join(tree.path, from), target: to }))] }
}
