import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { SandboxError, type Launch } from '../../sandbox/sandbox.ts'
import type { Sockets } from './seccomp-filter.ts'
import { seccompPlaceholder, stageArguments, type Rights, type TreeMode } from './stage.ts'

/** Everything about the host that decides how a launch is put together. */
export interface Host {
  readonly bwrap: string
  readonly supportsDisableUserns: boolean
  readonly rights: Rights
  readonly treeMode: TreeMode
  /** Where bwrap finds everything of ours that it binds: it may run as a user who cannot reach our own directory. */
  readonly front: string
  /** Files with the seccomp programs, by the sockets that they leave; null for an architecture without any. */
  readonly seccomp: Readonly<Record<Sockets, string>> | null
  /** Our own directory: `etc` as it is shown inside, and `scratch`, the mount point for writable space. */
  readonly home: string
  /** Descriptors above 3 that our own process was started with and that would get inside. */
  readonly inherited: ReadonlySet<number>
  /** /dev/null, open for reading: what inherited descriptors are covered with. */
  readonly sink: number
  /** Counts instructions from outside; null where there is no such program. */
  readonly perf: string | null
  /** Executables shown under /opt/ratchet/bin, first on PATH. */
  readonly executables: Readonly<Record<string, string>>
  /** Further directories shown read-only at their own place; their `bin` comes on PATH. */
  readonly toolchains: readonly string[]
}

/**
 * Inside: runs the command without the descriptor of the collected file, then hands the file over on it. The descriptors are socket pairs, which nobody
 * can open a second time by way of /proc, so that the command reaches neither this one nor bwrap's.
 */
const collectScript = (descriptor: number): string => `/bin/sh -c "$1" ${descriptor}>&-
code=$?
if [ -f "$2" ] && [ ! -L "$2" ]; then cat -- "$2" >&${descriptor}; fi
exit $code`

/** What every descriptor above 2 of a launch is for, by number. The command's own channel is always 3; only that one reaches the command. */
export interface Descriptors {
  readonly channel: number | null
  readonly collected: number | null
  /** bwrap's reports; the highest number. */
  readonly status: number
}

export function descriptorsOf(launch: Launch): Descriptors {
  const channel = launch.channel === undefined ? null : 3
  const next = channel === null ? 3 : 4
  return launch.collect === undefined ? { channel, collected: null, status: next } : { channel, collected: next, status: next + 1 }
}

/** The whole command line of a launch, from the host's side. */
export function launchArguments(host: Host, launch: Launch, entries: readonly string[]): readonly string[] {
  const { collected, status } = descriptorsOf(launch)
  const inner = launch.collect === undefined || collected === null ? ['/bin/sh', '-c', launch.command] : ['/bin/sh', '-c', collectScript(collected), 'sh', launch.command, launch.collect]
  const sources = new Sources(host.front)
  // bwrap reports on this channel whether the command was started at all and how it ended; the command does not inherit it.
  const bwrap = [host.bwrap, '--json-status-fd', String(status), ...(host.seccomp === null ? [] : ['--seccomp', seccompPlaceholder]), ...sandboxArguments(host, launch, sources), '--', ...inner]
  const { rights, treeMode, front, home } = host
  const seccomp = host.seccomp?.[launch.network === true || launch.loopback === true ? 'network' : 'unix'] ?? null
  return [...stageArguments({ rights, treeMode, entries, scratch: path.join(home, 'scratch'), front, sources: sources.paths, seccomp }, launch), ...bwrap]
}

/** Host paths that a launch shows, and where bwrap finds each of them. */
class Sources {
  readonly paths: string[] = []
  readonly #front: string

  constructor(front: string) {
    this.#front = front
  }

  place(source: string): string {
    return `${this.#front}/s/${this.paths.push(source) - 1}`
  }
}

function sandboxArguments(host: Host, launch: Launch, sources: Sources): readonly string[] {
  const { front } = host
  const directory = shownAt(launch)
  return [
    '--unshare-all', '--unshare-user', ...(launch.network === true ? ['--share-net'] : []),
    '--uid', '65534', '--gid', '65534', '--cap-drop', 'ALL', ...(host.supportsDisableUserns ? ['--disable-userns'] : []),
    '--die-with-parent', '--new-session', '--hostname', 'box', '--clearenv', ...environmentArguments(host, launch),
    ...systemDirectories(), ...etcArguments(host, launch.network === true, sources),
    ...Object.entries(host.executables).flatMap(([name, file]) => ['--ro-bind', sources.place(file), `/opt/ratchet/bin/${name}`]),
    ...host.toolchains.flatMap((directory) => ['--ro-bind', sources.place(directory), directory]),
    // Not bwrap's own /dev: its nodes are the host's as they are, to be touched and changed by whoever owns them. This one comes read-only.
    '--proc', '/proc', '--dev-bind', `${front}/dev`, '/dev', '--bind', `${front}/tmp`, '/tmp',
    '--dir', '/tmp/home',
    '--bind', `${front}/tree`, directory,
    ...launch.mounts.flatMap(({ source, target }) => ['--ro-bind', sources.place(source), path.posix.resolve(directory, target)]),
    // bwrap's own file system has no size; nothing may be written there.
    '--remount-ro', '/', '--chdir', directory,
  ]
}

/** Only below /srv: anywhere else it could hide what the sandbox itself shows there. */
function shownAt({ directory = '/work' }: Launch): string {
  const isPlain = directory === '/work' || (/^\/srv(\/[^/]+)+$/.test(directory) && !directory.includes('\0') && path.posix.normalize(directory) === directory)
  if (!isPlain) throw new SandboxError('sandbox-setup-failed', `a tree cannot be shown at ${directory}`, { remedy: 'Name an absolute path below /srv without . or .. in it.' })
  return directory
}

function environmentArguments(host: Host, launch: Launch): readonly string[] {
  const own = {
    PATH: ['/opt/ratchet/bin', ...host.toolchains.map((directory) => path.join(directory, 'bin')), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: '/tmp/home',
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
  }
  return Object.entries({ ...own, ...launch.environment }).flatMap(([name, value]) => ['--setenv', name, value])
}

/** /usr and the places that are links into it on merged systems, directories on others. */
function systemDirectories(): readonly string[] {
  const names = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
  const found = names.flatMap((name) => {
    if (!existsSync(name)) return []
    return lstatSync(name).isSymbolicLink() ? ['--symlink', readlinkSync(name), name] : ['--ro-bind', name, name]
  })
  return ['--ro-bind', '/usr', '/usr', ...found]
}

/** Our own small /etc; with the network also what programs need to find and trust a server. */
function etcArguments(host: Host, network: boolean, sources: Sources): readonly string[] {
  const forNetwork = ['/etc/ssl', '/etc/ca-certificates', '/etc/pki', '/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/services', '/etc/protocols']
  if (!network) return ['--ro-bind', sources.place(path.join(host.home, 'etc')), '/etc']
  return ['--dir', '/etc', ...[...etcFiles, ...forNetwork].flatMap((file) => ['--ro-bind-try', file, file]), ...['passwd', 'group'].flatMap((name) => ['--ro-bind', sources.place(path.join(host.home, 'etc', name)), `/etc/${name}`])]
}

/** What programs need to start. Copied once into a directory of ours: one mount a launch instead of one a file. */
export const etcFiles = ['/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/alternatives', '/etc/localtime', '/etc/mime.types', '/etc/magic'] as const
