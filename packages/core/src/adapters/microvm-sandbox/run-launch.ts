import { spawn, type ChildProcess } from 'node:child_process'
import { open } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { Readable } from 'node:stream'
import { pinnedCommand } from '../../sandbox/pinned-command.ts'
import { SandboxError, type Ending, type Launch, type LaunchResult } from '../../sandbox/sandbox.ts'
import { awaitEnd } from '../bubblewrap-sandbox/await-end.ts'
import type { ControlGroup, ControlGroups } from '../bubblewrap-sandbox/control-group.ts'
import { watchDiskUse, type DiskWatch } from '../bubblewrap-sandbox/disk-watch.ts'
import { isRunning, sampleTree } from '../bubblewrap-sandbox/process-sampler.ts'
import { FrameReader, readGuestReport, type Frame, type GuestReport } from './frame-reader.ts'
import { hostView, type ViewOptions } from './host-view.ts'
import { launchOrder } from './launch-order.ts'
import { guestMemoryMebibytes, machineArguments, machineOverheadBytes, machineProcesses, pictureChannel, statusChannel, type MachineHost } from './machine-arguments.ts'

const samplePeriodMs = 25
const textLimit = 64 * 1024
/** Exit status that bwrap gives when a signal ended qemu: 128 and SIGXFSZ. */
const fileLimitExit = 128 + 25

export interface Setting {
  readonly host: MachineHost
  readonly view: Omit<ViewOptions, 'etc'>
  readonly groups: ControlGroups | null
  /** A machine that has not started its command by then never will. */
  readonly bootMs: number
  readonly now: () => Date
  /** Finds or makes the picture that a machine for this launch is started from; null where each machine boots. */
  readonly picture: ((launch: Launch) => Promise<string>) | null
}

type Stop = Extract<Ending, 'wall-limit' | 'cpu-limit' | 'disk-limit' | 'output-limit' | 'aborted'>

/** Boots a machine, runs one command in it, and ends it. A machine that did not come up rejects; whatever the command did is a value. */
export async function runLaunch(setting: Setting, launch: Launch, signal: AbortSignal): Promise<LaunchResult> {
  await using resources = new AsyncDisposableStack()
  const picture = setting.picture === null || signal.aborted ? null : resources.use(await open(await setting.picture(launch), 'r'))
  const group = openGroup(setting, launch)
  resources.defer(() => removeGroup(group))
  const watched = new MachineWatch({ setting, launch, group, picture: picture?.fd ?? null })
  return await watched.finish(signal)
}

function openGroup({ groups }: Setting, { limits }: Launch): ControlGroup | null {
  const memoryBytes = guestMemoryMebibytes(limits.memoryBytes) * 1024 ** 2 + machineOverheadBytes
  try {
    return groups?.create({ ...limits, memoryBytes, processes: machineProcesses }) ?? null
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', 'no control group could be made for a machine', { cause: error, remedy: 'Run `ratchet doctor`: it says which kind of accounting works here.' })
  }
}

async function removeGroup(group: ControlGroup | null): Promise<void> {
  try {
    await group?.remove()
  } catch (error) {
    throw new SandboxError('sandbox-teardown-failed', 'a machine could not be ended', { cause: error, remedy: 'Look for processes named qemu-system-x86_64.' })
  }
}

interface Context {
  readonly setting: Setting
  readonly launch: Launch
  readonly group: ControlGroup | null
  /** Descriptor of an opened picture. */
  readonly picture: number | null
}

type Kept = 'stdout' | 'stderr' | 'collected' | 'channel'

/** Follows one running machine: its frames, the limits, the abort. */
class MachineWatch {
  readonly #context: Context
  readonly #child: ChildProcess
  readonly #reader = new FrameReader()
  readonly #output: Record<Kept, Buffer[]> = { stdout: [], stderr: [], collected: [], channel: [] }
  readonly #text = { machine: '', status: '' }
  readonly #begun = performance.now()
  #left: number
  #stop: Stop | null = null
  #failure: SandboxError | null = null
  #report: GuestReport | null = null
  /** Set when the command starts: everything before is the machine's own. */
  #start: { readonly at: number; readonly cpuMs: number } | null = null
  #end: { readonly at: number; readonly cpuMs: number } | null = null
  #peakBytes = 0
  #sampledCpuMs = 0

  constructor(context: Context) {
    this.#context = context
    this.#left = context.launch.limits.outputBytes
    this.#child = start(context)
  }

