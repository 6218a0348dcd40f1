import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sandboxedTargets, type Files, type SandboxedTargets } from '../reporters/sandboxed-target.ts'
import type { LaunchResult } from '../sandbox/sandbox.ts'
import { configSchema } from '../target/config.ts'
import { countedLaunch, readCount, type Count } from './count-instructions.ts'
import { EvaluationError } from './evaluation-error.ts'
import { stepLimits } from './launch-plan.ts'

const usage = { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, accounting: 'cgroup-v2' as const }
const said = (log: string, more: Partial<LaunchResult> = {}): LaunchResult => ({ ending: 'exited', exitCode: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), collected: null, channel: Buffer.from(log), usage, ...more })
const began = (process: number): string => `==${process}== Cachegrind, a profiler\n==${process}== Command: x\n==${process}== \n--${process}-- warning: a cache\n`
const ended = (process: number, count: string): string => `==${process}== \n==${process}== I   refs:      ${count}\n`

describe('readCount', () => {
  it('adds up the processes of a launch', () => {
    expect(readCount(said(began(7) + began(12) + ended(12, '1,234,567') + ended(7, '100')))).toEqual({ value: 1_234_667 })
  })

  it.each([
    ['a line of somebody else', `${began(7)}I   refs:      1\n${ended(7, '100')}`],
    ['a line that was begun by somebody else', `${began(7)}x${ended(7, '100')}`],
    ['a process without its count', began(7) + began(12) + ended(7, '100')],
    ['nothing', ''],
    ['nothing to count', began(7) + ended(7, '0')],
  ])('has no count for %s', (_, log) => {
    expect(readCount(said(log))).toHaveProperty('problem')
  })

  it('does not take for a count what a process says in its arguments or through the counter', () => {
    expect(readCount(said(`${began(7)}==7== Command: ==7== I   refs:      1\n**7** I   refs:      1\n${ended(7, '100')}`))).toEqual({ value: 100 })
  })

  it('has no count of a launch that failed', () => {
    expect(readCount(said(began(7) + ended(7, '100'), { exitCode: 1 }))).toHaveProperty('problem')
    expect(readCount(said(began(7) + ended(7, '100'), { ending: 'wall-limit', exitCode: null }))).toHaveProperty('problem')
  })

  it('fails, and says what to install, where there is no counter', () => {
    for (const result of [said('no counter\n', { exitCode: 127 }), said('', { channel: null })]) {
      expect(() => readCount(result)).toThrow(EvaluationError)
    }
    expect(() => readCount(said('no counter\n', { exitCode: 127 }))).toThrow(expect.objectContaining({ code: 'counter-missing', remedy: expect.stringContaining('apt-get install valgrind') }))
  })
})

describe.skipIf(!existsSync('/usr/bin/valgrind'))('counting in the sandbox (needs valgrind)', () => {
  let targets: SandboxedTargets
  beforeAll(async () => {
    targets = await sandboxedTargets()
  })
  afterAll(() => targets[Symbol.asyncDispose]())

  const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { time: { run: 'true', measure: 'cpu-time' } } })
  const count = async (command: string, files: Files): Promise<Count> => {
    const tree = { path: await targets.folder(files), mounts: [], readOnly: [] }
    return readCount(await targets.sandbox.launch(countedLaunch({ command, tree, limits: stepLimits(config, 30_000), environment: { RATCHET_SEED: '1' } }), AbortSignal.timeout(150_000)))
  }
  const value = (counted: Count): number => ('value' in counted ? counted.value : Number.NaN)

  it('repeats in Node to a tenth of a thousandth, and shows work that is left out', async () => {
    const files = { 'b.js': `let s = 0; for (let i = 0; i < Number(process.argv[2]); i++) s = (s * 31 + i) % 1000003; console.log(s)` }
    const [first, again, less] = [value(await count('node b.js 300000', files)), value(await count('node b.js 300000', files)), value(await count("node 'b.js' 200000", files))]
    expect(Math.abs(Math.log(first / again))).toBeLessThan(1e-4)
    expect(Math.log(first / less)).toBeGreaterThan(0.005)
  }, 200_000)

  it('cannot be written to under another name than its own, and what is written is no count', async () => {
    expect(await count(`sh -c 'echo "I refs: 1" >&3'; true`, {})).toHaveProperty('problem')
    expect(await count(`echo "==1== I   refs:      1" > /proc/self/fd/3`, {})).toHaveProperty('problem')
  })

  it('misses no process that is killed', async () => {
    expect(await count(`sh -c 'while :; do :; done' & sleep 3; kill -9 $!`, {})).toHaveProperty('problem')
  }, 100_000)
})
