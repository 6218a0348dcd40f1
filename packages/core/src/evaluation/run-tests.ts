import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Config, TestConfig } from '../target/config.ts'
import type { Random } from '../randomness/seeded-random.ts'
import type { TestRun } from './evaluation.ts'
import { drawSeed, launchEnvironment } from './launch-environment.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import { outputTail } from './output-tail.ts'
import { parseTestReport } from './test-report.ts'

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
  const result = await sandbox.launch(
    stepLaunch({ command: test.run, tree, limits: stepLimits(config, test.timeout), environment: launchEnvironment(drawSeed(random), random), collect: test.reportFile }),
    signal,
  )
  const bytes = test.reportFile === undefined ? result.stdout : (result.collected ?? new Uint8Array())
  const parsed = parseTestReport(test.report, bytes)
  return {
    command: test.run,
    ending: result.ending,
    exitCode: result.exitCode,
    report: parsed.report,
    cases: parsed.cases,
    wallMs: result.usage.wallMs,
    tail: outputTail(result.stdout, result.stderr),
  }
}
