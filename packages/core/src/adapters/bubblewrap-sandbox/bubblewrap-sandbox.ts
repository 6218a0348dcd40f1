import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { access, constants, cp, lchown, mkdir, open, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { SandboxError, type Launch, type Sandbox } from '../../sandbox/sandbox.ts'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { findControlGroups, type ControlGroups } from './control-group.ts'
import { inheritedChannels } from './inherited-channels.ts'
import { etcFiles, type Host } from './launch-arguments.ts'
import { findPerf } from './hardware-counter.ts'
import { probeSandbox } from './probe-sandbox.ts'
import { runLaunch } from './run-launch.ts'
import { seccompProgram } from './seccomp-filter.ts'
import { commandOwner, ownRights, type Rights, type TreeMode } from './stage.ts'

const execute = promisify(execFile)

export interface BubblewrapOptions {
  /** Where bwrap is looked for: PATH. Nothing of it gets inside. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Executables shown first on PATH inside, by name: the Node that a target's commands shall use. */
  readonly executables?: Readonly<Record<string, string>>
  /** Directories outside /usr shown read-only at their own place, their `bin` on PATH. */
  readonly toolchains?: readonly string[]
  /** `sampled` forces rlimits and /proc sampling even where control groups are writable. */
  readonly accounting?: 'auto' | 'sampled'
  /** `copy` forces what is used where the kernel allows no overlay. */
  readonly trees?: 'auto' | 'copy'
}

const noBwrap = 'Install it: ratchet doctor --fix (or apt-get install bubblewrap, dnf install bubblewrap, pacman -S bubblewrap).'

/**
 * The namespace tier: bubblewrap with every namespace unshared, an own user without capabilities, no network, explicit read-only binds, and
 * control groups for limits and figures. Fails with `sandbox-unavailable` where bubblewrap is missing; nothing ever runs without it.
 */
export async function createBubblewrapSandbox(options: BubblewrapOptions): Promise<Sandbox> {
  const bwrap = await findBwrap(options.environment)
  await using opened = new AsyncDisposableStack()
  const { path: home } = opened.use(await openOwnedDirectory())
  const sink = opened.use(await open('/dev/null', 'r'))
  await mkdir(path.join(home, 'scratch'))
  await writeEtc(path.join(home, 'etc'))
  const groups = options.accounting === 'sampled' ? null : findControlGroups()
  const base: Host = {
    bwrap: bwrap.path,
    supportsDisableUserns: bwrap.version >= 8,
    rights: ownRights(),
    treeMode: 'copy',
    front: frontOf(path.join(home, 'scratch'), ownRights()),
    seccomp: await writeSeccomp(home),
    home,
    sink: sink.fd,
    perf: findPerf(options.environment),
    inherited: inheritedChannels(3),
    executables: options.executables ?? {},
    toolchains: options.toolchains ?? [],
  }
  const treeModes: readonly TreeMode[] = options.trees === 'copy' ? ['copy'] : ['overlay', 'copy']
  const resources = opened.move()
  return sandbox({ host: base, treeModes, groups, home }, () => resources.disposeAsync())
}

async function writeEtc(directory: string): Promise<void> {
  await mkdir(directory)
  for (const file of etcFiles) {
    if (existsSync(file)) await cp(file, path.join(directory, path.basename(file)), { recursive: true, verbatimSymlinks: true })
  }
  await writeFile(path.join(directory, 'passwd'), 'box:x:65534:65534:box:/tmp/home:/bin/sh\n')
  await writeFile(path.join(directory, 'group'), 'box:x:65534:\n')
}

async function writeSeccomp(home: string): Promise<Host['seccomp']> {
  const files = { unix: path.join(home, 'seccomp-unix'), network: path.join(home, 'seccomp-network') }
  for (const sockets of ['unix', 'network'] as const) {
    const program = seccompProgram(process.arch, sockets)
    if (program === null) return null
    await writeFile(files[sockets], program)
  }
  return files
}

/** A user that nobody is can go through no directory of ours, but through a place that every system has. */
function frontOf(scratch: string, rights: Rights): string {
  if (commandOwner(rights) === null) return scratch
  const place = ['/mnt', '/media', '/srv', '/opt'].find(existsSync)
  if (place === undefined) throw new SandboxError('sandbox-unavailable', 'there is neither /mnt nor /media, /srv or /opt', { remedy: 'Make the directory /mnt; it stays empty.' })
  return place
}

interface Setting {
  readonly host: Host
  readonly treeModes: readonly TreeMode[]
  readonly groups: ControlGroups | null
  readonly home: string
}

function sandbox(setting: Setting, close: () => Promise<void>): Sandbox {
  const { groups, home } = setting
  let settled: Promise<Host> | null = null
  // Found out once, by trying; every launch after that is made the same way, so that both arms of a comparison are.
  const settledHost = (): Promise<Host> => (settled ??= chooseTreeMode(setting))
  return {
    tier: 'namespace',
    launch: async (launch, signal) => {
      requireTree(launch)
      return runLaunch({ host: await settledHost(), groups, launch }, signal)
    },
    probe: async (signal) => probeSandbox({ host: settledHost, groups, home }, signal),
    [Symbol.asyncDispose]: close,
  }
}

function requireTree(launch: Launch): void {
  try {
    if (statSync(launch.tree).isDirectory()) return
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', `there is no tree at ${launch.tree}`, { cause: error })
  }
  throw new SandboxError('sandbox-setup-failed', `${launch.tree} is no directory`)
}

async function chooseTreeMode({ host, treeModes, groups, home }: Setting): Promise<Host> {
  const tree = path.join(home, 'trial')
  await mkdir(path.join(tree, 'sub'), { recursive: true })
  for (const name of ['old', 'sub/old']) await writeFile(path.join(tree, name), 'old')
  await giveTree(tree, ['.', 'old', 'sub', 'sub/old'], commandOwner(host.rights))
  let failure: unknown = null
  for (const treeMode of treeModes) {
    const candidate = { ...host, treeMode }
    try {
      const result = await runLaunch({ host: candidate, groups, launch: trialLaunch(tree) }, AbortSignal.timeout(20_000))
      if (result.exitCode === 0) return candidate
      failure = new Error(`the trial ended with ${result.ending} ${result.exitCode ?? ''}: ${Buffer.from(result.stderr).toString('utf8')}`)
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      failure = error
    }
  }
  throw new SandboxError('sandbox-unavailable', `bubblewrap is installed but cannot start a sandbox here: ${failure instanceof Error ? failure.message : ''}`, {
    cause: failure,
    remedy: 'User namespaces may be switched off (sysctl kernel.unprivileged_userns_clone, AppArmor, or a container without the right); see docs/guides/trust.md.',
  })
}

/** A command may change only what belongs to the user it runs as. */
async function giveTree(tree: string, paths: readonly string[], owner: number | null): Promise<void> {
  if (owner === null) return
  for (const name of paths) await lchown(path.join(tree, name), owner, owner)
}

function trialLaunch(tree: string): Launch {
  const limits = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 15_000, processes: 32, diskBytes: 16 * 1024 ** 2, outputBytes: 64 * 1024 }
  return { command: 'echo new > old && rm -r old sub && mkdir sub && [ -z "$(ls sub)" ] && echo new > new', tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits }
}

/** First bwrap on PATH and its minor version. */
export async function findBwrap(environment: BubblewrapOptions['environment']): Promise<{ readonly path: string; readonly version: number }> {
  for (const directory of (environment['PATH'] ?? '').split(':')) {
    const file = path.join(directory, 'bwrap')
    if (directory === '' || !(await isExecutable(file))) continue
    const { stdout } = await execute(file, ['--version'], { env: {} })
    const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? []
    return { path: file, version: Number(major) * 1000 + Number(minor) }
  }
  throw new SandboxError('sandbox-unavailable', 'bubblewrap (bwrap) is not installed: without a sandbox nothing is evaluated', { remedy: noBwrap })
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return true
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
