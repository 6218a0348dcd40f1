import { lchown, mkdir, writeFile } from 'node:fs/promises'
import { statSync } from 'node:fs'
import path from 'node:path'
import { refuseDoor } from '../../sandbox/refuse-door.ts'
import { SandboxError, type Launch, type Sandbox } from '../../sandbox/sandbox.ts'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { findControlGroups, type ControlGroups } from '../bubblewrap-sandbox/control-group.ts'
import { ownRights, type TreeMode } from '../bubblewrap-sandbox/stage.ts'
import { insideUser } from './bundle-config.ts'
import { findProgram } from './find-program.ts'
import { writeInsideEtc } from './inside-etc.ts'
import { probeGvisor } from './probe-gvisor.ts'
import { runLaunch } from './run-launch.ts'
import { hostOwner, type GvisorHost } from './stage.ts'

export interface GvisorOptions {
  /** Where runsc is looked for: PATH. Nothing of it gets inside. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Executables shown first on PATH inside, by name: the Node that a target's commands shall use. */
  readonly executables?: Readonly<Record<string, string>>
  /** Directories outside /usr shown read-only at their own place, their `bin` on PATH. */
  readonly toolchains?: readonly string[]
}

/**
 * The gvisor tier: a kernel in user space between the command and the host's, started from a bundle with a root directory of its own, in process and mount
 * namespaces of ours. Fails with `sandbox-unavailable` where runsc is missing or starts nothing. That it starts does not mean that programs work on it: old releases
 * lack what everyday tools ask for, which `probe` finds and reports as not available.
 */
export async function createGvisorSandbox(options: GvisorOptions): Promise<Sandbox> {
  const runsc = await findProgram(options.environment, 'runsc')
  if (runsc === null) {
    throw new SandboxError('sandbox-unavailable', 'gVisor (runsc) is not installed', { remedy: 'Install a current release of runsc (gvisor.dev, Install), or choose another tier.' })
  }
  if (ownRights() !== 'root') {
    throw new SandboxError('sandbox-unavailable', 'the gvisor tier needs the root user of the machine', { remedy: 'Run as root, or choose the namespace tier, which needs no rights.' })
  }
  const groups = findControlGroups()
  if (groups === null) {
    // What runs inside is spread over threads of runsc and shares its memory: sampling /proc sees next to nothing of it.
    throw new SandboxError('sandbox-unavailable', 'the gvisor tier needs writable control groups for memory, processes and processor time', { remedy: 'Make control groups writable for this process, or choose the namespace tier, which can do without.' })
  }
  await using opened = new AsyncDisposableStack()
  const { path: home } = opened.use(await openOwnedDirectory())
  for (const name of ['scratch', 'frame']) await mkdir(path.join(home, name))
  await writeInsideEtc(path.join(home, 'etc'), insideUser)
  const base: GvisorHost = { runsc, treeMode: 'overlay', home, executables: options.executables ?? {}, toolchains: options.toolchains ?? [] }
  const host = await chooseTreeMode(base, groups)
  const resources = opened.move()
  return {
    tier: 'gvisor',
    launch: async (launch, signal) => {
      refuseDoor(launch, 'gvisor')
      requireTree(launch)
      return runLaunch({ host, groups, launch }, signal)
    },
    probe: async (signal) => probeGvisor({ host, groups }, signal),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
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

/** Found out once, by trying; every launch after that is made the same way, so that both arms of a comparison are. */
async function chooseTreeMode(base: GvisorHost, groups: ControlGroups): Promise<GvisorHost> {
  const tree = path.join(base.home, 'trial')
  await mkdir(path.join(tree, 'sub'), { recursive: true })
  for (const name of ['old', 'sub/old']) await writeFile(path.join(tree, name), 'old')
  for (const name of ['.', 'old', 'sub', 'sub/old']) await lchown(path.join(tree, name), hostOwner, hostOwner)
  let failure: unknown = null
  for (const treeMode of ['overlay', 'copy'] satisfies readonly TreeMode[]) {
    const host = { ...base, treeMode }
    try {
      const result = await runLaunch({ host, groups, launch: trialLaunch(tree) }, AbortSignal.timeout(30_000))
      if (result.exitCode === 0) return host
      failure = new Error(`the trial ended with ${result.ending} ${result.exitCode ?? ''}: ${Buffer.from(result.stderr).toString('utf8').trim()}`)
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      failure = error
    }
  }
  throw new SandboxError('sandbox-unavailable', `runsc is installed but cannot start a sandbox here: ${failure instanceof Error ? failure.message : ''}`, {
    cause: failure,
    remedy: 'Install a current release of runsc, or choose another tier.',
  })
}

function trialLaunch(tree: string): Launch {
  const limits = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 15_000, processes: 32, diskBytes: 16 * 1024 ** 2, outputBytes: 64 * 1024 }
  return { command: 'echo new > old && rm -r old sub && mkdir sub && echo new > new', tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits }
}
