import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../randomness/seeded-random.ts'
import { sandboxedTargets, type SandboxedTargets } from '../reporters/sandboxed-target.ts'
import type { Launch, LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import { configSchema } from '../target/config.ts'
import { troubleIn } from './compare-tests.ts'
import { runTests } from './run-tests.ts'
import type { TestRun } from './evaluation.ts'

const [one, two] = ['1', '2'].map((digit) => digit.repeat(64)) as [string, string]
const run = async (answer: (launch: Launch, number: number) => Partial<LaunchResult>): Promise<{ readonly run: TestRun; readonly launches: readonly Launch[] }> => {
  const launches: Launch[] = []
  const launch = (given: Launch): Promise<LaunchResult> => {
    launches.push(given)
    const nothing = { ending: 'exited', exitCode: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), collected: null, usage: { wallMs: 10, cpuMs: 1, peakMemoryBytes: 1, accounting: 'sampled' } } as const
    return Promise.resolve({ ...nothing, ...answer(given, launches.length) })
  }
  const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'npm test', report: 'mocha' }], metrics: { time: { run: 'true', measure: 'cpu-time' } } })
  const [first] = await runTests({ launch } as unknown as Sandbox, { config, tree: { path: '/tree', mounts: [], readOnly: [] }, random: seededRandom('x', 'y') }, AbortSignal.timeout(5_000))
  return { run: first as TestRun, launches }
}
const key = ({ channel = new Uint8Array() }: Launch): Uint8Array => channel.subarray(-32)
const said = (launch: Launch, id: string, notes = ''): Uint8Array => {
  const messages = [['start', 'mocha', 'runner', id, '/work', 'x'], ['case', 'passed', ['t']], ['end', 1, 'run']]
  const lines = messages.map((message, sequence) => `${createHmac('sha256', key(launch)).update(`${sequence}\n${JSON.stringify(message)}`).digest('hex')} ${JSON.stringify(message)}\n`)
  return Buffer.from(lines.join('') + notes)
}

describe('runTests', () => {
  it('starts a command once where it starts one runner', async () => {
    const { run: found, launches } = await run((launch) => ({ channel: said(launch, one) }))
    expect([found.report, found.trust, launches.length, launches[0]?.channel?.length, launches[0]?.environment['RATCHET_RUN']]).toEqual(['parsed', 'sealed', 1, 32, undefined])
  })

  it('starts it once more for each other runner, with a new key and the same seed, and adds up', async () => {
    const { run: found, launches } = await run((launch, number) => (number === 1 ? { channel: said(launch, one, `~ waiting ${two}\n~ waiting ${one}\n`) } : { channel: said(launch, launch.environment['RATCHET_RUN'] ?? ''), exitCode: number === 2 ? 3 : 0 }))
    expect(launches.map(({ environment, channel }) => [environment['RATCHET_RUN'], channel?.length])).toEqual([[undefined, 32], [one, 64], [two, 32]])
    expect(new Set(launches.map((launch) => Buffer.from(key(launch)).toString('hex'))).size).toBe(3)
    expect(new Set(launches.map(({ environment }) => environment['RATCHET_SEED'])).size).toBe(1)
    expect([found.report, found.exitCode, found.wallMs, found.cases.length]).toEqual(['parsed', 3, 30, 3])
  })

  it('takes a replay of another launch for nothing', async () => {
    const seen: Uint8Array[] = []
    const { run: found } = await run((launch) => {
      seen.push(said(launch, one, `~ waiting ${two}\n`))
      return { channel: seen[0] as Uint8Array }
    })
    expect([found.report, found.cases, seen.length]).toEqual(['malformed', [], 2])
  })

  it('does not go on after a launch that was stopped, and has no report that counts', async () => {
    const { run: found, launches } = await run((launch) => ({ channel: said(launch, one, `~ waiting ${two}\n`), ending: 'wall-limit', exitCode: null }))
    expect([found.ending, found.report, found.cases, launches.length]).toEqual(['wall-limit', 'malformed', [], 1])
  })

  it('reads what the command prints where the tier has no channel', async () => {
    const { run: found, launches } = await run(() => ({ stdout: Buffer.from('{"stats":{"tests":1,"passes":1,"pending":0,"failures":0},"passes":[{"title":"t","fullTitle":"t"}],"pending":[],"failures":[]}') }))
    expect([found.trust, found.report, launches.length]).toEqual(['reported', 'parsed', 1])
  })

  it('says of a report that does not count what to do', async () => {
    const { run: found } = await run((launch) => ({ channel: said(launch, one, '~ other jest\n') }))
    expect(troubleIn([found])?.summary).toMatch(/`npm test`, malformed report: the command also starts jest, .*entry of its own/)
  })

  describe('in the sandbox', () => {
    let targets: SandboxedTargets
    beforeAll(async () => {
      targets = await sandboxedTargets()
    })
    afterAll(() => targets[Symbol.asyncDispose]())

    it('notices tests that fail because they may not open a socket', async () => {
      const listens = "const { test } = require('node:test'); test('listens', (t, done) => { require('node:http').createServer().listen(0, '127.0.0.1', done) })"
      const refused = await targets.test({ run: 'node --test', report: 'node' }, { 'a.test.cjs': listens })
      expect([refused.exitCode, refused.refusedSocket]).toEqual([1, expect.stringMatching(/^listen E/)])
      const wrong = await targets.test({ run: 'node --test', report: 'node' }, { 'a.test.cjs': listens.replace(/require\('node:http'\).*done\)/, "throw new Error('EPERM')") })
      expect([wrong.exitCode, wrong.refusedSocket]).toEqual([1, undefined])
    })
  })
})
