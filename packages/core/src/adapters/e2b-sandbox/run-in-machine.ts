import { mkdtemp, readdir } from 'node:fs/promises'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { SandboxError, type Ending, type Launch, type LaunchResult } from '../../sandbox/sandbox.ts'
import { removeTree } from '../../workspace/remove-tree.ts'
import { freshUser } from '../landlock-sandbox/confined-host.ts'
import type { E2bApi, Fetch, Machine } from './e2b-api.ts'
import { EnvdClient, type VmProcess } from './envd-client.ts'
import { packMount, packTree } from './pack-archive.ts'
import { unpackArchive } from './unpack-archive.ts'
import { vmStageProgram } from './vm-stage-program.ts'

export interface Cloud {
  readonly api: E2bApi
  readonly fetch: Fetch
  readonly domain: string
  readonly template: string
  /** Directory of ours for archives on their way. */
  readonly home: string
  /** Where in a machine everything lies: empty for its root. */
  readonly root: string
}

/** Time for making, filling and emptying a machine, on top of what the command may take. */
const setupMs = 300_000
const teardownMs = 60_000

/** Runs one launch in a machine of its own. */
export async function runInMachine(cloud: Cloud, launch: Launch, signal: AbortSignal): Promise<LaunchResult> {
  const started = performance.now()
  const setup = AbortSignal.any([signal, AbortSignal.timeout(setupMs + launch.limits.wallMs)])
  const directory = await mkdtemp(path.join(cloud.home, 'l'))
  let machine: Machine | null = null
  let result: LaunchResult
  try {
    const files = await packAll(launch, directory, setup)
    machine = await cloud.api.start({ template: cloud.template, seconds: Math.ceil((setupMs + launch.limits.wallMs) / 1000), network: launch.network === true }, setup)
    result = await new MachineRun({ cloud, machine, launch, files }).finish(setup)
  } catch (error) {
    if (!setup.aborted) throw error
    // Ours or the caller's: in both cases nothing is known of the command.
    if (!signal.aborted) throw new SandboxError('sandbox-unavailable', 'the service took too long', { cause: error })
    result = nothing(launch, 'aborted', performance.now() - started)
  } finally {
    await removeTree(directory)
    if (machine !== null) await cloud.api.end(machine, AbortSignal.timeout(teardownMs))
  }
  return result
}

interface Files {
  readonly tree: Blob
  readonly mounts: readonly { readonly target: string; readonly content: Blob }[]
}

async function packAll(launch: Launch, directory: string, signal: AbortSignal): Promise<Files> {
  const mounts = []
  for (const [index, { source, target }] of launch.mounts.entries()) mounts.push({ target, content: await packMount(source, path.join(directory, `mount-${index}.tgz`), signal) })
  return { tree: await packTree(launch.tree, path.join(directory, 'tree.tgz'), signal), mounts }
}

type Stop = Extract<Ending, 'wall-limit' | 'output-limit' | 'aborted'>

interface RunOptions {
  readonly cloud: Cloud
  readonly machine: Machine
  readonly launch: Launch
  readonly files: Files
}

const reportPattern = /^(exited (\d{1,3})|signalled|cpu-limit|memory-limit|process-limit|disk-limit)\n(\d{1,15}) (\d{1,15})\n$/

/** One launch in a machine that has started. */
class MachineRun {
  readonly #options: RunOptions
  readonly #daemon: EnvdClient
  readonly #output: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] }
  readonly #state: string
  readonly #stopping = new AbortController()
  readonly #user = freshUser()
  #left: number
  #stop: Stop | null = null

  constructor(options: RunOptions) {
    this.#options = options
    const { cloud, machine, launch } = options
    this.#daemon = new EnvdClient(machine, cloud.domain, cloud.fetch)
    this.#left = launch.limits.outputBytes
    this.#state = `${cloud.root}/var/ratchet`
  }

  async finish(signal: AbortSignal): Promise<LaunchResult> {
    const { files, launch } = this.#options
    await this.#daemon.upload(`${this.#state}/tree.tgz`, files.tree, signal)
    for (const [index, { content }] of files.mounts.entries()) await this.#daemon.upload(`${this.#state}/mount-${index}.tgz`, content, signal)
    await this.#runPhase('prepare', signal)
    const started = performance.now()
    await this.#runCommand(signal)
    const wallMs = performance.now() - started
    if (this.#stop !== null) return { ...nothing(launch, this.#stop, wallMs), stdout: this.#bytes('stdout'), stderr: this.#bytes('stderr') }
    return await this.#result(wallMs, signal)
  }

  /** What root does in the machine before and after the command. */
  async #runPhase(phase: 'prepare' | 'finish', signal: AbortSignal): Promise<void> {
    let said = ''
    for await (const event of this.#daemon.run(this.#process(phase, setupMs), signal)) {
      if (event.kind === 'output' && said.length < 1000) said += Buffer.from(event.bytes).toString('utf8').slice(0, 1000)
      if (event.kind === 'ended' && event.exitCode !== 0) {
        throw new SandboxError('sandbox-setup-failed', `the machine could not ${phase} a launch: ${said.trim().slice(0, 500)}`, { remedy: 'The template must have perl, tar and coreutils, and root must be root.' })
      }
    }
  }

  #process(phase: 'prepare' | 'run' | 'finish', timeoutMs: number): VmProcess {
    return { command: '/usr/bin/perl', args: this.#arguments(phase), environment: this.#environment(), timeoutMs }
  }

