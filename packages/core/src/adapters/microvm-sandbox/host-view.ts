import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import type { Launch } from '../../sandbox/sandbox.ts'
import { defaultDirectory, type Shown, type Surroundings } from './launch-order.ts'

export interface ViewOptions {
  /** /etc as it is shown inside: a directory of ours. */
  readonly etc: string
  readonly executables: Readonly<Record<string, string>>
  readonly toolchains: readonly string[]
}

/** What of the host a launch shows, and what the command's root looks like. */
export interface HostView extends Surroundings {
  /** Host paths, in the order of their numbers in the guest's share. All of it read-only. */
  readonly sources: readonly string[]
}

/** The same picture as in the namespace tier: /usr, a small /etc, the tools, the launch's mounts, and nothing else. */
export function hostView(options: ViewOptions, launch: Launch): HostView {
  const directory = launch.directory ?? defaultDirectory
  const system = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].filter(existsSync)
  const places: readonly (readonly [string, string])[] = [
    ['/usr', '/usr'],
    ...system.filter((name) => !isLink(name)).map((name) => [name, name] as const),
    [options.etc, '/etc'],
    ...Object.entries(options.executables).map(([name, file]) => [file, `/opt/ratchet/bin/${name}`] as const),
    ...options.toolchains.map((toolchain) => [toolchain, toolchain] as const),
    ...launch.mounts.map(({ source, target }) => [source, path.posix.resolve(directory, target)] as const),
  ]
  return {
    sources: places.map(([source]) => source),
    shown: places.map(([, target], share): Shown => ({ share, target })),
    links: system.filter(isLink).map((name) => [readlinkSync(name), name] as const),
    environment: {
      PATH: ['/opt/ratchet/bin', ...options.toolchains.map((toolchain) => path.join(toolchain, 'bin')), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
      HOME: '/tmp/home',
      TMPDIR: '/tmp',
      LANG: 'C.UTF-8',
    },
  }
}

function isLink(name: string): boolean {
  return lstatSync(name).isSymbolicLink()
}
