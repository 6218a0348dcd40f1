import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Config, TestConfig } from '../target/config.ts'
import { injectReporter, isSealedFormat } from '../reporters/inject-reporter.ts'
import { drawNonce } from '../reporters/sealed-report.ts'
import type { Random } from '../randomness/seeded-random.ts'
import type { TestRun } from './evaluation.ts'
import { drawSeed, launchEnvironment } from './launch-environment.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import { outputTail } from './output-tail.ts'
import { readReport } from './read-report.ts'

/** Runs every configured test command once on one tree. Never retries: a flaky test is a failing one. */
export async function runTests(sandbox: Sandbox, request: TestRequest, signal: AbortSignal): Promise<readonly TestRun[]> {
  const runs: TestRun[] = []
  for (const test of request.config.tests) runs.push(await runTest(sandbox, { ...request, test }, signal))
  return runs
}

export interface TestRequest {
  readonly config: Config
  readonly tree: LaunchTree
  readonly random: Random
}

async function runTest(
  sandbox: Sandbox,
  { config, test, tree, random }: TestRequest & { readonly test: TestConfig },
  signal: AbortSignal,
): Promise<TestRun> {
  const nonce = drawNonce()
  const injection = isSealedFormat(test.report) ? injectReporter(test.report, test.run) : null
  const result = await sandbox.launch(
    stepLaunch({
      command: injection?.command ?? test.run,
      tree,
      limits: stepLimits(config, test.timeout),
      environment: { ...launchEnvironment(drawSeed(random), random), ...injection?.environment },
      collect: test.reportFile,
      mounts: injection?.mounts ?? [],
      channel: injection === null ? undefined : nonce,
    }),
    signal,
  )
  const written = test.reportFile === undefined ? result.stdout : (result.collected ?? new Uint8Array())
  return {
    command: test.run,
    ending: result.ending,
    exitCode: result.exitCode,
    ...readReport({ format: test.report, command: test.run, written, channel: result.channel ?? null, nonce, root: '/work' }),
    wallMs: result.usage.wallMs,
    tail: outputTail(result.stdout, result.stderr),
  }
}
