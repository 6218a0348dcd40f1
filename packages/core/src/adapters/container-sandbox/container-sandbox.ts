import { spawn } from 'node:child_process'
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { refuseDoor } from '../../sandbox/refuse-door.ts'
import { SandboxError, type Launch, type Sandbox } from '../../sandbox/sandbox.ts'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { commandOwner, ownRights } from '../bubblewrap-sandbox/stage.ts'
import { writeInsideEtc } from '../gvisor-sandbox/inside-etc.ts'
import type { ContainerHost } from './container-arguments.ts'
import { callEngine, findEngines, type Engine } from './engine.ts'
import { homeLabel, removeLeftovers } from './leftovers.ts'
import { probeContainer } from './probe-container.ts'
import { runLaunch } from './run-launch.ts'

export interface ContainerOptions {
  /** Where podman and docker are looked for (PATH) and what their clients need to find their engine. Nothing of it gets inside. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Executables shown first on PATH inside, by name: the Node that a target's commands shall use. */
  readonly executables?: Readonly<Record<string, string>>
  /** Directories outside /usr shown read-only at their own place, their `bin` on PATH. */
  readonly toolchains?: readonly string[]
}

const remedy = 'Install podman and run as root, or start the docker daemon; the namespace tier needs neither and is stronger.'

/**
 * The container tier: what podman or docker sets up on the host's kernel, with an image of our own that holds nothing but directories, the host's programs
 * read-only, and a supervisor as first process. Fails with `sandbox-unavailable` where no engine answers or none can run such a container.
 */
export async function createContainerSandbox(options: ContainerOptions): Promise<Sandbox> {
  const rights = ownRights()
  const { engines, refusals } = await findEngines(options.environment, rights === 'root')
  if (engines.length === 0) {
    throw new SandboxError('sandbox-unavailable', `no container engine answers${refusals.length === 0 ? ': neither podman nor docker is on PATH' : `: ${refusals.join('; ')}`}`, { remedy })
  }
  await using opened = new AsyncDisposableStack()
  const { path: home } = opened.use(await openOwnedDirectory())
  for (const name of ['launches', 'trial']) await mkdir(path.join(home, name))
  await chmod(path.join(home, 'trial'), 0o777)
  await writeFile(path.join(home, 'trial', 'file'), 'content')
  await writeFile(path.join(home, 'empty'), '')
  const owner = commandOwner(rights) ?? process.getuid?.() ?? 65_534
  await writeSkeleton(path.join(home, 'image'), owner)
  const base = { home, owner, mayGive: rights === 'root', executables: options.executables ?? {}, toolchains: options.toolchains ?? [] }
  const host = await chooseEngine(engines, base, refusals)
  opened.defer(async () => void (await callEngine(host.engine, ['rmi', '--force', host.image])))
  const resources = opened.move()
  return {
    tier: 'container',
    launch: async (launch, signal) => {
      refuseDoor(launch, 'container')
      return runLaunch({ host, launch }, signal)
    },
    probe: (signal) => probeContainer(host, signal),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** Directories, the links of a merged /usr, and a small /etc: what is mounted comes over it. */
async function writeSkeleton(directory: string, owner: number): Promise<void> {
  for (const name of ['usr', 'proc', 'dev', 'sys', 'tmp', 'work', 'srv', 'run', 'opt/ratchet/bin', 'ratchet/tree']) await mkdir(path.join(directory, name), { recursive: true })
  await chmod(path.join(directory, 'tmp'), 0o1777)
  // The tree as it was before a launch lies behind here: only the supervisor may pass.
  await chmod(path.join(directory, 'ratchet'), 0o700)
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']) {
    if (existsSync(`/${name}`) && lstatSync(`/${name}`).isSymbolicLink()) await symlink(readlinkSync(`/${name}`), path.join(directory, name))
  }
  await writeInsideEtc(path.join(directory, 'etc'), owner)
}

/** The first that can run a container as we want it; all launches after that use it. */
async function chooseEngine(engines: readonly Engine[], base: Omit<ContainerHost, 'engine' | 'image'>, refusals: readonly string[]): Promise<ContainerHost> {
  const failures = [...refusals]
  for (const engine of engines) {
    let image: string | null = null
    try {
      image = await importImage(engine, base.home)
      const host = { ...base, engine, image }
      const result = await runLaunch({ host, launch: trialLaunch(path.join(base.home, 'trial')) }, AbortSignal.timeout(30_000))
      if (result.exitCode === 0) {
        await removeLeftovers(engine)
        return host
      }
      failures.push(`${engine.name}: the trial ended with ${result.ending} ${result.exitCode ?? ''}: ${Buffer.from(result.stderr).toString('utf8').trim()}`)
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      failures.push(`${engine.name}: ${error.message}`)
    }
    if (image !== null) await callEngine(engine, ['rmi', '--force', image])
  }
  throw new SandboxError('sandbox-unavailable', `no container engine can run a sandbox here: ${failures.join('; ')}`, { remedy })
}

/** Nothing is fetched: the image is made from a directory of ours. By its id, since a name could be given to another image. */
async function importImage(engine: Engine, home: string): Promise<string> {
  const pack = spawn('tar', ['-C', path.join(home, 'image'), '--owner=0', '--group=0', '--numeric-owner', '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const load = spawn(engine.program, [...engine.options, 'import', '--change', `LABEL ${homeLabel}=${JSON.stringify(home)}`, '-'], { stdio: [pack.stdout, 'pipe', 'pipe'], env: engine.environment })
  const [id, message, code] = await Promise.all([text(load.stdout), text(load.stderr), new Promise<number | null>((resolve, reject) => {
    pack.once('error', reject)
    load.once('error', reject)
    load.once('close', resolve)
  })])
  const found = /[0-9a-f]{64}/.exec(id)?.[0]
  if (code !== 0 || found === undefined) throw new SandboxError('sandbox-setup-failed', `the image could not be made: ${message.trim().split('\n').at(-1) ?? ''}`)
  return found
}

function trialLaunch(tree: string): Launch {
  const limits = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 15_000, processes: 32, diskBytes: 16 * 1024 ** 2, outputBytes: 64 * 1024 }
  return { command: '[ "$(cat file)" = content ] && echo new > new && rm file && [ "$(ls)" = new ]', tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits }
}