  /** Ends with the command, or with the first limit that is kept from here; the machine is ended after that in any case. */
  async #runCommand(signal: AbortSignal): Promise<void> {
    const { launch } = this.#options
    const onAbort = (): void => this.#end('aborted')
    let wall: NodeJS.Timeout | undefined
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    try {
      for await (const event of this.#daemon.run(this.#process('run', launch.limits.wallMs + teardownMs), this.#stopping.signal)) {
        if (event.kind === 'started') wall ??= setTimeout(() => this.#end('wall-limit'), launch.limits.wallMs)
        if (event.kind === 'output') this.#keep(event.stream, event.bytes)
      }
    } catch (error) {
      if (this.#stop === null) throw error
    } finally {
      clearTimeout(wall)
      signal.removeEventListener('abort', onAbort)
    }
  }

  #end(reason: Stop): void {
    this.#stop ??= reason
    this.#stopping.abort()
  }

  #keep(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const kept = bytes.subarray(0, this.#left)
    this.#left -= kept.length
    if (kept.length > 0) this.#output[stream].push(kept)
    if (kept.length < bytes.length) this.#end('output-limit')
  }

  #bytes(stream: 'stdout' | 'stderr'): Uint8Array {
    return Buffer.concat(this.#output[stream])
  }

  #arguments(phase: string): readonly string[] {
    const { cloud: { root }, launch, files } = this.#options
    const { limits, access, readOnly, collect = '' } = launch
    const tree = this.#tree()
    const fixed = [phase, this.#state, tree, `${root}/tmp`, this.#user, collect, access === 'kept' ? 'yes' : '', limits.memoryBytes, limits.cpuMs, limits.processes, limits.diskBytes, limits.outputBytes]
    const targets = files.mounts.map(({ target }) => path.posix.resolve('/work', target)).map((target) => (target.startsWith('/work/') ? `${tree}${target.slice('/work'.length)}` : `${root}${target}`))
    const lists = [targets, access === 'kept' ? [] : readOnly.filter((name) => !name.split('/').includes('..'))]
    return ['-e', vmStageProgram, '--', ...fixed.map(String), ...lists.flatMap((list) => [String(list.length), ...list]), launch.command]
  }

  #tree(): string {
    const { cloud: { root }, launch } = this.#options
    return `${root}${launch.directory ?? '/work'}`
  }

  #environment(): Readonly<Record<string, string>> {
    const { cloud: { root }, launch } = this.#options
    const all = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: `${root}/tmp/home`, TMPDIR: `${root}/tmp`, LANG: 'C.UTF-8', ...launch.environment }
    return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...Object.fromEntries(Object.entries(all).map(([name, value]) => [`x_${name}`, value])) }
  }

  async #result(wallMs: number, signal: AbortSignal): Promise<LaunchResult> {
    const { launch } = this.#options
    const report = await this.#daemon.download(`${this.#state}/report`, 4096, signal)
    const [, ending = '', code, micros = '0', peak = '0'] = reportPattern.exec(Buffer.from(report?.bytes ?? []).toString('latin1')) ?? []
    if (ending === '') throw new SandboxError('sandbox-setup-failed', `the machine could not run a command: ${Buffer.from(this.#bytes('stderr')).toString('utf8').trim().slice(0, 500)}`, { remedy: 'The template must have perl, tar and coreutils, and root must be root.' })
    // After a limit there is nothing to hand over.
    const isDone = code !== undefined
    if (launch.access === 'kept' || (isDone && launch.collect !== undefined)) await this.#runPhase('finish', signal)
    const collected = launch.collect === undefined || !isDone ? null : await this.#daemon.download(`${this.#state}/collected`, this.#left, signal)
    if (launch.access === 'kept') await this.#handBack(signal)
    const overflows = collected !== null && !collected.isWhole
    return {
      ending: overflows ? 'output-limit' : code === undefined ? (ending as Ending) : 'exited',
      exitCode: overflows || code === undefined ? null : Number(code),
      stdout: this.#bytes('stdout'),
      stderr: this.#bytes('stderr'),
      collected: collected === null || collected.bytes.length === 0 ? null : collected.bytes,
      ...(launch.channel === undefined ? {} : { channel: null }),
      usage: { wallMs, cpuMs: Number(micros) / 1000, peakMemoryBytes: Number(peak), accounting: 'sampled' },
    }
  }

  /** The tree as the command left it takes the place of the one that was sent. */
  async #handBack(signal: AbortSignal): Promise<void> {
    const { launch, files } = this.#options
    // Archives have rounding and headers on top of what was there and what could be added.
    const limit = 64 * 1024 ** 2 + 4 * (launch.limits.diskBytes + files.tree.size) + 8 * files.tree.size
    const archive = await this.#daemon.download(`${this.#state}/kept.tar`, limit, signal)
    if (archive === null || !archive.isWhole) throw new SandboxError('sandbox-setup-failed', 'the tree of a kept launch could not be read back')
    for (const name of await readdir(launch.tree)) await removeTree(path.join(launch.tree, name))
    try {
      await unpackArchive(Buffer.from(archive.bytes), launch.tree)
    } catch (error) {
      throw new SandboxError('sandbox-setup-failed', 'the machine sent back a tree that cannot be taken', { cause: error })
    }
  }
}

function nothing(launch: Launch, ending: Stop, wallMs: number): LaunchResult {
  return {
    ending, exitCode: null, stdout: new Uint8Array(), stderr: new Uint8Array(), collected: null,
    ...(launch.channel === undefined ? {} : { channel: null }),
    usage: { wallMs, cpuMs: 0, peakMemoryBytes: 0, accounting: 'sampled' },
  }
}
