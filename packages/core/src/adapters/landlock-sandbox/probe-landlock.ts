import { chown, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { SandboxError, type Launch, type LaunchResult, type SandboxProbe } from '../../sandbox/sandbox.ts'
import { runConfined, type Confinement } from './run-confined.ts'

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
/** Perl, because it is there: a system call is refused when it gives -1 with EPERM (1) or EAFNOSUPPORT (97). */
const refused = (...arguments_: readonly (string | number)[]): string => `perl -e 'exit(syscall(${arguments_.join(', ')}) == -1 && ($! == 1 || $! == 97) ? 0 : 1)'`
/** Quotes in a home directory's name are no reason to leave this out. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** Each holds by the tier doing something, seen from outside or by a command that succeeds only if it was refused. */
function casesFor({ host }: Confinement, daemon: string): readonly Case[] {
  const { calls, sharesUser } = host
  const socket = process.arch === 'x64' ? 41 : 198
  const kill = process.arch === 'x64' ? 62 : 129
  return [
    { name: 'starts', command: 'true', holds: succeeded, promise: 'a command runs' },
    { name: 'no network', command: [refused(socket, 2, 1, 0), refused(socket, 2, 2, 0), refused(socket, 10, 2, 0), refused(socket, 16, 3, 0)].join(' && '), holds: succeeded, promise: 'no TCP, no UDP, no netlink' },
    { name: 'no services', command: refused(socket, 1, 1, 0), holds: succeeded, promise: 'no unix socket, with which a container engine or a bus could be asked' },
    { name: 'no host files', command: `! cat /etc/shadow && ! cat /etc/passwd && ! ls ${quoted(os.homedir())} && ! ls /proc && ! ls /sys && ! ls / && ! ls ${quoted(path.dirname(host.home))}`, holds: succeeded, promise: 'neither secrets nor home, /proc or /sys can be read' },
    { name: 'no writing outside', command: '! touch /usr/x /etc/x /x /dev/x /tmp/x /dev/shm/x && ! mkdir /tmp/x && touch ./x "$TMPDIR/x"', holds: succeeded, promise: 'only the copy and the scratch space can be written' },
    { name: 'no privileges', command: `perl -e 'exit(syscall(${calls.prctl}, 39, 0, 0, 0, 0) == 1 ? 0 : 1)' && ! (mount -t tmpfs x . || unshare --user true)`, holds: succeeded, promise: 'none, and none to be gained' },
    { name: 'protected files', command: '! (echo new > file || rm -f file || mv file x || chmod 777 file || ln -sf x file) && [ "$(cat file)" = content ]', holds: succeeded, promise: 'cannot be changed while a command runs' },
    { name: 'no signals', command: refused(kill, process.pid, 0), holds: succeeded, promise: 'processes of the host cannot be signalled' },
    { name: 'no kernel leftovers', command: refused(process.arch === 'x64' ? 29 : 194, 4711, 4096, '01600'), holds: succeeded, promise: 'no shared memory or queue outlives a launch' },
    ...(sharesUser ? [{ name: 'no file modes', command: `! chmod 700 ${quoted(host.home)}`, holds: succeeded, promise: 'modes of files of our own user stay' }] : [{ name: 'own user', command: `[ "$(id -u)" -ge 1900000000 ]`, holds: succeeded, promise: 'a user that nobody is, another for each launch' }]),
    { name: 'nothing survives', command: `(setsid ${daemon} >/dev/null 2>&1 &); true`, holds: async (result) => succeeded(result) && !(await isRunning(daemon)), promise: 'a daemon is dead when the launch ends' },
    { name: 'wall limit', command: "trap '' TERM; sleep 30", limits: { wallMs: 500 }, holds: (result) => result.ending === 'wall-limit', promise: 'a hanging command is killed' },
    { name: 'memory limit', command: 'head -c 300000000 /dev/zero | tail -c 300000000 >/dev/null', limits: { memoryBytes: 64 * 1024 ** 2 }, holds: (result) => result.ending === 'memory-limit' || result.exitCode !== 0, promise: 'more memory than allowed is refused' },
    { name: 'file limit', command: '! head -c 40000000 /dev/zero > "$TMPDIR/full"', holds: succeeded, promise: 'no file grows beyond the scratch space' },
  ]
}

/** Starts the tier for real. What it cannot do is among the checks as well, so that nobody takes it for more than it is. */
export async function probeLandlock(confinement: Confinement, signal: AbortSignal): Promise<SandboxProbe> {
  const { host, groups } = confinement
  const tree = path.join(host.home, 'probe')
  await mkdir(tree, { recursive: true })
  await writeFile(path.join(tree, 'file'), 'content')
  if (!host.sharesUser) await chown(tree, 0, 0)
  const checks: Check[] = []
  // Told apart from those of other probes on this machine.
  for (const probe of casesFor(confinement, `sleep 60.1${process.pid}`)) checks.push(await check({ confinement, tree, probe }, signal))
  checks.push({ name: 'tree untouched', ok: (await readdir(tree)).join() === 'file', detail: 'what a launch writes stays in the launch' })
  const accounting = groups?.accounting ?? 'sampled'
  return { tier: 'landlock', available: checks.every((one) => one.ok), accounting, treeMode: 'copy', checks: [...checks, ...weaknesses(confinement)] }
}

async function check({ confinement, tree, probe }: { readonly confinement: Confinement; readonly tree: string; readonly probe: Case }, signal: AbortSignal): Promise<Check> {
  const launch: Launch = { command: `{ ${probe.command}; } 2>/dev/null`, tree, access: 'throw-away', mounts: [], readOnly: ['file'], environment: {}, limits: { ...limits, ...probe.limits } }
  try {
    const result = await runConfined(confinement, launch, signal)
    const ok = await probe.holds(result)
    return { name: probe.name, ok, detail: ok ? probe.promise : `${probe.promise}: did not hold (${result.ending} ${result.exitCode ?? ''})` }
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return { name: probe.name, ok: false, detail: error.message }
  }
}

/** No failures: this is what the tier is. */
function weaknesses({ host, groups }: Confinement): readonly Check[] {
  const weaker = (name: string, detail: string): Check => ({ name: `weaker: ${name}`, ok: true, detail })
  return [
    weaker('kernel', `Landlock ABI ${host.abi} and seccomp on the host's kernel, no namespaces`),
    weaker('host names', 'which files and process numbers exist can be found out, though nothing of them can be read'),
    weaker('place', 'the tree is not at /work; /tmp, /dev/shm and the loopback network are missing'),
    weaker('disk', 'bounded per file; altogether only by looking every 200 ms, which does not see a file that is open and removed'),
    ...(host.sharesUser ? [weaker('user', 'commands run as the user of Ratchet: chmod is refused, and where something is protected nothing beside it can be removed')] : []),
    ...(host.abi < 6 && groups === null ? [weaker('end', 'descendants are killed one by one; a process that forks fast can prolong it')] : []),
  ]
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
