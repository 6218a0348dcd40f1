import { chown, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { SandboxError, type Launch, type LaunchResult, type SandboxProbe } from '../../sandbox/sandbox.ts'
import type { ControlGroups } from './control-group.ts'
import type { Host } from './launch-arguments.ts'
import { runLaunch } from './run-launch.ts'
import { callNumber } from './seccomp-filter.ts'
import { commandOwner } from './stage.ts'

type Check = SandboxProbe['checks'][number]

interface Case {
  readonly name: string
  readonly command: string
  readonly limits?: Partial<Launch['limits']>
  readonly holds: (result: LaunchResult) => boolean | Promise<boolean>
  readonly promise: string
}

const limits: Launch['limits'] = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 10_000, processes: 32, diskBytes: 16 * 1024 ** 2, outputBytes: 64 * 1024 }
const succeeded = (result: LaunchResult): boolean => result.ending === 'exited' && result.exitCode === 0
/** Told apart from those of other probes on this machine. */
const daemonMarker = `sleep 60.0${process.pid}`

/** Most of the time of a check is waiting. */
const atOnce = 6

/** Each holds by the sandbox doing something, seen from outside or by a command that succeeds only if it was refused. */
const cases: readonly Case[] = [
  { name: 'starts', command: 'true', holds: succeeded, promise: 'a command runs' },
  { name: 'unix sockets only', command: 'perl -e \'for my $family (2, 10, 16, 17) { exit 1 if socket(my $socket, $family, 2, 0) } socket(my $socket, 1, 1, 0) or exit 1\'', holds: succeeded, promise: 'no socket of another kind can be made' },
  { name: 'no network', command: '! grep -qv -e lo: -e Inter -e face /proc/net/dev', holds: succeeded, promise: 'no interface but an unconnected lo' },
  { name: 'no host files', command: `[ ! -e /etc/shadow ] && [ ! -e '${os.homedir().replaceAll("'", '')}' ] && [ ! -e /sys ] && [ ! -e /root ]`, holds: succeeded, promise: 'secrets, home and /sys are not there' },
  { name: 'no writing outside', command: '! touch /usr/x /etc/x /x /dev/x 2>/dev/null && touch /work/x /tmp/x', holds: succeeded, promise: 'only the scratch space can be written' },
  { name: 'no capabilities', command: "grep -q '^CapEff:\t0*$' /proc/self/status && grep -q '^NoNewPrivs:\t1' /proc/self/status", holds: succeeded, promise: 'none, and none to be gained' },
  { name: 'protected files', command: '! (echo new > file || rm -f file || mv file x || chmod 777 file) 2>/dev/null && [ "$(cat file)" = content ]', holds: succeeded, promise: 'cannot be changed while a command runs' },
  { name: 'no devices', command: '! (chmod 600 /dev/null || touch -d @1 /dev/full || touch /dev/zero) 2>/dev/null && echo > /dev/null', holds: succeeded, promise: 'the nodes work and cannot be changed' },
  { name: 'no sysctls', command: '! find /proc/sys /proc/sysrq-trigger /proc/irq /proc/bus -type f -writable 2>/dev/null | grep -qvE "/(fs/mqueue/|kernel/(auto_msgmni|msg|sem|shm|ns_last_pid|pid_max))"', holds: succeeded, promise: 'no setting of the kernel can be written but those of its own namespaces' },
  ...seccompCases(),
  { name: 'no other processes', command: '[ "$(ls /proc | grep -c "^[0-9]")" -lt 8 ]', holds: succeeded, promise: 'an own process namespace' },
  { name: 'nothing survives', command: `(setsid ${daemonMarker} >/dev/null 2>&1 &); true`, holds: async (result) => succeeded(result) && !(await isRunning(daemonMarker)), promise: 'a daemon is dead when the launch ends' },
  { name: 'wall limit', command: "trap '' TERM; sleep 30", limits: { wallMs: 300 }, holds: (result) => result.ending === 'wall-limit', promise: 'a hanging command is killed' },
  { name: 'memory limit', command: 'head -c 300000000 /dev/zero | tail -c 300000000 >/dev/null', limits: { memoryBytes: 64 * 1024 ** 2 }, holds: (result) => result.ending === 'memory-limit' || result.exitCode !== 0, promise: 'more memory than allowed is refused' },
  { name: 'disk limit', command: '! head -c 40000000 /dev/zero > /tmp/full 2>/dev/null', holds: succeeded, promise: 'the scratch space is bounded' },
]

/** keyctl(KEYCTL_GET_KEYRING_ID, user keyring): the keyring of a user would outlive every launch. */
function seccompCases(): readonly Case[] {
  const keyctl = callNumber('keyctl', process.arch)
  if (keyctl === null) return []
  return [{ name: 'no kernel keys', command: `perl -e 'exit(syscall(${keyctl}, 0, -4, 0) == -1 && $! == 1 ? 0 : 1)'`, holds: succeeded, promise: 'system calls beyond what programs need are refused' }]
}

/** Starts the tier for real. A missing right shows as a failed check, never as an exception. */
export async function probeSandbox(
  context: { readonly host: () => Promise<Host>; readonly groups: ControlGroups | null; readonly home: string },
  signal: AbortSignal,
): Promise<SandboxProbe> {
  let host: Host
  try {
    host = await context.host()
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return { tier: 'namespace', available: false, accounting: null, treeMode: null, checks: [{ name: 'starts', ok: false, detail: [error.message, error.remedy].filter(Boolean).join('. ') }] }
  }
  const tree = path.join(context.home, 'probe')
  await mkdir(tree, { recursive: true })
  await writeFile(path.join(tree, 'file'), 'content')
  const owner = commandOwner(host.rights)
  if (owner !== null) for (const name of ['', 'file']) await chown(path.join(tree, name), owner, owner)
  const checks: Check[] = []
  for (let at = 0; at < cases.length; at += atOnce) checks.push(...(await Promise.all(cases.slice(at, at + atOnce).map((probe) => check({ host, groups: context.groups, tree, probe }, signal)))))
  checks.push({ name: 'tree untouched', ok: (await readdir(tree)).join() === 'file', detail: 'what a launch writes stays in the launch' })
  const accounting = context.groups?.accounting ?? 'sampled'
  return { tier: 'namespace', available: checks.every((one) => one.ok), accounting, treeMode: host.treeMode, checks }
}

async function check(
  { host, groups, tree, probe }: { readonly host: Host; readonly groups: ControlGroups | null; readonly tree: string; readonly probe: Case },
  signal: AbortSignal,
): Promise<Check> {
  const launch: Launch = { command: probe.command, tree, access: 'throw-away', mounts: [], readOnly: ['file'], environment: {}, limits: { ...limits, ...probe.limits } }
  try {
    const result = await runLaunch({ host, groups, launch }, signal)
    const ok = await probe.holds(result)
    return { name: probe.name, ok, detail: ok ? probe.promise : `${probe.promise}: did not hold (${result.ending} ${result.exitCode ?? ''})` }
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return { name: probe.name, ok: false, detail: error.message }
  }
}

async function isRunning(marker: string): Promise<boolean> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(gone)
    if (commandLine.replaceAll('\0', ' ').startsWith(marker)) return true
  }
  return false
}

function gone(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return ''
  throw error
}
