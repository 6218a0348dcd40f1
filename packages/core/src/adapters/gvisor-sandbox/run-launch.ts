import { spawn, type ChildProcess } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import type { Readable } from 'node:stream'
import { pinnedCommand } from '../../sandbox/pinned-command.ts'
import { SandboxError, type Accounting, type Ending, type Launch, type LaunchResult, type Limits } from '../../sandbox/sandbox.ts'
import type { ControlGroup, ControlGroups, GroupReading } from '../bubblewrap-sandbox/control-group.ts'
import { watchDiskUse } from '../bubblewrap-sandbox/disk-watch.ts'
import { BoundedOutput } from './bounded-output.ts'
import { LimitWatch, type Stop } from './limit-watch.ts'
import { stageArguments, type GvisorHost } from './stage.ts'

/** What the user-space kernel and the process that serves it files take by themselves. */
const kernelMemoryBytes = 64 * 1024 ** 2
const kernelTasks = 64
/** Each process inside is one on the host, with the threads of the kernel that drive it (measured: 5). So a bomb is stopped somewhat later than at the limit. */
const tasksPerProcess = 5

export interface GvisorContext {
  readonly host: GvisorHost
  readonly groups: ControlGroups
  readonly launch: Launch
}

/** Runs one launch to its end. A sandbox that did not come up rejects; whatever the command did is a value. */
export async function runLaunch(context: GvisorContext, signal: AbortSignal): Promise<LaunchResult> {
  const { host, groups, launch } = context
  const group = openGroup(groups, launch.limits)
  try {
    const started = performance.now()
    const child = start(host, launch, group.entries)
    const running = new Running(child, group, launch)
    await running.finish(signal)
    return resultOf({ running, wallMs: performance.now() - started, accounting: groups.accounting, reading: group.read() })
  } finally {
    await removeGroup(group)
  }
}

/** The limits on the host, which hold the user-space kernel as well as the command. */
function hostLimits(limits: Limits): Limits {
  return { ...limits, memoryBytes: limits.memoryBytes + kernelMemoryBytes, processes: limits.processes * tasksPerProcess + kernelTasks }
}

function openGroup(groups: ControlGroups, limits: Limits): ControlGroup {
  try {
    return groups.create(hostLimits(limits))
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', 'no control group could be made for a launch', { cause: error, remedy: 'Run `ratchet doctor`: it says which kind of accounting works here.' })
  }
}

async function removeGroup(group: ControlGroup): Promise<void> {
  try {
    await group.remove()
  } catch (error) {
    throw new SandboxError('sandbox-teardown-failed', 'processes of a launch could not be ended', { cause: error, remedy: 'Look for processes of runsc and end them.' })
  }
}

function start(host: GvisorHost, launch: Launch, entries: readonly string[]): ChildProcess {
  const [command = '', ...args] = pinnedCommand(stageArguments(host, launch, entries), launch)
  try {
    return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: '/' })
  } catch (error) {
    // Arguments larger than the kernel takes are thrown, not emitted.
    throw new SandboxError('sandbox-setup-failed', 'the sandbox could not be started', { cause: error })
  }
}

class Running {
  readonly output: BoundedOutput
  status = ''
  stop: Stop | null = null
  readonly #child: ChildProcess
  readonly #group: ControlGroup
  readonly #launch: Launch
  #watch: LimitWatch | null = null

  constructor(child: ChildProcess, group: ControlGroup, launch: Launch) {
    this.#child = child
    this.#group = group
    this.#launch = launch
    this.output = new BoundedOutput(launch.limits.outputBytes, () => this.#watch?.end('output-limit'))
  }

  async finish(signal: AbortSignal): Promise<void> {
    const { limits, access, tree } = this.#launch
    const exited = new Promise<void>((resolve, reject) => {
      this.#child.once('error', (error) => reject(new SandboxError('sandbox-setup-failed', 'the sandbox could not be started', { cause: error })))
      // `exit`, not `close`: the pipes may be held by what is about to be killed.
      this.#child.once('exit', () => resolve())
    })
    const drained = this.#follow()
    using watch = new LimitWatch({ limits, signal, look: () => ({ cpuMs: this.#group.cpuMs() }), onStop: () => this.#kill() })
    this.#watch = watch
    const disk = access === 'kept' ? watchDiskUse(tree, limits.diskBytes, () => watch.end('disk-limit')) : null
    try {
      await exited
    } finally {
      disk?.stop()
      this.#group.kill()
      await drained
      this.stop = watch.stop
    }
  }

  #follow(): Promise<unknown> {
    // There are none when there were no descriptors left to make them of.
    const [, stdout, stderr, status, collected] = (this.#child.stdio as readonly (Readable | null)[] | undefined) ?? []
    return Promise.all([
      follow(stdout, (chunk) => this.output.add('stdout', chunk)),
      follow(stderr, (chunk) => this.output.add('stderr', chunk)),
      follow(status, (chunk) => (this.status += chunk.toString('latin1'))),
      follow(collected, (chunk) => this.output.add('collected', chunk)),
    ])
  }

  #kill(): void {
    this.#group.kill()
    // The namespace's init dies with the outer process, and with it everything in the namespace.
    this.#child.kill('SIGKILL')
  }
}

function follow(stream: Readable | null | undefined, take: (chunk: Buffer) => void): Promise<void> {
  if (stream === null || stream === undefined) return Promise.resolve()
  stream.on('data', take)
  return new Promise((resolve) => {
    stream.once('close', resolve)
    stream.once('error', () => resolve())
  })
}

function resultOf(
  { running, wallMs, accounting, reading }: { readonly running: Running; readonly wallMs: number; readonly accounting: Accounting; readonly reading: GroupReading },
): LaunchResult {
  const { output, status, stop } = running
  if (!status.includes('started\n') && stop === null && !reading.memoryLimitHit) {
    throw new SandboxError('sandbox-setup-failed', `the sandbox did not start: ${Buffer.from(output.bytes('stderr')).toString('utf8').trim().slice(0, 1000)}`, {
      remedy: 'Run `ratchet doctor`: it starts the sandbox step by step and says what fails.',
    })
  }
  const reported = /^exit (\d+)$/m.exec(status)?.[1]
  const exitCode = reported === undefined ? null : Number(reported)
  const ending = endingOf({ stop, exitCode, reading })
  return {
    ending,
    exitCode: ending === 'exited' || ending === 'process-limit' ? exitCode : null,
    stdout: output.bytes('stdout'),
    stderr: output.bytes('stderr'),
    collected: output.bytes('collected').length > 0 ? output.bytes('collected') : null,
    channel: null,
    usage: { wallMs, cpuMs: reading.cpuMs, peakMemoryBytes: reading.peakMemoryBytes, accounting },
  }
}

/** A limit that the host's kernel enforced shows in its counters; a process limit counts only if the command failed, since it may have coped. */
export function endingOf({ stop, exitCode, reading }: { readonly stop: Stop | null; readonly exitCode: number | null; readonly reading: Pick<GroupReading, 'memoryLimitHit' | 'processLimitHit'> | null }): Ending {
  if (stop !== null) return stop
  if (reading?.memoryLimitHit === true) return 'memory-limit'
  if (reading?.processLimitHit === true && exitCode !== 0) return 'process-limit'
  return exitCode === null ? 'signalled' : 'exited'
}
