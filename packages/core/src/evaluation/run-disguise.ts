import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Random } from '../randomness/seeded-random.ts'
import type { LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import type { Config, OracleConfig } from '../target/config.ts'
import { compareOracle } from './compare-oracle.ts'
import { disguises, type Disguise } from './disguise.ts'
import type { DisguiseFacts, OracleComparison, PlainTestFacts } from './evaluation.ts'
import { findSlowdowns } from './find-slowdowns.ts'
import { drawSeed, launchEnvironment } from './launch-environment.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import { joinedComparisons, type Arms } from './run-oracle.ts'

/**
 * Runs the tests as anybody would run them: no seed, no reporter, nothing of Ratchet's in the environment, another directory. Only exit statuses are looked at, and only those of
 * commands that succeed this way on the baseline. Threat: a change that is right wherever it finds the marks of an evaluation.
 */
export async function runPlainTests(sandbox: Sandbox, { config, arms, random }: DisguiseRun, signal: AbortSignal): Promise<PlainTestFacts> {
  const directory = plainDirectory(random)
  const facts = { compared: 0, failing: [] as string[] }
  for (const test of config.tests) {
    // What a build wrote may hold its own directory.
    for (const place of staysInPlace(sandbox) ? [{}] : [{ directory }, {}]) {
      const succeeds = async (tree: LaunchTree): Promise<boolean> => {
        const { ending, exitCode } = await sandbox.launch({ ...stepLaunch({ command: test.run, tree, limits: stepLimits(config, test.timeout), environment: {} }), ...place }, signal)
        return ending === 'exited' && exitCode === 0
      }
      if (!(await succeeds(arms.baseline))) continue
      facts.compared++
      if (!(await succeeds(arms.candidate))) facts.failing.push(test.run)
      break
    }
  }
  return facts
}

/** A repair run plainly: its baseline fails anyway, so one place where the candidate succeeds is asked for. */
export async function runPlainRepair(sandbox: Sandbox, { config, candidate, random }: { readonly config: Config; readonly candidate: LaunchTree; readonly random: Random }, signal: AbortSignal): Promise<PlainTestFacts> {
  const directory = plainDirectory(random)
  const failing: string[] = []
  for (const test of config.tests) {
    let succeeded = false
    for (const place of staysInPlace(sandbox) ? [{}] : [{ directory }, {}]) {
      const { ending, exitCode } = await sandbox.launch({ ...stepLaunch({ command: test.run, tree: candidate, limits: stepLimits(config, test.timeout), environment: {} }), ...place }, signal)
      succeeded ||= ending === 'exited' && exitCode === 0
      if (succeeded) break
    }
    if (!succeeded) failing.push(test.run)
  }
  return { compared: config.tests.length, failing }
}

function plainDirectory(random: Random): string {
  return `/srv/${Array.from({ length: 8 }, () => 'abcdefghijklmnopqrstuvwxyz'[random.integer(26)]).join('')}`
}

/** Tiers that show a tree at one place only. */
function staysInPlace({ tier }: Sandbox): boolean {
  return tier === 'landlock' || tier === 'e2b'
}

interface DisguiseRun {
  readonly config: Config
  readonly arms: Arms
  readonly random: Random
}

/** Runs every oracle once more, disguised, on a fresh seed. Null where there is no oracle, or no disguise in which the baseline gives its answers. */
export async function runDisguised(sandbox: Sandbox, request: DisguiseRun, signal: AbortSignal): Promise<DisguiseFacts | null> {
  const kinds: string[] = []
  let isPlainlyWrong = false
  let total: OracleComparison | null = null
  for (const oracle of request.config.oracle) {
    const found = await runOne(sandbox, { ...request, oracle }, signal)
    if (found === null) continue
    kinds.push(found.kind)
    isPlainlyWrong ||= found.isPlainlyWrong
    total = total === null ? found.comparison : joinedComparisons(total, found.comparison)
  }
  return total === null ? null : { kinds, oracle: total, isPlainlyWrong }
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
  const isWrongUndisguised = async (baseline: LaunchResult): Promise<boolean> => {
    const comparison = compareOracle([{ seed, baseline, candidate: await undisguised(arms.candidate) }], 1)
    return comparison.mismatches > 0 || comparison.candidateProblem !== null
  }
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
      const refuted = comparison.mismatches > 0 || comparison.candidateProblem !== null
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
