import { SandboxError, type Accounting, type Ending, type Launch, type LaunchResult, type ResourceUsage } from '../../sandbox/sandbox.ts'
import type { GroupReading } from '../bubblewrap-sandbox/control-group.ts'
import { channels } from './launch-output.ts'
import type { LaunchWatch } from './launch-watch.ts'

export interface FinishedLaunch {
  readonly watch: LaunchWatch
  readonly launch: Launch
  readonly wallMs: number
  readonly reading: GroupReading | null
  readonly accounting: Accounting
}

type Report =
  | { readonly kind: 'exited' | 'signalled'; readonly number: number }
  | { readonly kind: 'not-started' | 'not-ended' | 'left' }

const cpuTimeSignal = 24

/** What became of a launch, from what the launching program reported and the kernel counted. */
export function launchResult(finished: FinishedLaunch): LaunchResult {
  const { watch, launch, reading } = finished
  const lines = watch.output.report()
  const report = reportOf(lines)
  if (report.kind === 'left' || report.kind === 'not-ended') {
    throw new SandboxError('sandbox-teardown-failed', report.kind === 'left' ? 'processes of a launch could not be ended' : 'what keeps a launch together was killed')
  }
  if (report.kind === 'not-started' && watch.stop === null && reading?.memoryLimitHit !== true) {
    throw new SandboxError('sandbox-setup-failed', `the sandbox did not start: ${watch.output.bytes(channels.stderr).toString('utf8').trim().slice(0, 1000)}`, {
      remedy: 'Run `ratchet doctor`: it starts the sandbox step by step and says what fails.',
    })
  }
  const exitCode = report.kind === 'exited' ? report.number : null
  const ending = endingOf(finished, report)
  const collected = watch.output.bytes(channels.collected)
  return {
    ending,
    exitCode: ending === 'exited' || ending === 'process-limit' ? exitCode : null,
    stdout: watch.output.bytes(channels.stdout),
    stderr: watch.output.bytes(channels.stderr),
    collected: launch.collect === undefined || collected.length === 0 ? null : collected,
    ...(launch.channel === undefined ? {} : { channel: watch.output.bytes(channels.channel) }),
    usage: usageOf(finished, lines),
  }
}

function reportOf(lines: readonly string[]): Report {
  if (!lines.includes('started') || lines.includes('failed')) return { kind: 'not-started' }
  if (lines.includes('left')) return { kind: 'left' }
  const [, kind, number] = /^(exited|signalled) (\d+)$/.exec(lines.at(-1) ?? '') ?? []
  if (kind === 'exited' || kind === 'signalled') return { kind, number: Number(number) }
  return { kind: 'not-ended' }
}

/** A limit that the kernel enforced shows in its counters; a process limit counts only if the command failed, since it may have coped. */
function endingOf({ watch, reading }: FinishedLaunch, report: Report): Ending {
  if (watch.stop !== null) return watch.stop
  if (reading?.memoryLimitHit === true) return 'memory-limit'
  if (report.kind === 'signalled') return report.number === cpuTimeSignal ? 'cpu-limit' : 'signalled'
  const failed = report.kind !== 'exited' || report.number !== 0
  if (reading?.processLimitHit === true && failed) return 'process-limit'
  return report.kind === 'exited' ? 'exited' : 'signalled'
}

/** Without a group: what was seen of living processes or what the kernel adds up for those that ended, whichever is more. */
function usageOf({ watch, reading, wallMs, accounting }: FinishedLaunch, lines: readonly string[]): ResourceUsage {
  const [, micros = '0', bytes = '0'] = /^used (\d+) (\d+)$/.exec(lines.find((line) => line.startsWith('used ')) ?? '') ?? []
  return {
    wallMs,
    cpuMs: reading?.cpuMs ?? Math.max(watch.peak.cpuMs, Number(micros) / 1000),
    peakMemoryBytes: reading?.peakMemoryBytes ?? Math.max(watch.peak.memoryBytes, Number(bytes)),
    accounting,
  }
}
