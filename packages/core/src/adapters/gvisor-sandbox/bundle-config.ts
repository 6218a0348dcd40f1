import path from 'node:path'
import type { Launch } from '../../sandbox/sandbox.ts'

export interface BundleRequest {
  readonly launch: Launch
  readonly toolchains: readonly string[]
  /** Where the sized scratch space is. */
  readonly scratch: string
  /** The root directory that the stage puts together. */
  readonly root: string
  /** Who the user inside is on the host. */
  readonly owner: number
}

/** Where the tree is shown. */
export function workDirectory(launch: Launch): string {
  return launch.directory ?? '/work'
}

/** The user inside, as in every tier; nobody on most systems. */
export const insideUser = 65_534

/** PATH and the few other things that the sandbox sets itself, then what the launch asks for. */
export function insideEnvironment(launch: Launch, toolchains: readonly string[]): Readonly<Record<string, string>> {
  return {
    PATH: ['/opt/ratchet/bin', ...toolchains.map((directory) => path.join(directory, 'bin')), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: '/tmp/home',
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    ...launch.environment,
  }
}

/**
 * What runsc is told, in the words of the OCI runtime specification. Everything that limits the command besides the user-space kernel is enforced by the
 * mounts and control groups around it; here stands who it is and what it may: nobody, nothing.
 */
export function bundleConfig({ launch, toolchains, scratch, root, owner }: BundleRequest): unknown {
  const { limits, access, network } = launch
  const seconds = Math.ceil(limits.cpuMs / 1000) + 1
  const rlimits = [
    { type: 'RLIMIT_CORE', hard: 0, soft: 0 },
    { type: 'RLIMIT_CPU', hard: seconds, soft: seconds },
    ...(access === 'kept' ? [{ type: 'RLIMIT_FSIZE', hard: limits.diskBytes, soft: limits.diskBytes }] : []),
  ]
  const mappings = [
    { containerID: 0, hostID: 0, size: 1 },
    { containerID: insideUser, hostID: owner, size: 1 },
  ]
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: insideUser, gid: insideUser },
      args: ['/bin/sh', '-c', launch.command],
      env: Object.entries(insideEnvironment(launch, toolchains)).map(([name, value]) => `${name}=${value}`),
      cwd: workDirectory(launch),
      capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
      noNewPrivileges: true,
      rlimits,
    },
    root: { path: root, readonly: false },
    hostname: 'box',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev/shm', type: 'bind', source: path.join(scratch, 'shm'), options: ['rbind', 'rw'] },
    ],
    linux: {
      namespaces: ['pid', 'mount', 'ipc', 'uts', 'user', ...(network === true ? [] : ['network'])].map((type) => ({ type })),
      uidMappings: mappings,
      gidMappings: mappings,
    },
  }
}
