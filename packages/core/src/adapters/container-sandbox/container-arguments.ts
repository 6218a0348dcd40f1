import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { pinnedCommand } from '../../sandbox/pinned-command.ts'
import type { Launch } from '../../sandbox/sandbox.ts'
import type { Engine } from './engine.ts'
import { initProgram } from './init-program.ts'
import { homeLabel } from './leftovers.ts'
import type { LaunchPlan } from './launch-plan.ts'
import { supervisorArguments } from './supervisor-orders.ts'

/** Everything about the host that decides how a launch is put together. */
export interface ContainerHost {
  readonly engine: Engine
  /** Id of our own image: directories, links and a small /etc. */
  readonly image: string
  readonly home: string
  /** Who the command is on the host. */
  readonly owner: number
  /** Whether this process may give a tree to that user. */
  readonly mayGive: boolean
  readonly executables: Readonly<Record<string, string>>
  readonly toolchains: readonly string[]
}

/** The supervisor and its short-lived helpers. */
const ownProcesses = 4
const mostOpenFiles = 65_536
const mostProcesses = 32_768
/** What the supervisor needs to give directories away, become the command's user, and end it. */
const capabilities = ['CHOWN', 'SETUID', 'SETGID', 'KILL'] as const

/** Arguments of the engine's `run`. `place` holds a link for each host path, since those may hold what separates an engine's options. */
export async function containerArguments(host: ContainerHost, launch: Launch, { name, place, plan }: { readonly name: string; readonly place: string; readonly plan: LaunchPlan }): Promise<readonly string[]> {
  const { engine, home, image } = host
  const { limits } = launch
  const network = launch.network === true
  // Of a user whom only launches have: for all that run side by side. Of a real one it would count everything else of that user's.
  const processes = host.mayGive ? 4 * (limits.processes + 8) : Math.min(mostProcesses, ownLimit('Max processes'))
  const seconds = Math.ceil(limits.cpuMs / 1000) + 1
  const binds = [...systemBinds(host, network), ...plan.mounts.map((mount) => ({ ...mount, writable: false })), { source: launch.tree, target: plan.copied ? '/ratchet/tree' : plan.directory, writable: !plan.copied }]
  if (!network) for (const file of ['hosts', 'resolv.conf', 'hostname']) binds.push({ source: path.join(home, 'empty'), target: `/etc/${file}`, writable: false })
  return [
    'run', '--rm', '--interactive', '--pull', 'never', '--log-driver', 'none', '--name', name, '--cidfile', path.join(place, 'id'), '--label', `${homeLabel}=${home}`,
    '--network', network ? 'host' : 'none', '--hostname', 'box', '--read-only', ...(engine.name === 'podman' ? ['--read-only-tmpfs=false'] : []),
    '--user', '0:0', '--cap-drop', 'ALL', ...capabilities.flatMap((capability) => ['--cap-add', capability]), '--security-opt', 'no-new-privileges',
    '--memory', String(limits.memoryBytes), '--memory-swap', String(limits.memoryBytes), '--pids-limit', String(limits.processes + ownProcesses), '--shm-size', String(limits.diskBytes),
    '--ulimit', 'core=0:0', '--ulimit', `cpu=${seconds}:${seconds}`, ...(plan.copied ? [] : ['--ulimit', `fsize=${limits.diskBytes}:${limits.diskBytes}`]), '--ulimit', `nofile=${openFiles()}:${openFiles()}`, '--ulimit', `nproc=${processes}:${processes}`,
    ...plan.spaces.filter((space) => space !== '/dev/shm').flatMap((space) => ['--tmpfs', `${space}:rw,exec,nosuid,nodev,size=${limits.diskBytes},mode=${space === '/tmp' ? '1777' : '0755'}`]),
    ...(await mountArguments(binds, place)),
    image, ...pinnedCommand(['/usr/bin/perl', '-e', initProgram, '--', ...supervisorArguments()], launch),
  ]
}

interface Bind {
  readonly source: string
  readonly target: string
  readonly writable: boolean
}

async function mountArguments(binds: readonly Bind[], place: string): Promise<readonly string[]> {
  const args: string[] = []
  for (const [index, { source, target, writable }] of binds.entries()) {
    const alias = path.join(place, `bind-${index}`)
    await symlink(source, alias)
    args.push('--mount', ['type=bind', `src=${alias}`, `dst=${target}`, ...(writable ? [] : ['ro'])].map(quoted).join(','))
  }
  return args
}

/** As in a line of comma-separated values, which is what engines read. */
function quoted(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

function systemBinds(host: ContainerHost, network: boolean): Bind[] {
  const places = ['/lib', '/lib32', '/lib64', '/libx32', '/bin', '/sbin'].filter((name) => existsSync(name) && !lstatSync(name).isSymbolicLink())
  const etc = network ? ['ssl', 'ca-certificates', 'pki', 'nsswitch.conf', 'services', 'protocols'].map((name) => `/etc/${name}`).filter((name) => existsSync(name)) : []
  return [
    ...['/usr', ...places, ...etc, ...host.toolchains].map((name) => ({ source: name, target: name, writable: false })),
    ...Object.entries(host.executables).map(([name, file]) => ({ source: file, target: `/opt/ratchet/bin/${name}`, writable: false })),
  ]
}

/** Engines ask for more than they may have where they are limited themselves. */
function openFiles(): number {
  return Math.min(mostOpenFiles, ownLimit('Max open files'))
}

function ownLimit(name: string): number {
  const line = readFileSync('/proc/self/limits', 'utf8').split('\n').find((candidate) => candidate.startsWith(name)) ?? ''
  const hard = Number(line.slice(26).trim().split(/\s+/)[1])
  return Number.isFinite(hard) && hard > 0 ? hard : 1_048_576
}
