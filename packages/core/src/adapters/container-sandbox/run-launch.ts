import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { SandboxError, type Launch, type LaunchResult } from '../../sandbox/sandbox.ts'
import type { GroupReading } from '../bubblewrap-sandbox/control-group.ts'
import { watchDiskUse } from '../bubblewrap-sandbox/disk-watch.ts'
import { BoundedOutput } from '../gvisor-sandbox/bounded-output.ts'
import { LimitWatch, type Stop } from '../gvisor-sandbox/limit-watch.ts'
import { endingOf } from '../gvisor-sandbox/run-launch.ts'
import { findContainerGroup, type ContainerGroup } from './container-group.ts'
import { containerArguments, type ContainerHost } from './container-arguments.ts'
import { planOf, type LaunchPlan } from './launch-plan.ts'
import { ordersFor } from './supervisor-orders.ts'
import { requireGone } from './require-gone.ts'
import { FrameReader, type FrameKind } from './frames.ts'

/** For this long the supervisor may take to end the container by itself, before the engine is told to. */
const graceMs = 1500
/** For this long the engine's client may take to remove an ended container. */
const clearingMs = 20_000
const messageLimit = 64 * 1024

/** Runs one launch to its end. A container that did not come up rejects; whatever the command did is a value. */
export async function runLaunch({ host, launch }: { readonly host: ContainerHost; readonly launch: Launch }, signal: AbortSignal): Promise<LaunchResult> {
  if (signal.aborted) return nothingRun()
  const name = `ratchet-${randomUUID()}`
  const place = path.join(host.home, 'launches', name)
  await mkdir(place, { recursive: true })
  try {
    const plan = await planOf(launch, { user: host.owner, mayGive: host.mayGive })
    const running = new Running(await start(host, launch, { name, place, plan }), { host, launch, name, place })
    await running.finish(ordersFor(launch, plan, host), signal)
    return running.result()
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

function nothingRun(): LaunchResult {
  const nothing = new Uint8Array()
  return { ending: 'aborted', exitCode: null, stdout: nothing, stderr: nothing, collected: null, channel: null, usage: { wallMs: 0, cpuMs: 0, peakMemoryBytes: 0, accounting: 'sampled' } }
}

async function start(host: ContainerHost, launch: Launch, run: { readonly name: string; readonly place: string; readonly plan: LaunchPlan }): Promise<ChildProcess> {
  const { engine } = host
  const args = await containerArguments(host, launch, run)
  try {
    return spawn(engine.program, [...engine.options, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: engine.environment, cwd: '/' })
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', 'the container could not be started', { cause: error })
  }
}

interface RunningContext {
  readonly host: ContainerHost
  readonly launch: Launch
  readonly name: string
  readonly place: string
}

/** One container from its start to the moment when nothing of it is left. */
class Running {
  readonly #child: ChildProcess
  readonly #context: RunningContext
  readonly #output: BoundedOutput
  #watch: LimitWatch | null = null
  #group: ContainerGroup | null = null
  #state: 'starting' | 'started' | 'ended' = 'starting'
  #end = ''
  #failure = ''
  #stop: Stop | null = null
  #reading: GroupReading | null = null
  #lastCpuMs = 0
  readonly #startedAt = performance.now()
  #endedAt: number | null = null

  constructor(child: ChildProcess, context: RunningContext) {
    this.#child = child
    this.#context = context
    this.#output = new BoundedOutput(context.launch.limits.outputBytes, () => this.#watch?.end('output-limit'))
  }

  async finish(orders: Buffer, signal: AbortSignal): Promise<void> {
    const { limits, access, tree } = this.#context.launch
    const closed = this.#closed()
    using watch = new LimitWatch({ limits, signal, look: () => this.#look(), onStop: () => this.#kill() })
    this.#watch = watch
    const disk = access === 'kept' ? watchDiskUse(tree, limits.diskBytes, () => watch.end('disk-limit')) : null
    try {
      this.#child.stdin?.write(orders)
      await closed
    } finally {
      disk?.stop()
      this.#kill()
      this.#stop = watch.stop
      // After an orderly end the engine's client has removed the container before it ended itself.
      if (this.#state !== 'ended' || this.#stop !== null || this.#child.signalCode !== null) await requireGone(this.#context.host.engine, this.#context.name)
    }
  }

  /** Follows what the supervisor reports and what the engine says, until the engine's client has ended. */
  async #closed(): Promise<void> {
    const { stdin, stdout, stderr } = this.#child
    const frames = new FrameReader((kind, bytes) => this.#take(kind, bytes))
    stdout?.on('data', (chunk: Buffer) => {
      if (!frames.add(chunk)) this.#kill()
    })
    // The supervisor may be gone while orders are still on their way; that it is gone is seen elsewhere.
    stdin?.on('error', () => this.#kill())
    stderr?.on('data', (chunk: Buffer) => {
      if (this.#failure.length < messageLimit) this.#failure += chunk.toString('utf8')
    })
    await new Promise<void>((resolve, reject) => {
      this.#child.once('error', (error) => reject(new SandboxError('sandbox-setup-failed', 'the container could not be started', { cause: error })))
      this.#child.once('close', () => resolve())
    })
  }

  #take(kind: FrameKind, bytes: Buffer): void {
    switch (kind) {
      case 'started':
        this.#state = 'started'
        this.#group = this.#findGroup()
        if (this.#group === null) this.#refuse('its control group cannot be read from here')
        return
      case 'failed':
        return this.#refuse(bytes.toString('utf8'))
      case 'stdout':
      case 'stderr':
      case 'channel':
      case 'collected':
        return this.#output.add(kind, Buffer.from(bytes))
      case 'disk-limit':
        return this.#watch?.end('disk-limit')
      case 'ended':
        this.#state = 'ended'
        this.#end = bytes.toString('latin1')
        this.#endedAt = performance.now()
        this.#readGroup()
        // The command is dead and the figures are read: what the engine takes to clear away is not the command's time.
        this.#watch?.[Symbol.dispose]()
        this.#child.stdin?.end()
        setTimeout(() => this.#child.kill('SIGKILL'), clearingMs).unref()
    }
  }

  #refuse(reason: string): void {
    this.#state = 'starting'
    this.#failure += reason
    this.#kill()
  }

  #findGroup(): ContainerGroup | null {
    const file = path.join(this.#context.place, 'id')
    return existsSync(file) ? findContainerGroup(readFileSync(file, 'utf8').trim()) : null
  }

  #look(): { readonly cpuMs: number } | null {
    if (this.#state !== 'started') return null
    this.#readGroup()
    return { cpuMs: this.#lastCpuMs }
  }

  /** The last reading stays when the engine has removed the group already. */
  #readGroup(): void {
    try {
      this.#reading = this.#group?.read() ?? null
      this.#lastCpuMs = this.#reading?.cpuMs ?? this.#lastCpuMs
    } catch (error) {
      if (!['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }

  /** Without its orders' channel the supervisor ends, and the container with it. */
  #kill(): void {
    this.#child.stdin?.destroy()
    setTimeout(() => this.#child.kill('SIGKILL'), graceMs).unref()
  }

  result(): LaunchResult {
    const wallMs = (this.#endedAt ?? performance.now()) - this.#startedAt
    const [stop, reading] = [this.#stop, this.#reading]
    if (this.#state === 'starting' && stop === null && reading?.memoryLimitHit !== true) {
      throw new SandboxError('sandbox-setup-failed', `the container did not start: ${this.#failure.trim().slice(0, 1000)}`, { remedy: 'Run `ratchet doctor`: it starts the sandbox step by step and says what fails.' })
    }
    const reported = /^exit (\d+)$/.exec(this.#end)?.[1]
    const exitCode = reported === undefined ? null : Number(reported)
    const ending = endingOf({ stop, exitCode, reading })
    const [collected, channel] = [this.#output.bytes('collected'), this.#output.bytes('channel')]
    return {
      ending,
      exitCode: ending === 'exited' || ending === 'process-limit' ? exitCode : null,
      stdout: this.#output.bytes('stdout'),
      stderr: this.#output.bytes('stderr'),
      collected: collected.length > 0 ? collected : null,
      channel: this.#context.launch.channel === undefined ? null : channel,
      usage: { wallMs, cpuMs: reading?.cpuMs ?? 0, peakMemoryBytes: reading?.peakMemoryBytes ?? 0, accounting: this.#group?.accounting ?? 'sampled' },
    }
  }
}
