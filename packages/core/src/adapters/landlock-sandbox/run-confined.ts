import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { pinnedCommand } from '../../sandbox/pinned-command.ts'
import { SandboxError, type Launch, type LaunchResult } from '../../sandbox/sandbox.ts'
import type { ControlGroup, ControlGroups } from '../bubblewrap-sandbox/control-group.ts'
import { confineProgram } from './confine-program.ts'
import { freshUser, type ConfinedHost } from './confined-host.ts'
import { fillChannel } from './launch-output.ts'
import { openLaunchPlace, type LaunchPlace } from './launch-place.ts'
import { launchRules } from './launch-rules.ts'
import { LaunchWatch } from './launch-watch.ts'
import { launchResult } from './launch-result.ts'

export interface Confinement {
  readonly host: ConfinedHost
  readonly groups: ControlGroups | null
}

/** Runs one launch to its end. A sandbox that did not come up rejects; whatever the command did is a value. */
export async function runConfined({ host, groups }: Confinement, launch: Launch, signal: AbortSignal): Promise<LaunchResult> {
  const user = host.sharesUser ? null : freshUser()
  const place = await openLaunchPlace({ home: host.home, user, launch })
  let result: LaunchResult
  try {
    result = await runIn({ host, groups, place, user }, launch, signal)
  } catch (error) {
    await closed(place)
    throw error
  }
  await closed(place)
  return result
}

async function closed(place: LaunchPlace): Promise<void> {
  try {
    await place.close()
  } catch (error) {
    throw new SandboxError('sandbox-teardown-failed', 'what a launch has left could not be cleared away', { cause: error })
  }
}

interface Running extends Confinement {
  readonly place: LaunchPlace
  readonly user: number | null
}

async function runIn(running: Running, launch: Launch, signal: AbortSignal): Promise<LaunchResult> {
  const { groups, place } = running
  const group = openGroup(groups, launch)
  try {
    const started = performance.now()
    const child = start(running, launch, group?.entries ?? [])
    const watch = new LaunchWatch({ child, group, launch, place })
    fillChannel(child, launch.channel)
    await watch.finish(signal)
    const wallMs = performance.now() - started
    return launchResult({ watch, launch, wallMs, reading: group?.read() ?? null, accounting: groups?.accounting ?? 'sampled' })
  } finally {
    await removeGroup(group)
  }
}

function openGroup(groups: ControlGroups | null, { limits }: Launch): ControlGroup | null {
  try {
    return groups?.create(limits) ?? null
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', 'no control group could be made for a launch', { cause: error, remedy: 'Run `ratchet doctor`: it says which kind of accounting works here.' })
  }
}

async function removeGroup(group: ControlGroup | null): Promise<void> {
  try {
    await group?.remove()
  } catch (error) {
    throw new SandboxError('sandbox-teardown-failed', 'processes of a launch could not be ended', { cause: error, remedy: `Look for them below pid ${process.pid}.` })
  }
}

function start(running: Running, launch: Launch, entries: readonly string[]): ChildProcess {
  const stdio = Array.from({ length: launch.channel === undefined ? 5 : 6 }, () => 'pipe' as const)
  const [command = '', ...args] = pinnedCommand(['perl', ...programArguments(running, launch, entries)], launch)
  try {
    // The command's environment under other names, so that none of it means anything to Perl; unlike arguments, other users cannot see it.
    return spawn(command, args, { stdio, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...renamed(environmentOf(running, launch)) }, cwd: '/', detached: true })
  } catch (error) {
    // Arguments or environment larger than the kernel takes are thrown, not emitted.
    throw new SandboxError('sandbox-setup-failed', 'the sandbox could not be started', { cause: error })
  }
}

function environmentOf({ host, place }: Running, launch: Launch): Readonly<Record<string, string>> {
  return {
    PATH: [`${host.home}/bin`, ...host.toolchains.map((directory) => path.join(directory, 'bin')), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: path.join(place.scratch, 'home'),
    TMPDIR: place.scratch,
    LANG: 'C.UTF-8',
    ...launch.environment,
  }
}

function renamed(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [`x_${name}`, value]))
}

function programArguments({ host, place, user }: Running, launch: Launch, entries: readonly string[]): readonly string[] {
  const { calls, abi, filters } = host
  const { limits, network = false } = launch
  // Backstops of the kernel for what is watched from outside: seconds of CPU time a process, bytes a file, processes of a user.
  const cpuSeconds = Math.ceil(limits.cpuMs / 1000) + 1
  // Twice as much as is watched for, so that who passes the limit is seen to.
  const processes = 2 * (limits.processes + 8) + (user === null ? ownTasks() : 0)
  const fixed = [
    calls.prctl, calls.seccomp, calls.setsid, calls.prlimit64, calls.capset, calls.dup3, calls.getrusage, calls.clockGettime, calls.noFollow, abi,
    entries.join('\n'), cpuSeconds, processes, limits.diskBytes, user ?? '', place.tree, launch.collect ?? '', launch.channel === undefined ? '' : 'yes',
  ]
  const lists = [launchRules(host, place, network), network ? [filters.commonWithNetwork, filters.strictWithNetwork] : [filters.common, filters.strict]]
  return ['-e', confineProgram, '--', ...fixed.map(String), ...lists.flatMap((list) => [String(list.length), ...list]), '/bin/sh', '-c', launch.command]
}

/** The kernel counts tasks of a user, not of a launch: what we and others of the same user have running comes on top. */
function ownTasks(): number {
  const own = process.getuid?.()
  let tasks = 0
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const status = readIfThere(`/proc/${pid}/status`)
    if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === own) tasks += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 1)
  }
  return tasks
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return ''
    throw error
  }
}
