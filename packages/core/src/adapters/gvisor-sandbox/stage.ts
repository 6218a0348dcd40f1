import { randomUUID } from 'node:crypto'
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { Launch } from '../../sandbox/sandbox.ts'
import { etcFiles } from '../bubblewrap-sandbox/launch-arguments.ts'
import { commandOwner, type TreeMode } from '../bubblewrap-sandbox/stage.ts'
import { bundleConfig, workDirectory } from './bundle-config.ts'
import { stageProgram } from './stage-program.ts'

/** Everything about the host that decides how a launch is put together. */
export interface GvisorHost {
  readonly runsc: string
  readonly treeMode: TreeMode
  /** Our own directory: `etc` as shown inside, `scratch` and `frame`, mount points that stay empty on the host. */
  readonly home: string
  readonly executables: Readonly<Record<string, string>>
  readonly toolchains: readonly string[]
}

const generic = { mount: 40, umount2: 39, unshare: 97, prlimit64: 261, prctl: 167, close: 57 }
const callsByArchitecture: Readonly<Record<string, typeof generic>> = { x64: { mount: 165, umount2: 166, unshare: 272, prlimit64: 302, prctl: 157, close: 3 }, arm64: generic }

/** Who the user 65534 of the sandbox is on the host. */
export const hostOwner = commandOwner('root') ?? 0

/** The whole command line of a launch, from the host's side. */
export function stageArguments(host: GvisorHost, launch: Launch, entries: readonly string[]): readonly string[] {
  const calls = callsByArchitecture[process.arch]
  if (calls === undefined) throw new TypeError(`no system call numbers are known for ${process.arch}`)
  const { limits, access, tree, readOnly } = launch
  const [scratch, frame] = [path.join(host.home, 'scratch'), path.join(host.home, 'frame')]
  const config = JSON.stringify(bundleConfig({ launch, toolchains: host.toolchains, scratch, root: path.join(frame, 'root'), owner: hostOwner }))
  const fixed = [
    calls.mount, calls.umount2, calls.unshare, calls.prlimit64, calls.prctl, calls.close, process.pid, entries.join('\n'), Math.ceil(limits.cpuMs / 1000) + 1, limits.diskBytes, scratch, frame,
    access === 'kept' ? 'kept' : host.treeMode, tree, hostOwner, workDirectory(launch), launch.collect ?? '', launch.network === true ? 1 : 0, config,
  ]
  const guarded = access === 'kept' ? [] : readOnly
  const lists = [systemLinks(), systemBinds(host, launch.network === true), launchMounts(launch), foldersAbove(guarded), guarded]
  return ['perl', '-e', stageProgram, '--', ...fixed.map(String), ...lists.flatMap((list) => [String(list.length), ...list]), ...runscArguments(host, frame, launch.network === true)]
}

/**
 * No overlay of runsc's own: what is writable and how much is decided by the mounts below it. No control groups of its own making: the stage has entered
 * ours. Without the network there are no interfaces; with it, which only the trusted baseline's setup has, the host's are used.
 * The name is drawn because the kernel in user space is controlled over an abstract socket of that name.
 */
function runscArguments(host: GvisorHost, frame: string, network: boolean): readonly string[] {
  return [
    host.runsc, '--root', path.join(frame, 'state'), '--log', path.join(frame, 'log'), '--network', network ? 'host' : 'none', '--ignore-cgroups', '--overlay2', 'none', '--file-access', 'exclusive',
    'run', '--detach', '--bundle', path.join(frame, 'bundle'), '--pid-file', path.join(frame, 'pid'), `ratchet-${randomUUID()}`,
  ]
}

/** Places that are links into /usr on merged systems. */
function systemLinks(): readonly string[] {
  return systemPlaces().flatMap((name) => (lstatSync(name).isSymbolicLink() ? [name, readlinkSync(name)] : []))
}

function systemPlaces(): readonly string[] {
  return ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].filter((name) => existsSync(name))
}

/** Pairs of the place inside and the source, each read-only. */
function systemBinds(host: GvisorHost, network: boolean): readonly string[] {
  const etc = path.join(host.home, 'etc')
  const forNetwork = ['/etc/ssl', '/etc/ca-certificates', '/etc/pki', '/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/services', '/etc/protocols']
  const etcBinds = network
    ? [...[...etcFiles, ...forNetwork].filter((file) => existsSync(file)).flatMap((file) => [file, file]), ...['passwd', 'group'].flatMap((name) => [`/etc/${name}`, path.join(etc, name)])]
    : ['/etc', etc]
  return [
    '/usr', '/usr',
    ...systemPlaces().flatMap((name) => (lstatSync(name).isSymbolicLink() ? [] : [name, name])),
    ...etcBinds,
    ...Object.entries(host.executables).flatMap(([name, file]) => [`/opt/ratchet/bin/${name}`, file]),
    ...host.toolchains.flatMap((directory) => [directory, directory]),
  ]
}

function launchMounts(launch: Launch): readonly string[] {
  return launch.mounts.flatMap(({ source, target }) => [path.posix.resolve(workDirectory(launch), target), source])
}

/** Every folder above a path, outermost first: renaming one would carry a read-only file away and leave room for another. */
export function foldersAbove(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>()
  for (const name of paths) {
    for (let end = name.indexOf('/'); end > 0; end = name.indexOf('/', end + 1)) folders.add(name.slice(0, end))
  }
  return [...folders].sort((a, b) => a.split('/').length - b.split('/').length)
}
