import type { Launch, LaunchResult, Limits } from '../sandbox/sandbox.ts'
import { hardwareCount, type CountingMethod } from './counting-method.ts'
import { EvaluationError } from './evaluation-error.ts'
import { stepLaunch, type StepLaunch } from './launch-plan.ts'

/** An instrumented process takes tens of times as long as a plain one, on both sides alike. */
const slowdown = 40
const memoryAllowance = 512 * 1024 ** 2

/** With a fixed order of work and fixed seeds V8 repeats its counts to a few millionths; with its defaults they differ by some percent. */
const nodeFlags = '--predictable --single-threaded --hash-seed=1 --random-seed=1'

/** Said instead of a count where there is no counter; the log of one never starts like this. */
const absent = 'no counter'

const counter = [
  'valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null',
  // No second way to talk to the counter than its own log; all processes that a command starts; code that is written while it runs, as V8 does.
  '--vgdb=no --trace-children=yes --smc-check=all-non-file --log-fd=3',
].join(' ')

/**
 * A launch under a counter of instructions. The counts come over the launch's own channel, which no file of the sandbox leads to.
 *
 * Limit: the counter lives in the address space of what it counts, and leaves its channel open to it. A candidate that goes about it can forge a count, and one that
 * notices the counter can behave otherwise under it. A count is therefore a vote beside the time, and never accepts a change by itself.
 */
export function countedLaunch(step: StepLaunch, method: CountingMethod = 'valgrind'): Launch {
  const environment = { ...step.environment, PYTHONHASHSEED: '0' }
  // The processor counts from outside: nothing of it is in reach, and nothing takes longer.
  if (method === 'hardware') return { ...stepLaunch({ ...step, command: withNodeFlags(step.command), environment }), instructions: true }
  const command = `command -v valgrind >/dev/null 2>&1 || { echo '${absent}' >&3; exit 127; }\nexec ${counter} /bin/sh -c ${quoted(withNodeFlags(step.command))}`
  return stepLaunch({ ...step, command, limits: longer(step.limits), environment, channel: new Uint8Array() })
}

/** NODE_OPTIONS takes none of these flags. A function reaches every `node` that the command itself names; what a script starts in turn runs with the defaults. */
function withNodeFlags(command: string): string {
  return /\bnode\b/.test(command) ? `node() { command node ${nodeFlags} "$@"; }\n${command}` : command
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function longer(limits: Limits): Limits {
  return { ...limits, cpuMs: limits.cpuMs * slowdown, wallMs: limits.wallMs * slowdown, memoryBytes: limits.memoryBytes + memoryAllowance }
}

export type Count = { readonly value: number } | { readonly problem: string }

/**
 * Instructions of all processes of a counted launch. Whatever is not the counter's own log, line for line, or lacks the count of a process that was begun, is no count:
 * a process that is killed takes its count along.
 *
 * @throws EvaluationError `counter-missing` where the sandbox has no counter: that says nothing about either side.
 */
export function readCount(result: LaunchResult, method: CountingMethod = 'valgrind'): Count {
  if (method === 'hardware') return readHardware(result)
  const { channel, exitCode, ending } = result
  if (channel === null || channel === undefined) throw missing('this sandbox tier cannot hand a count over', 'Use `sandbox: { tier: namespace }`, or leave instruction counts out.')
  const log = Buffer.from(channel).toString('latin1')
  if (log.trimEnd() === absent) throw missing('there is no valgrind to count instructions with', 'Install it, on Debian by `apt-get install valgrind`, or leave `measure: instructions` and `counts` out.')
  if (ending !== 'exited') return { problem: `ended by ${ending}` }
  if (exitCode !== 0) return { problem: `exit status ${exitCode} under the counter` }
  return countIn(log)
}

function readHardware(result: LaunchResult): Count {
  const { exitCode, ending } = result
  if (ending !== 'exited') return { problem: `ended by ${ending}` }
  if (exitCode !== 0) return { problem: `exit status ${exitCode} while it was counted` }
  const value = hardwareCount(result)
  return value === null ? { problem: 'the processor gave no count' } : { value }
}

function countIn(log: string): Count {
  const begun = new Set<string>()
  const counts = new Map<string, number>()
  for (const line of log.split('\n')) {
    if (line === '') continue
    const [, mark = '', process = '', text = ''] = /^(==|--|\*\*)(\d+)\1 ?(.*)$/.exec(line) ?? []
    if (process === '') return { problem: 'something else than the counter wrote into its log' }
    if (mark !== '==') continue
    if (text.startsWith('Command: ')) begun.add(process)
    const refs = /^I\s+refs:\s+([\d,]+)$/.exec(text)?.[1]
    // A second one is a process that was replaced and counted again, or a forgery; adding it up can only speak against a candidate.
    if (refs !== undefined) counts.set(process, (counts.get(process) ?? 0) + Number(refs.replaceAll(',', '')))
  }
  const lost = [...begun].find((process) => !counts.has(process))
  if (lost !== undefined) return { problem: 'a process ended without its count' }
  const value = [...counts.values()].reduce((sum, count) => sum + count, 0)
  return value > 0 && Number.isSafeInteger(value) ? { value } : { problem: 'nothing was counted' }
}

function missing(message: string, remedy: string): EvaluationError {
  return new EvaluationError('counter-missing', message, { remedy })
}
