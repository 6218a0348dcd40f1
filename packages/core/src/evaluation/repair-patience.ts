import type { Config } from '../target/config.ts'
import type { TestRun } from './evaluation.ts'

/** The longest that each test command took where it ended by itself, on the baseline or on a candidate. */
export type TestTimes = ReadonlyMap<string, { readonly cpuMs: number; readonly wallMs: number }>

/** A search of a repair waits for this many times what the tests have taken so far, and at least this long: its candidates often loop without end. */
const patience = 5
const shortestMs = 2_000
/** As long as a command has never ended by itself, nothing tells how long it takes. */
const unknownMs = 5_000
/** What loops uses up CPU time, whatever else the machine does. A busy machine must not make a right candidate late, so the clock may show this many times as much. */
const share = 3

/** What is known after these runs as well. */
export function seenTimes(known: TestTimes, runs: readonly TestRun[]): TestTimes {
  const times = new Map(known)
  for (const { command, ending, cpuMs, wallMs } of runs) {
    if (ending !== 'exited') continue
    const before = times.get(command) ?? { cpuMs: 0, wallMs: 0 }
    times.set(command, { cpuMs: Math.max(before.cpuMs, cpuMs ?? wallMs), wallMs: Math.max(before.wallMs, wallMs) })
  }
  return times
}

/** The configuration with the limits that tests have during a search; never above its own. Only for candidates of a search: what is offered is judged with the limits of the configuration. */
export function impatient(config: Config, times: TestTimes): Config {
  const own = config.tests.filter(({ heldOut }) => !heldOut).map(({ run }) => times.get(run))
  const known = own.filter((time) => time !== undefined)
  const cpu = Math.max(known.length < own.length ? unknownMs : shortestMs, ...known.map(({ cpuMs }) => patience * cpuMs))
  const wall = Math.max(share * cpu, ...known.map(({ wallMs }) => patience * wallMs))
  return { ...config, sandbox: { ...config.sandbox, cpu: Math.min(config.sandbox.cpu, cpu) }, tests: config.tests.map((test) => ({ ...test, timeout: Math.min(test.timeout, wall) })) }
}
