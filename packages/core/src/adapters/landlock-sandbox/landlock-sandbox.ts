import { chmod, copyFile, mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { refuseDoor } from '../../sandbox/refuse-door.ts'
import { SandboxError, type Launch, type Sandbox } from '../../sandbox/sandbox.ts'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { findControlGroups } from '../bubblewrap-sandbox/control-group.ts'
import { seccompProgram } from '../bubblewrap-sandbox/seccomp-filter.ts'
import { ownRights } from '../bubblewrap-sandbox/stage.ts'
import { callNumbersOf } from './call-numbers.ts'
import { isOpenToAll, isReachable, mayExecuteIn, type ConfinedHost } from './confined-host.ts'
import { probeLandlock } from './probe-landlock.ts'
import { runConfined, type Confinement } from './run-confined.ts'
import { strictFilter } from './strict-filter.ts'

export interface LandlockOptions {
  /** Where Perl is looked for is fixed; nothing of this gets inside. Only TMPDIR is read of it. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Executables shown first on PATH inside, by name. */
  readonly executables?: Readonly<Record<string, string>>
  /** Directories outside /usr shown read-only at their own place, their `bin` on PATH. */
  readonly toolchains?: readonly string[]
  /** `sampled` forces rlimits and /proc sampling even where control groups are writable. */
  readonly accounting?: 'auto' | 'sampled'
  /** Makes do with what an older kernel offers. */
  readonly abi?: number
}

/**
 * The fallback where neither user namespaces nor bubblewrap are to be had, and weaker: Landlock rules and two seccomp filters on a command that otherwise lives
 * among the host's processes. Run by root, each launch gets a user of its own.
 *
 * Holds: no file is read but those of the system, the tree and the toolchains, none written but in the copy and the scratch space; no network and no socket
 * of any kind (pairs excepted); no signals to others; no privileges; protected paths cannot be changed; when a launch ends, all of it is dead.
 *
 * Does not hold, compared with the namespace tier:
 * - Names, sizes and modes of host files, and which process numbers exist, can be found out: Landlock rules on opening, not on looking up.
 * - The tree is not at /work but where it is; `Launch.directory`, `Launch.loopback`, and mounts at other places outside of the tree, are refused. /tmp and /dev/shm are not to be written,
 *   and there is no loopback, so that tests which open a port or a POSIX semaphore fail.
 * - Disk use is bounded per file by the kernel and altogether by looking every 200 ms; a file that is open and removed is not seen.
 * - Where Ratchet is not root, commands run as its user. Then modes, owners and times of files can be changed by nobody inside (a linker that makes its output executable
 *   by name fails), and in directories that hold something protected nothing can be removed or replaced.
 * - Below ABI 6 and without control groups, the end of a launch is a sweep through its descendants, which a process that forks fast can prolong.
 *
 * @throws SandboxError `sandbox-unavailable` where the kernel has no Landlock, or too old a one for an ordinary user (ABI 3 keeps files from being cut off)
 */
export async function createLandlockSandbox(options: LandlockOptions): Promise<Sandbox> {
  const calls = callNumbersOf(process.arch)
  if (calls === null || seccompProgram(process.arch) === null) throw new SandboxError('sandbox-unavailable', `the landlock tier does not know the system calls of ${process.arch}`)
  const sharesUser = ownRights() !== 'root'
  const abi = Math.min(await landlockAbi(), options.abi ?? Infinity)
  requireAbi(abi, sharesUser)
  await using opened = new AsyncDisposableStack()
  const temporary = options.environment['TMPDIR'] ?? os.tmpdir()
  const { path: home } = opened.use(await (mayExecuteIn('/dev/shm') ? openOwnedDirectory() : openOwnedDirectory(temporary)))
  if (!sharesUser) await openToCommands(home)
  const toolchains = options.toolchains ?? []
  for (const toolchain of toolchains) requireOpen(toolchain, sharesUser)
  const host: ConfinedHost = {
    calls, abi, sharesUser, home, toolchains,
    executables: await showExecutables(path.join(home, 'bin'), options.executables ?? {}, sharesUser),
    filters: await writeFilters(home, { sharesUser, scopesSignals: abi >= 6 }),
  }
  const confinement = { host, groups: options.accounting === 'sampled' ? null : findControlGroups() }
  const resources = opened.move()
  return sandbox(confinement, () => resources.disposeAsync())
}

function sandbox(confinement: Confinement, close: () => Promise<void>): Sandbox {
  return {
    tier: 'landlock',
    launch: async (launch, signal) => {
      refuseDoor(launch, 'landlock')
      requireSupported(launch)
      return runConfined(confinement, launch, signal)
    },
    probe: async (signal) => probeLandlock(confinement, signal),
    [Symbol.asyncDispose]: close,
  }
}

/** 0 when the kernel has none or it is switched off. */
export async function landlockAbi(): Promise<number> {
  const child = spawn('perl', ['-e', 'my $abi = syscall 444, 0, 0, 1; print $abi < 0 ? 0 : $abi'], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
    return Number(said)
  } catch (error) {
    throw new SandboxError('sandbox-unavailable', 'perl does not start: the landlock tier needs it', { cause: error, remedy: 'Install perl-base.' })
  }
}

function requireAbi(abi: number, sharesUser: boolean): void {
  const needed = sharesUser ? 3 : 1
  if (abi >= needed) return
  throw new SandboxError('sandbox-unavailable', abi === 0 ? 'the kernel has no Landlock' : `Landlock of ABI ${abi} lets a command cut off files of its own user`, {
    remedy: `Linux ${sharesUser ? '6.2' : '5.13'} or newer with landlock among the modules of lsm= is needed${sharesUser && abi > 0 ? ', or Ratchet run by root' : ''}.`,
  })
}

async function openToCommands(home: string): Promise<void> {
  await chmod(home, 0o711)
  if (!isReachable(path.join(home, 'x'))) {
    throw new SandboxError('sandbox-unavailable', `${path.dirname(home)} can be entered by root only, and commands do not run as root`, { remedy: 'Set TMPDIR to a directory that anybody may enter, such as /tmp.' })
  }
}

function requireOpen(directory: string, sharesUser: boolean): void {
  if (sharesUser || isOpenToAll(directory)) return
  throw new SandboxError('sandbox-unavailable', `the toolchain ${directory} can be reached by root only, and commands do not run as root`, { remedy: 'Move it to where anybody may read it, such as /opt or /usr/local.' })
}

/** Links, or copies of what only root can reach. */
async function showExecutables(bin: string, executables: Readonly<Record<string, string>>, sharesUser: boolean): Promise<readonly string[]> {
  await mkdir(bin, { mode: 0o755 })
  const shown: string[] = []
  for (const [name, file] of Object.entries(executables)) {
    const real = await realpath(file)
    const place = path.join(bin, name)
    if (sharesUser || isOpenToAll(real)) {
      await symlink(real, place)
      shown.push(real)
    } else {
      await copyFile(real, place)
      await chmod(place, 0o755)
    }
  }
  return shown
}

async function writeFilters(home: string, machine: { readonly sharesUser: boolean; readonly scopesSignals: boolean }): Promise<ConfinedHost['filters']> {
  const write = async (name: string, program: Buffer | null): Promise<string> => {
    const file = path.join(home, name)
    await writeFile(file, program ?? '')
    return file
  }
  return {
    common: await write('filter', seccompProgram(process.arch)),
    commonWithNetwork: await write('filter-with-network', seccompProgram(process.arch, 'network')),
    strict: await write('strict', strictFilter(process.arch, { ...machine, network: false })),
    strictWithNetwork: await write('strict-with-network', strictFilter(process.arch, { ...machine, network: true })),
  }
}

function requireSupported(launch: Launch): void {
  if (launch.directory !== undefined) {
    throw new SandboxError('sandbox-setup-failed', 'the landlock tier cannot show a tree at another place: it has no mount namespace', { remedy: 'Use the namespace tier for this.' })
  }
  if (launch.loopback === true) {
    throw new SandboxError('sandbox-setup-failed', 'the landlock tier has no network of its own, and that of this machine is not for commands', { remedy: 'Use the namespace tier, or leave out sandbox.loopback.' })
  }
  if (statSync(launch.tree, { throwIfNoEntry: false })?.isDirectory() !== true) throw new SandboxError('sandbox-setup-failed', `there is no tree at ${launch.tree}`)
}
