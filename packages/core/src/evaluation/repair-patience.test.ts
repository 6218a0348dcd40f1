import { describe, expect, it } from 'vitest'
import { configSchema } from '../target/config.ts'
import type { TestRun } from './evaluation.ts'
import { impatient, seenTimes } from './repair-patience.ts'

const config = configSchema.parse({
  target: { edit: ['src/**'], protect: [] },
  tests: [{ run: 'one', timeout: '60s' }, { run: 'two', timeout: '8s' }, { run: 'kept', timeout: '60s', heldOut: true }],
  search: { goal: 'repair' },
  sandbox: { cpu: '40s', wall: '60s' },
})

function run(command: string, cpuMs: number, ending: TestRun['ending'] = 'exited'): TestRun {
  return { command, ending, exitCode: ending === 'exited' ? 1 : null, report: 'not-asked', cases: [], trust: 'exit-code', cpuMs, wallMs: 2 * cpuMs, tail: '' }
}

function limits(...runs: readonly TestRun[]): readonly [cpu: number, ...walls: readonly number[]] {
  const { sandbox, tests } = impatient(config, seenTimes(new Map(), runs))
  return [sandbox.cpu, ...tests.map(({ timeout }) => timeout)]
}

describe('the patience of a search of a repair', () => {
  it('is several times what the tests take, and the clock may show more than that', () => {
    expect(limits(run('one', 1_500), run('two', 100))).toEqual([7_500, 22_500, 8_000, 22_500])
  })

  it('is never too short for a process to start', () => {
    expect(limits(run('one', 20), run('two', 10))).toEqual([2_000, 6_000, 6_000, 6_000])
  })

  it('is never longer than what is configured', () => {
    expect(limits(run('one', 30_000), run('two', 10))).toEqual([40_000, 60_000, 8_000, 60_000])
  })

  it('is longer as long as a command has not ended by itself, and learns from the first one that has', () => {
    expect(limits(run('one', 20), run('two', 9_000, 'cpu-limit'))).toEqual([5_000, 15_000, 8_000, 15_000])
    expect(limits(run('one', 20), run('two', 9_000, 'wall-limit'), run('two', 30))).toEqual([2_000, 6_000, 6_000, 6_000])
  })

  it('never becomes shorter by what ends sooner', () => {
    expect(limits(run('one', 1_500), run('two', 10), run('one', 5))).toEqual([7_500, 22_500, 8_000, 22_500])
  })
})
