import { existsSync, statSync } from 'node:fs'
import { cp, mkdir, open, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { refuseDoor } from '../../sandbox/refuse-door.ts'
import { SandboxError, type Launch, type LaunchResult, type Sandbox } from '../../sandbox/sandbox.ts'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { findBwrap } from '../bubblewrap-sandbox/bubblewrap-sandbox.ts'
import { findControlGroups } from '../bubblewrap-sandbox/control-group.ts'
import { inheritedChannels } from '../bubblewrap-sandbox/inherited-channels.ts'
import { etcFiles } from '../bubblewrap-sandbox/launch-arguments.ts'
import { commandOwner, ownRights } from '../bubblewrap-sandbox/stage.ts'
import { chooseAccelerator, type Chosen } from './choose-accelerator.ts'
import { findKernel } from './find-kernel.ts'
import { findQemu } from './find-qemu.ts'
import { buildGuestImage } from './guest-image.ts'
import { pictureChannel, type MachineHost } from './machine-arguments.ts'
import { probeSandbox } from './probe-sandbox.ts'
import { runLaunch, type Setting } from './run-launch.ts'

export interface MicrovmOptions {
  /** Where qemu and bubblewrap are looked for: PATH. Nothing of it gets inside. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Executables shown first on PATH inside, by name: the Node that a target's commands shall use. */
  readonly executables?: Readonly<Record<string, string>>
  /** Directories outside /usr shown read-only at their own place, their `bin` on PATH. */
  readonly toolchains?: readonly string[]
  /** A kernel (bzImage) to boot instead of Debian's, with its modules in /lib/modules or beside it. */
  readonly kernel?: string
  /** Where the kernel and what is made of it are kept; can be deleted at any time. */
  readonly cacheDirectory: string
  /** What the guest's clock is set to. */
  readonly now?: () => Date
}

/** Under emulation, on a machine with other work to do. */
const bootMs = 120_000

/**
 * The tier with a kernel of its own: qemu boots a Debian kernel, by the processor's own means where that really works, else in emulation; qemu itself is
 * confined by bubblewrap as a user that nobody is. Fails with `sandbox-unavailable` where a part is missing or nothing boots.
 */
export async function createMicrovmSandbox(options: MicrovmOptions, signal: AbortSignal = new AbortController().signal): Promise<Sandbox> {
  requireArchitecture()
  const [qemu, bwrap] = [findQemu(options.environment), await findBwrap(options.environment)]
  const kernel = await findKernel({ cacheDirectory: options.cacheDirectory, environment: options.environment, ...(options.kernel === undefined ? {} : { kernel: options.kernel }) }, signal)
  const image = await buildGuestImage(kernel, options.cacheDirectory)
  await using opened = new AsyncDisposableStack()
  const { path: home } = opened.use(await openOwnedDirectory())
  const sink = opened.use(await open('/dev/null', 'r'))
  for (const name of ['scratch', 'empty']) await mkdir(path.join(home, name))
  await writeEtc(path.join(home, 'etc'))
  const rights = ownRights()
  const host: Omit<MachineHost, 'accelerator' | 'processors'> = {
    qemu, bwrap: bwrap.path, supportsDisableUserns: bwrap.version >= 8, rights, home, image,
    front: frontOf(path.join(home, 'scratch'), commandOwner(rights) !== null),
    inherited: inheritedChannels(pictureChannel), sink: sink.fd,
  }
  const base = { view: { executables: options.executables ?? {}, toolchains: options.toolchains ?? [] }, groups: findControlGroups(), bootMs, now: options.now ?? ((): Date => new Date()) }
  const resources = opened.move()
  return sandbox({ host, base, cacheDirectory: options.cacheDirectory }, () => resources.disposeAsync())
}

interface Parts {
  readonly host: Omit<MachineHost, 'accelerator' | 'processors'>
  readonly base: Omit<Setting, 'host' | 'picture'>
  readonly cacheDirectory: string
}

function sandbox(parts: Parts, close: () => Promise<void>): Sandbox {
  let settled: Promise<Chosen> | null = null
  // Found out once, by booting; every launch after that is made the same way. One that failed is made again: the machine may have been busy.
  const choose = (): Promise<Chosen> =>
    (settled ??= chooseAccelerator(parts).catch((error: unknown) => {
      settled = null
      throw error
    }))
  return {
    tier: 'microvm',
    launch: async (launch, signal) => {
      refuseDoor(launch, 'microvm')
      requireLaunchable(launch)
      const chosen = await untilAborted(choose(), signal)
      return chosen === null ? abortedResult(parts.base) : runLaunch(chosen.setting, launch, signal)
    },
    probe: (signal) => {
      const chosen = async (): Promise<Chosen> => {
        const found = await untilAborted(choose(), signal)
        if (found === null) throw new SandboxError('sandbox-setup-failed', 'the probe was aborted')
        return found
      }
      return probeSandbox({ choose: chosen, home: parts.host.home }, signal)
    },
    [Symbol.asyncDispose]: async () => {
      await settled?.catch(ignored)
      await close()
    },
  }
}

/** Null once the signal fires; the trial goes on for those who come next. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | null> {
  const { promise: aborted, resolve } = Promise.withResolvers<null>()
  const onAbort = (): void => resolve(null)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function abortedResult({ groups }: Parts['base']): LaunchResult {
  const none = new Uint8Array()
  return { ending: 'aborted', exitCode: null, stdout: none, stderr: none, collected: null, usage: { wallMs: 0, cpuMs: 0, peakMemoryBytes: 0, accounting: groups?.accounting ?? 'sampled' } }
}

/** Whoever waited for the trial has been told of its failure. */
function ignored(error: unknown): void {
  if (!(error instanceof SandboxError)) throw error
}

function requireArchitecture(): void {
  if (process.arch !== 'x64' || process.platform !== 'linux') throw new SandboxError('sandbox-unavailable', 'the microvm tier runs on Linux on x86-64 only', { remedy: 'Choose another tier.' })
}

function requireLaunchable(launch: Launch): void {
  if (launch.network === true) throw new SandboxError('sandbox-setup-failed', 'a microvm has no network', { remedy: 'Run the setup in another tier; only candidates need this one.' })
  if (!statSync(launch.tree, { throwIfNoEntry: false })?.isDirectory()) throw new SandboxError('sandbox-setup-failed', `there is no tree at ${launch.tree}`)
}

async function writeEtc(directory: string): Promise<void> {
  await mkdir(directory)
  for (const file of etcFiles) if (existsSync(file)) await cp(file, path.join(directory, path.basename(file)), { recursive: true, verbatimSymlinks: true })
  await writeFile(path.join(directory, 'passwd'), 'box:x:65534:65534:box:/tmp/home:/bin/sh\n')
  await writeFile(path.join(directory, 'group'), 'box:x:65534:\n')
}

/** A user that nobody is can go through no directory of ours, but through a place that every system has. */
function frontOf(scratch: string, asNobody: boolean): string {
  if (!asNobody) return scratch
  const place = ['/mnt', '/media', '/srv', '/opt'].find(existsSync)
  if (place === undefined) throw new SandboxError('sandbox-unavailable', 'there is neither /mnt nor /media, /srv or /opt', { remedy: 'Make the directory /mnt; it stays empty.' })
  return place
}
