import { spawn, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { SandboxError, type Ending, type Launch, type LaunchResult } from '../../sandbox/sandbox.ts'
import { pinnedCommand } from '../../sandbox/pinned-command.ts'
import { awaitEnd } from './await-end.ts'
import type { ControlGroup, ControlGroups, GroupReading } from './control-group.ts'
import { watchDiskUse } from './disk-watch.ts'
import { counted, reportOf } from './hardware-counter.ts'
import { descriptorsOf, launchArguments, type Host } from './launch-arguments.ts'
import { OutputCapture } from './output-capture.ts'
import { isRunning, sampleTree, type TreeSample } from './process-sampler.ts'

const samplePeriodMs = 25
/** The wrapper, bwrap and its init are counted as well. */
const ownProcesses = 4

/** Why we ended a launch ourselves; the first reason stands. */
type Stop = Extract<Ending, 'wall-limit' | 'cpu-limit' | 'memory-limit' | 'process-limit' | 'disk-limit' | 'output-limit' | 'aborted'>

/** Runs one launch to its end. A sandbox that did not come up rejects; whatever the command did is a value. */
export async function runLaunch(
  { host, groups, launch }: { readonly host: Host; readonly groups: ControlGroups | null; readonly launch: Launch },
  signal: AbortSignal,
): Promise<LaunchResult> {
  const group = openGroup(groups, launch)
  try {
    const started = performance.now()
    const counter = counterOf(host, launch, group)
    const child = start(host, launch, { entries: group?.entries ?? [], counter })
    const report = counter === null ? null : reportOf(child, counter.descriptor)
    const watched = new LaunchWatch(child, group, launch)
    const exit = await watched.finish(signal)
    const wallMs = performance.now() - started
    return result({ watched, exit, wallMs, groups, group, instructions: await report?.() })
  } finally {
    await removeGroup(group)
  }
}

function openGroup(groups: ControlGroups | null, { limits }: Launch): ControlGroup | null {
  try {
    return groups?.create(limits) ?? null
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', 'no control group could be made for a launch', { cause: error, remedy: 'Run `ratchet doctor`: it says which kind of accounting works here.' })
  }
}

interface Counter {
  readonly perf: string
  readonly descriptor: number
}

/** Only where a control group ends the launch: what is killed by name is the counter, and not what it counts. */
function counterOf({ perf }: Host, launch: Launch, group: ControlGroup | null): Counter | null {
  return launch.instructions === true && perf !== null && group !== null ? { perf, descriptor: descriptorsOf(launch).status + 1 } : null
}

function start(host: Host, launch: Launch, { entries, counter }: { readonly entries: readonly string[]; readonly counter: Counter | null }): ChildProcess {
  const plain = pinnedCommand(launchArguments(host, launch, entries), launch)
  const [command = '', ...args] = counter === null ? plain : counted(plain, counter)
  const channels = Array.from({ length: counter?.descriptor ?? descriptorsOf(launch).status }, () => 'pipe' as const)
  const next = channels.length + 1
  // What this process itself inherited is covered with /dev/null, so that no descriptor of the host gets inside.
  const covered = Array.from({ length: Math.max(0, ...host.inherited) - channels.length }, (_, index) => (host.inherited.has(index + next) ? host.sink : 'ignore'))
  try {
    return spawn(command, args, { stdio: ['ignore', ...channels, ...covered], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: '/' })
  } catch (error) {
    // Arguments or environment larger than the kernel takes are thrown, not emitted.
    throw new SandboxError('sandbox-setup-failed', 'the sandbox could not be started', { cause: error })
  }
}

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Watches one running launch: limits, abort, output. Every timer and listener ends with `finish`. */
class LaunchWatch {
  readonly capture: OutputCapture
  stop: Stop | null = null
  peak: TreeSample = { cpuMs: 0, memoryBytes: 0, processes: 0 }
  readonly #child: ChildProcess
  readonly #group: ControlGroup | null
  readonly #launch: Launch

  constructor(child: ChildProcess, group: ControlGroup | null, launch: Launch) {
    this.#child = child
    this.#group = group
    this.#launch = launch
    if (launch.channel !== undefined) offer(child, launch.channel)
    this.capture = new OutputCapture(child, { limit: launch.limits.outputBytes, descriptors: descriptorsOf(launch) }, () => this.#end('output-limit'))
  }

  async finish(signal: AbortSignal): Promise<Exit> {
    const { limits, access, tree } = this.#launch
    const onAbort = (): void => this.#end('aborted')
    const wall = setTimeout(() => this.#end('wall-limit'), limits.wallMs)
    const sampling = setInterval(() => this.#sample(), samplePeriodMs)
    const disk = access === 'kept' ? watchDiskUse(tree, limits.diskBytes, () => this.#end('disk-limit')) : null
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    try {
      return await new Promise<Exit>((resolve, reject) => {
        this.#child.once('error', (error) => reject(new SandboxError('sandbox-setup-failed', 'the sandbox could not be started', { cause: error })))
        // `exit`, not `close`: the pipes may be held by what is about to be killed.
        this.#child.once('exit', (code, killed) => resolve({ code, signal: killed }))
      })
    } finally {
      clearTimeout(wall)
      clearInterval(sampling)
      disk?.stop()
      signal.removeEventListener('abort', onAbort)
      this.#group?.kill()
      await this.capture.drained()
      if (this.#group === null) await this.#namespaceEnded()
    }
  }

  /**
   * Without a group to ask: bwrap may be gone before its init is, and init goes after everything in its process namespace. A number that was
   * given to another process meanwhile would only make this fail, not pass.
   */
  async #namespaceEnded(): Promise<void> {
    const init = Number(/"child-pid"\s*:\s*(\d+)/.exec(this.capture.status())?.[1] ?? 0)
    const insist = (): void => void this.#child.kill('SIGKILL')
    if (init > 0 && !(await awaitEnd(() => !isRunning(init), insist))) throw new SandboxError('sandbox-teardown-failed', 'processes of a launch could not be ended', { remedy: `Look for them below pid ${init}.` })
  }

  #sample(): void {
    const { limits } = this.#launch
    if (this.#group !== null) {
      if (this.#group.cpuMs() > limits.cpuMs) this.#end('cpu-limit')
      return
    }
    const allowed = limits.processes + ownProcesses
    const sample = sampleTree(this.#child.pid ?? 0, allowed + 1)
    this.peak = {
      cpuMs: Math.max(this.peak.cpuMs, sample.cpuMs),
      memoryBytes: Math.max(this.peak.memoryBytes, sample.memoryBytes),
      processes: Math.max(this.peak.processes, sample.processes),
    }
    if (sample.cpuMs > limits.cpuMs) this.#end('cpu-limit')
    else if (sample.memoryBytes > limits.memoryBytes) this.#end('memory-limit')
    else if (sample.processes > allowed) this.#end('process-limit')
  }

  #end(reason: Stop): void {
    this.stop ??= reason
    this.#group?.kill()
    // bwrap's init dies with bwrap, and with it everything in its process namespace.
    this.#child.kill('SIGKILL')
  }
}

/** Puts the bytes in and ends that direction, so that whoever reads can tell that there are no more. A command that is gone before it read them is no failure. */
function offer(child: ChildProcess, bytes: Uint8Array): void {
  // There are no descriptors when there were none left to make them of; `finish` tells.
  const channel = (child.stdio as readonly ChildProcess['stdio'][number][] | undefined)?.[3] as Socket | null | undefined
  channel?.on('error', () => undefined)
  channel?.end(bytes)
}

function result(
  context: { readonly watched: LaunchWatch; readonly exit: Exit; readonly wallMs: number; readonly groups: ControlGroups | null; readonly group: ControlGroup | null; readonly instructions: number | null | undefined },
): LaunchResult {
  const { watched, exit, wallMs, groups, group, instructions } = context
  const reading = group?.read() ?? null
  const { stdout, stderr, collected, channel, status } = watched.capture
  const reported = reportedExit(status())
  if (reported === 'not-started' && watched.stop === null && reading?.memoryLimitHit !== true) {
    throw new SandboxError('sandbox-setup-failed', `the sandbox did not start: ${Buffer.from(stderr()).toString('utf8').trim().slice(0, 1000) || `exit status ${exit.code}`}`, {
      remedy: 'Run `ratchet doctor`: it starts the sandbox step by step and says what fails.',
    })
  }
  const exitCode = typeof reported === 'number' ? reported : null
  const ending = endingOf({ stop: watched.stop, exitCode, reading })
  return {
    ending,
    exitCode: ending === 'exited' || ending === 'process-limit' ? exitCode : null,
    stdout: stdout(),
    stderr: stderr(),
    collected: collected(),
    channel: channel(),
    usage: {
      wallMs,
      cpuMs: reading?.cpuMs ?? watched.peak.cpuMs,
      peakMemoryBytes: reading?.peakMemoryBytes ?? watched.peak.memoryBytes,
      accounting: groups?.accounting ?? 'sampled',
      // What was killed may still have its report written, by whoever goes on around it: such a count is of no whole command.
      ...(instructions === undefined ? {} : { instructions: ending === 'exited' ? instructions : null }),
    },
  }
}

/** A limit that the kernel enforced shows in its counters; a process limit counts only if the command failed, since it may have coped. */
function endingOf({ stop, exitCode, reading }: { readonly stop: Stop | null; readonly exitCode: number | null; readonly reading: GroupReading | null }): Ending {
  if (stop !== null) return stop
  if (reading?.memoryLimitHit === true) return 'memory-limit'
  if (reading?.processLimitHit === true && exitCode !== 0) return 'process-limit'
  return exitCode === null ? 'signalled' : 'exited'
}

/** bwrap's own words: one JSON object when the command has been started, one when it has ended. */
function reportedExit(status: string): number | 'not-started' | 'not-ended' {
  const match = /"exit-code"\s*:\s*(\d+)/.exec(status)
  if (match !== null) return Number(match[1])
  return status.includes('"child-pid"') ? 'not-ended' : 'not-started'
}

async function removeGroup(group: ControlGroup | null): Promise<void> {
  try {
    await group?.remove()
  } catch (error) {
    throw new SandboxError('sandbox-teardown-failed', 'processes of a launch could not be ended', { cause: error, remedy: `Look for them below pid ${process.pid}.` })
  }
}
