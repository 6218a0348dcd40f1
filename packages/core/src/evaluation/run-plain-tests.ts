import type { Random } from '../randomness/seeded-random.ts'
import { hasSucceeded } from '../sandbox/has-succeeded.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Config } from '../target/config.ts'
import type { PlainTestFacts } from './evaluation.ts'
import { drawDirectory, staysInPlace } from './launch-directory.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import type { Arms } from './run-oracle.ts'

/**
 * Runs the tests as anybody would run them: no seed, no reporter, nothing of Ratchet's in the environment, another directory. Only exit statuses are looked at, and only those of
 * commands that succeed this way on the baseline. Threat: a change that is right wherever it finds the marks of an evaluation.
 */
export async function runPlainTests(sandbox: Sandbox, { config, arms, random }: { readonly config: Config; readonly arms: Arms; readonly random: Random }, signal: AbortSignal): Promise<PlainTestFacts> {
  const elsewhere = { directory: drawDirectory(random) }
  const failing: string[] = []
  let compared = 0
  for (const test of config.tests) {
    // What a build wrote may hold its own directory.
    for (const place of staysInPlace(sandbox) ? [{}] : [elsewhere, {}]) {
      const succeeds = async (tree: LaunchTree): Promise<boolean> =>
        hasSucceeded(await sandbox.launch({ ...stepLaunch({ command: test.run, tree, limits: stepLimits(config, test.timeout) }), ...place }, signal))
      if (!(await succeeds(arms.baseline))) continue
      compared++
      if (!(await succeeds(arms.candidate))) failing.push(test.run)
      break
    }
  }
  return { compared, failing }
}
