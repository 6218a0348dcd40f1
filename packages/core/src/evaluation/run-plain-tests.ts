import type { Random } from '../randomness/seeded-random.ts'
import { hasSucceeded } from '../sandbox/has-succeeded.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Config, TestConfig } from '../target/config.ts'
import type { PlainTestFacts } from './evaluation.ts'
import { drawDirectory, staysInPlace } from './launch-directory.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import type { Arms } from './run-oracle.ts'

interface Place {
  readonly directory?: string
}

/**
 * Runs the tests as anybody would run them: no seed, no reporter, nothing of Ratchet's in the environment, another directory. Only exit statuses are looked at, and only those of
 * commands that succeed this way on the baseline. Threat: a change that is right wherever it finds the marks of an evaluation.
 */
export async function runPlainTests(sandbox: Sandbox, { config, arms, random }: { readonly config: Config; readonly arms: Arms; readonly random: Random }, signal: AbortSignal): Promise<PlainTestFacts> {
  const elsewhere = { directory: drawDirectory(random) }
  const failing: string[] = []
  let compared = 0
  for (const test of config.tests) {
    for (const place of placesOf(sandbox, elsewhere)) {
      const succeeds = (tree: LaunchTree): Promise<boolean> => succeedsPlainly(sandbox, { config, test, tree, place }, signal)
      if (!(await succeeds(arms.baseline))) continue
      compared++
      if (!(await succeeds(arms.candidate))) failing.push(test.run)
      break
    }
  }
  return { compared, failing }
}

/** A repair run plainly: its baseline fails anyway, so one place where the candidate succeeds is asked for. */
export async function runPlainRepair(sandbox: Sandbox, { config, candidate, random }: { readonly config: Config; readonly candidate: LaunchTree; readonly random: Random }, signal: AbortSignal): Promise<PlainTestFacts> {
  const elsewhere = { directory: drawDirectory(random) }
  const failing: string[] = []
  for (const test of config.tests) {
    let succeeded = false
    for (const place of placesOf(sandbox, elsewhere)) succeeded ||= await succeedsPlainly(sandbox, { config, test, tree: candidate, place }, signal)
    if (!succeeded) failing.push(test.run)
  }
  return { compared: config.tests.length, failing }
}

/** What a build wrote may hold its own directory. */
function placesOf(sandbox: Sandbox, elsewhere: Place): readonly Place[] {
  return staysInPlace(sandbox) ? [{}] : [elsewhere, {}]
}

async function succeedsPlainly(sandbox: Sandbox, { config, test, tree, place }: { readonly config: Config; readonly test: TestConfig; readonly tree: LaunchTree; readonly place: Place }, signal: AbortSignal): Promise<boolean> {
  return hasSucceeded(await sandbox.launch({ ...stepLaunch({ command: test.run, tree, limits: stepLimits(config, test.timeout) }), ...place }, signal))
}
