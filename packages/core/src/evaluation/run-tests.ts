import { hasSucceeded } from '../sandbox/has-succeeded.ts'
import type { LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import type { Config, TestConfig } from '../target/config.ts'
import { injectReporter, isSealedFormat } from '../reporters/inject-reporter.ts'
import { nextTurn, type NextTurn, type TakenTurn } from '../reporters/next-turn.ts'
import { firstTurn, type RunnerTurn } from '../reporters/runner-turn.ts'
import { drawNonce, readChannel, waitingBytes } from '../reporters/sealed-report.ts'
import type { Random } from '../randomness/seeded-random.ts'
import type { TestRun } from './evaluation.ts'
import { drawSeed, launchEnvironment } from './launch-environment.ts'
import { stepLaunch, stepLimits, type LaunchTree } from './launch-plan.ts'
import { outputTail } from './output-tail.ts'
import { readReport, type ChannelReports } from './read-report.ts'
import { refusedSocket } from './refused-socket.ts'

/** Runs every configured test command that a search may see, or every one that it may not, once on one tree. Never retries: a flaky test is a failing one. */
export async function runTests(sandbox: Sandbox, request: TestRequest, signal: AbortSignal): Promise<readonly TestRun[]> {
  const runs: TestRun[] = []
  for (const test of request.config.tests.filter(({ heldOut }) => heldOut === (request.heldOut === true))) runs.push(await runTest(sandbox, { ...request, test }, signal))
  return runs
}

export interface TestRequest {
  readonly config: Pick<Config, 'tests' | 'sandbox'>
  readonly tree: LaunchTree
  readonly random: Random
  /** The tests that are kept from the search, in place of the others. */
  readonly heldOut?: boolean
}

interface OneTest extends TestRequest {
  readonly test: TestConfig
}

async function runTest(sandbox: Sandbox, { config, test, tree, random }: OneTest, signal: AbortSignal): Promise<TestRun> {
  const environment = launchEnvironment(drawSeed(random), random)
  const limits = stepLimits(config, test.timeout)
  const { report: format } = test
  const launch = (turn: RunnerTurn, channel: Uint8Array): Promise<LaunchResult> => {
    const injection = isSealedFormat(format) ? injectReporter(format, test.run, turn) : null
    return sandbox.launch(
      stepLaunch({
        command: injection?.command ?? test.run,
        tree,
        limits,
        environment: { ...environment, ...injection?.environment },
        collect: test.reportFile,
        mounts: injection?.mounts ?? [],
        channel: injection === null ? undefined : channel,
      }),
      signal,
    )
  }
  const { results, channel } = await takeTurns(launch)
  const worst = results.find((result) => !hasSucceeded(result)) ?? results[0]
  const written = test.reportFile === undefined ? worst.stdout : (worst.collected ?? new Uint8Array())
  const socket = hasSucceeded(worst) ? null : refusedSocket(worst.stdout, worst.stderr)
  return {
    command: test.run,
    ending: worst.ending,
    exitCode: worst.exitCode,
    ...readReport({ format, command: test.run, written, channel, root: '/work' }),
    wallMs: results.reduce((sum, { usage }) => sum + usage.wallMs, 0),
    cpuMs: results.reduce((sum, { usage }) => sum + usage.cpuMs, 0),
    tail: outputTail(worst.stdout, worst.stderr),
    ...(socket === null ? {} : { refusedSocket: socket }),
  }
}

/**
 * One launch for every runner that the command starts, each with a key of its own, in a tree that no earlier one has touched; for most commands that is one launch.
 * Nothing that a run leaves behind, and no key that it might find, is there when another one's results are sealed.
 */
async function takeTurns(launch: (turn: RunnerTurn, channel: Uint8Array) => Promise<LaunchResult>): Promise<{ readonly results: readonly [LaunchResult, ...LaunchResult[]]; readonly channel: ChannelReports | null }> {
  const later: LaunchResult[] = []
  const taken: TakenTurn[] = []
  const play = async (turn: RunnerTurn): Promise<LaunchResult> => {
    const nonce = drawNonce()
    const result = await launch(turn, waitingBytes(nonce, turn.index))
    if (result.channel !== undefined && result.channel !== null) taken.push({ turn, reading: readChannel(result.channel, nonce) })
    return result
  }
  const first = await play(firstTurn)
  if (taken.length === 0) return { results: [first], channel: null }
  let next = nextTurn(taken)
  // A command that was stopped has failed; what else it would have started does not matter any more.
  for (let last = first; next.kind === 'turn' && last.ending === 'exited'; next = nextTurn(taken)) later.push((last = await play(next.turn)))
  return { results: [first, ...later], channel: joinedReports(taken, next) }
}

function joinedReports(taken: readonly TakenTurn[], next: NextTurn): ChannelReports {
  return {
    reports: taken.flatMap(({ turn, reading: { report } }) => (typeof report === 'string' ? [] : [{ report, index: turn.index }])),
    trouble: next.kind === 'trouble' ? next.trouble : next.kind === 'done' ? null : { kind: 'malformed' },
    isPrepared: taken.some(({ reading }) => reading.notes.some(({ kind, when }) => kind === 'other' && when !== 'after')),
  }
}