  async finish(signal: AbortSignal): Promise<LaunchResult> {
    const { launch, group, setting } = this.#context
    const onAbort = (): void => this.#halt('aborted')
    const boot = setTimeout(() => this.#fail(`the machine did not start its command within ${setting.bootMs} ms`), setting.bootMs)
    let wall: NodeJS.Timeout | null = null
    const started = (): void => {
      clearTimeout(boot)
      wall = setTimeout(() => this.#halt('wall-limit'), launch.limits.wallMs)
    }
    const sampling = setInterval(() => this.#sample(), samplePeriodMs)
    const disk: DiskWatch | null = launch.access === 'kept' ? watchDiskUse(launch.tree, launch.limits.diskBytes, () => this.#halt('disk-limit')) : null
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    const followed = this.#follow(started)
    try {
      const exitCode = await new Promise<number | null>((resolve, reject) => {
        this.#child.once('error', (error) => reject(new SandboxError('sandbox-setup-failed', 'the machine could not be started', { cause: error })))
        this.#child.once('exit', resolve)
      })
      group?.kill()
      await followed
      return this.#result(exitCode)
    } finally {
      clearTimeout(boot)
      if (wall !== null) clearTimeout(wall)
      clearInterval(sampling)
      disk?.stop()
      signal.removeEventListener('abort', onAbort)
      group?.kill()
      if (group === null) await this.#namespaceEnded()
    }
  }

  /** Resolves when every channel is closed, which is when the machine is gone. */
  async #follow(started: () => void): Promise<void> {
    const { host, view, now } = this.#context.setting
    const { launch } = this.#context
    const closed = (this.#child.stdio as readonly (Readable | null)[] | undefined ?? []).slice(1, statusChannel + 1).map((stream) => new Promise<void>((resolve) => {
      if (stream === null) return resolve()
      stream.once('close', () => resolve())
      stream.once('error', () => resolve())
    }))
    this.#child.stdout?.on('data', (bytes: Buffer) => this.#take(bytes, started))
    this.#child.stderr?.on('data', (bytes: Buffer) => void (this.#text.machine = (this.#text.machine + bytes.toString('utf8')).slice(0, textLimit)))
    const status = this.#child.stdio[statusChannel] as Readable | null
    status?.on('data', (bytes: Buffer) => void (this.#text.status = (this.#text.status + bytes.toString('utf8')).slice(0, textLimit)))
    // A machine that is gone before it has read its order ends as what its end says.
    this.#child.stdin?.once('error', () => this.#child.stdin?.destroy())
    this.#child.stdin?.write(launchOrder(launch, hostView({ ...view, etc: `${host.home}/etc` }, launch), now()))
    await Promise.all(closed)
  }

  #take(bytes: Buffer, started: () => void): void {
    if (this.#report !== null || this.#stop !== null || this.#failure !== null) return
    try {
      for (const frame of this.#reader.take(bytes)) this.#obey(frame, started)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      // Only a guest that was taken over talks like this; the launch ends as one whose command was killed.
      this.#kill()
    }
  }

  #obey({ kind, content }: Frame, started: () => void): void {
    switch (kind) {
      case 'ready':
        return
      case 'started':
        this.#start ??= { at: performance.now(), cpuMs: this.#cpuMs() }
        return started()
      case 'stdout':
      case 'stderr':
      case 'channel':
      case 'collected':
        return this.#keep(kind, content)
      case 'failed':
        return this.#fail(content.toString('utf8').trim())
      case 'ended':
        this.#report = readGuestReport(content)
        this.#end = { at: performance.now(), cpuMs: this.#cpuMs() }
        return this.#kill()
    }
  }

  #keep(kind: Kept, content: Buffer): void {
    const isMark = kind === 'collected' && this.#output.collected.length === 0
    // The first byte says that there is such a file.
    const bytes = isMark ? content.subarray(1) : content
    const kept = bytes.subarray(0, this.#left)
    this.#left -= kept.length
    // Empty ones would cost a guest that was taken over nothing to send, and us memory to keep.
    if (isMark || kept.length > 0) this.#output[kind].push(kept)
    if (kept.length < bytes.length) this.#halt('output-limit')
  }

  #sample(): void {
    const { group, launch } = this.#context
    const cpuMs = this.#cpuMs()
    if (group === null) this.#peakBytes = Math.max(this.#peakBytes, sampleTree(this.#child.pid ?? 0, machineProcesses).memoryBytes)
    if (this.#start !== null && cpuMs - this.#start.cpuMs > launch.limits.cpuMs) this.#halt('cpu-limit')
  }

  #cpuMs(): number {
    const { group } = this.#context
    if (group !== null) return group.cpuMs()
    return (this.#sampledCpuMs = Math.max(this.#sampledCpuMs, sampleTree(this.#child.pid ?? 0, machineProcesses).cpuMs))
  }

  #halt(reason: Stop): void {
    if (this.#report === null && this.#failure === null) this.#stop ??= reason
    this.#kill()
  }

  #fail(reason: string): void {
    const detail = this.#text.machine.trim().split('\n').at(-1) ?? ''
    this.#failure ??= new SandboxError('sandbox-setup-failed', [`the machine could not be set up: ${reason}`, detail].filter(Boolean).join(': '), { remedy: 'Run `ratchet doctor`: it starts each tier and says what fails.' })
    this.#kill()
  }

  #kill(): void {
    this.#context.group?.kill()
    this.#child.kill('SIGKILL')
  }

  async #namespaceEnded(): Promise<void> {
    const init = Number(/"child-pid"\s*:\s*(\d+)/.exec(this.#text.status)?.[1] ?? 0)
    const insist = (): void => void this.#child.kill('SIGKILL')
    if (init > 0 && !(await awaitEnd(() => !isRunning(init), insist))) throw new SandboxError('sandbox-teardown-failed', 'a machine could not be ended', { remedy: `Look for it below pid ${init}.` })
  }

  #result(exitCode: number | null): LaunchResult {
    const { group, setting } = this.#context
    if (this.#failure !== null) throw this.#failure
    if (this.#start === null && this.#stop === null) {
      this.#fail(`it ended before its command started (${exitCode ?? 'killed'})`)
      if (this.#failure !== null) throw this.#failure
    }
    const reading = group?.read() ?? null
    const ending = this.#ending(exitCode, reading?.memoryLimitHit === true)
    const collected = this.#output.collected
    const { channel } = this.#context.launch
    const begin = this.#start ?? { at: this.#begun, cpuMs: 0 }
    return {
      ending,
      exitCode: ending === 'exited' || ending === 'process-limit' ? (this.#report?.exitCode ?? null) : null,
      stdout: Buffer.concat(this.#output.stdout),
      stderr: Buffer.concat(this.#output.stderr),
      collected: collected.length === 0 ? null : Buffer.concat(collected),
      ...(channel === undefined ? {} : { channel: Buffer.concat(this.#output.channel) }),
      usage: {
        wallMs: (this.#end?.at ?? performance.now()) - begin.at,
        cpuMs: Math.max(0, (this.#end?.cpuMs ?? reading?.cpuMs ?? this.#sampledCpuMs) - begin.cpuMs),
        peakMemoryBytes: reading?.peakMemoryBytes ?? this.#peakBytes,
        accounting: setting.groups?.accounting ?? 'sampled',
      },
    }
  }

  #ending(exitCode: number | null, machineLimitHit: boolean): Ending {
    if (this.#stop !== null) return this.#stop
    if (this.#report === null) {
      if (machineLimitHit) return 'memory-limit'
      return this.#context.launch.access === 'kept' && exitCode === fileLimitExit ? 'disk-limit' : 'signalled'
    }
    if (this.#report.memoryLimitHit) return 'memory-limit'
    if (this.#report.processLimitHit && this.#report.exitCode !== 0) return 'process-limit'
    return this.#report.exitCode === null ? 'signalled' : 'exited'
  }
}

function start({ setting: { host, view }, launch, group, picture }: Context): ChildProcess {
  const { sources } = hostView({ ...view, etc: `${host.home}/etc` }, launch)
  const machine = machineArguments(host, launch, { sources, entries: group?.entries ?? [], startUp: picture === null ? 'boot' : 'resume' })
  return spawnMachine(host, pinnedCommand(machine, launch), picture ?? 'ignore')
}

/** Starts a machine's whole command line; `picture` is what its fourth channel is. */
export function spawnMachine(host: MachineHost, [command = '', ...args]: readonly string[], picture: number | 'pipe' | 'ignore'): ChildProcess {
  // What this process itself inherited is covered with /dev/null, so that no descriptor of the host gets to qemu.
  const covered = Array.from({ length: Math.max(0, Math.max(0, ...host.inherited) - pictureChannel) }, (_, index) => (host.inherited.has(index + pictureChannel + 1) ? host.sink : 'ignore'))
  try {
    return spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe', 'pipe', picture === 'ignore' ? host.sink : picture, ...covered], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: '/' })
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', 'the machine could not be started', { cause: error })
  }
}
