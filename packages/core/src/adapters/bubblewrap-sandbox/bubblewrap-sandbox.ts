import { execFile } from 'node:child_process'
import { access, constants, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { SandboxError, type Launch, type Sandbox } from '../../sandbox/sandbox.ts'
import { findControlGroups, type ControlGroups } from './control-group.ts'
import type { Host } from './launch-arguments.ts'
import { probeSandbox } from './probe-sandbox.ts'
import { runLaunch } from './run-launch.ts'

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
}

const noBwrap = 'Install it: ratchet doctor --fix (or apt-get install bubblewrap, dnf install bubblewrap, pacman -S bubblewrap).'

/**
 * The namespace tier: bubblewrap with every namespace unshared, an own user without capabilities, no network, explicit read-only binds, and
 * control groups for limits and figures. Fails with `sandbox-unavailable` where bubblewrap is missing; nothing ever runs without it.
 */
export async function createBubblewrapSandbox(options: BubblewrapOptions): Promise<Sandbox> {
  const bwrap = await findBwrap(options.environment)
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-box-'))
  try {
    await mkdir(path.join(home, 'scratch'))
    await writeFile(path.join(home, 'passwd'), 'box:x:65534:65534:box:/tmp/home:/bin/sh\n')
    await writeFile(path.join(home, 'group'), 'box:x:65534:\n')
    const groups = options.accounting === 'sampled' ? null : findControlGroups()
    const base: Host = {
      bwrap: bwrap.path,
      supportsDisableUserns: bwrap.version >= 8,
      isRoot: process.geteuid?.() === 0,
      treeMode: 'overlay',
      home,
      executables: options.executables ?? {},
      toolchains: options.toolchains ?? [],
    }
    return sandbox({ host: base, groups, home })
  } catch (error) {
    await rm(home, { recursive: true, force: true })
    throw error
  }
}

function sandbox({ host, groups, home }: { readonly host: Host; readonly groups: ControlGroups | null; readonly home: string }): Sandbox {
  let settled: Promise<Host> | null = null
  // Found out once, by trying; every launch after that is made the same way, so that both arms of a comparison are.
  const settledHost = (): Promise<Host> => (settled ??= chooseTreeMode(host, groups, home))
  return {
    tier: 'namespace',
    launch: async (launch, signal) => {
      await requireTree(launch)
      return runLaunch({ host: await settledHost(), groups, launch }, signal)
    },
    probe: async (signal) => probeSandbox({ host: settledHost, groups, home }, signal),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  }
}

async function requireTree(launch: Launch): Promise<void> {
  try {
    if ((await stat(launch.tree)).isDirectory()) return
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', `there is no tree at ${launch.tree}`, { cause: error })
  }
  throw new SandboxError('sandbox-setup-failed', `${launch.tree} is no directory`)
}

async function chooseTreeMode(host: Host, groups: ControlGroups | null, home: string): Promise<Host> {
  const tree = path.join(home, 'trial')
  await mkdir(tree, { recursive: true })
  await writeFile(path.join(tree, 'old'), 'old')
  let failure: unknown = null
  for (const treeMode of ['overlay', 'copy'] as const) {
    const candidate = { ...host, treeMode }
    try {
      const result = await runLaunch({ host: candidate, groups, launch: trialLaunch(tree) }, AbortSignal.timeout(20_000))
      if (result.exitCode === 0) return candidate
      failure = new Error(`the trial in ${treeMode} mode ended with ${result.ending} ${result.exitCode ?? ''}: ${Buffer.from(result.stderr).toString('utf8')}`)
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

function trialLaunch(tree: string): Launch {
  const limits = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 15_000, processes: 32, diskBytes: 16 * 1024 ** 2, outputBytes: 64 * 1024 }
  return { command: 'echo new > old && rm old && echo new > new', tree, access: 'throw-away', mounts: [], environment: {}, limits }
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
