import { chmod, chown, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SandboxError, type Launch, type LaunchResult, type SandboxProbe, type Tier } from '../../sandbox/sandbox.ts'

type Check = SandboxProbe['checks'][number]

export interface TierUnderProbe {
  readonly tier: Tier
  readonly accounting: SandboxProbe['accounting']
  readonly treeMode: SandboxProbe['treeMode']
  /** An empty place for what the checks need. */
  readonly place: string
  /** Who the command is on the host; null when it is whoever runs this. */
  readonly owner: number | null
  readonly launch: (launch: Launch, signal: AbortSignal) => Promise<LaunchResult>
}

interface Case {
  readonly name: string
  readonly command: string
  readonly change?: Partial<Omit<Launch, 'limits'>> & { readonly limits?: Partial<Launch['limits']> }
  readonly holds?: (result: LaunchResult, place: string) => boolean | Promise<boolean>
  readonly promise: string
}

const megabyte = 1024 ** 2
const limits: Launch['limits'] = { memoryBytes: 256 * megabyte, cpuMs: 20_000, wallMs: 20_000, processes: 32, diskBytes: 16 * megabyte, outputBytes: 64 * 1024 }
const manyFiles = 300
const succeeded = (result: LaunchResult): boolean => result.ending === 'exited' && result.exitCode === 0
const whereInstalled = (program: string, rest: string): string => `if command -v ${program} >/dev/null; then ${program} ${rest}; fi`

/** What an evaluation needs in order to mean anything: a program that behaves otherwise here than elsewhere would be judged for the sandbox's faults. */
const conformance: readonly Case[] = [
  { name: 'starts', command: 'true', promise: 'a command runs' },
  { name: 'exit status', command: 'exit 7', holds: (result) => result.ending === 'exited' && result.exitCode === 7, promise: 'the status of a command is seen from outside' },
  { name: 'file tools', command: '[ "$(ls many | wc -l)" = 300 ] && ls -la / >/dev/null && stat file >/dev/null && cp -a many copy && mv copy moved && rm -r moved', promise: 'ls, stat, cp, mv and rm work' },
  { name: 'node lists directories', command: whereInstalled('node', `-e 'process.exit(fs.readdirSync("many").length === 300 && fs.statSync("file").size === 7 ? 0 : 1)'`), promise: 'every entry of a mounted directory is seen' },
  { name: 'python lists directories', command: whereInstalled('python3', `-c 'import os, sys; sys.exit(0 if len(os.listdir("many")) == 300 and os.stat("file").st_size == 7 else 1)'`), promise: 'every entry of a mounted directory is seen' },
  { name: 'scratch space', command: 'echo x > /tmp/x && mkdir -p "$HOME/a" && echo y > "$HOME/a/y" && [ "$(cat /tmp/x "$HOME/a/y" | wc -l)" = 2 ] && echo z > /dev/shm/z && echo n > new && echo o > file', promise: '/tmp, the home directory and the tree can be written' },
]

/** Each holds by the sandbox doing something, seen from outside or by a command that succeeds only if it was refused. */
const protection: readonly Case[] = [
  { name: 'no network', command: '! grep -qv -e lo: -e Inter -e face /proc/net/dev', promise: 'no interface but an unconnected lo' },
  { name: 'no host files', command: `[ ! -e /etc/shadow ] && [ ! -e '${os.homedir().replaceAll("'", '')}' ] && [ ! -e /root ] && [ ! -e /proc/1/root/etc/shadow ]`, promise: 'secrets and home are not there' },
  { name: 'no writing outside', command: '! touch /usr/x /etc/x /x /opt/x 2>/dev/null && ! touch many/x 2>/dev/null', promise: 'only the scratch space and the tree can be written' },
  { name: 'no capabilities', command: "grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status && ! mount -t tmpfs x /tmp 2>/dev/null && [ \"$(id -u)\" != 0 ]", promise: 'none, and not root' },
  { name: 'protected files', command: '! (echo new > file || rm -f file || mv file x || chmod 777 file) 2>/dev/null && [ "$(cat file)" = content ]', change: { readOnly: ['file'] }, promise: 'cannot be changed while a command runs' },
  { name: 'nothing survives', command: '(setsid sh -c \'trap "" TERM; while :; do echo x >> beat; sleep 0.02; done\' >/dev/null 2>&1 &); while [ ! -s beat ]; do sleep 0.02; done', change: { access: 'kept' }, holds: isStill, promise: 'a daemon is dead when the launch ends' },
  { name: 'wall limit', command: "trap '' TERM; sleep 30", change: { limits: { wallMs: 1000 } }, holds: (result) => result.ending === 'wall-limit', promise: 'a hanging command is killed' },
  { name: 'cpu limit', command: 'while :; do :; done', change: { limits: { cpuMs: 600 } }, holds: (result) => result.ending === 'cpu-limit', promise: 'a spinning command is killed' },
  { name: 'memory limit', command: 'head -c 300000000 /dev/zero | tail -c 300000000 >/dev/null', change: { limits: { memoryBytes: 64 * megabyte } }, holds: (result) => result.ending === 'memory-limit' || (result.ending === 'exited' && result.exitCode !== 0), promise: 'more memory than allowed is refused' },
  { name: 'disk limit', command: '! head -c 40000000 /dev/zero > /tmp/full 2>/dev/null', promise: 'the scratch space is bounded' },
  { name: 'output limit', command: 'yes', holds: (result) => result.ending === 'output-limit', promise: 'a flood of output is stopped' },
]

async function isStill(result: LaunchResult, place: string): Promise<boolean> {
  const beat = path.join(place, 'kept', 'beat')
  const { size } = await stat(beat)
  await sleep(200)
  return succeeded(result) && size > 0 && (await stat(beat)).size === size
}

/** Starts the tier for real. What does not hold shows as a failed check, never as an exception; one failed check is enough to make it unavailable. */
export async function probeTier(under: TierUnderProbe, signal: AbortSignal): Promise<SandboxProbe> {
  await prepare(under)
  const checks: Check[] = []
  for (const one of [...conformance, ...protection]) checks.push(await check(under, one, signal))
  const tree = path.join(under.place, 'tree')
  const untouched = (await readdir(tree)).join() === 'file' && (await readFile(path.join(tree, 'file'), 'utf8')) === 'content'
  checks.push({ name: 'tree untouched', ok: untouched, detail: 'what a launch writes stays in the launch' })
  const { tier, accounting, treeMode } = under
  return { tier, available: checks.every((one) => one.ok), accounting, treeMode, checks }
}

async function prepare({ place, owner }: TierUnderProbe): Promise<void> {
  for (const name of ['tree', 'kept', 'many']) await mkdir(path.join(place, name), { recursive: true })
  await writeFile(path.join(place, 'kept', 'beat'), '')
  for (const name of ['tree', 'kept']) {
    await writeFile(path.join(place, name, 'file'), 'content')
    for (const file of [name, `${name}/file`]) if (owner !== null) await chown(path.join(place, file), owner, owner)
  }
  for (let index = 0; index < manyFiles; index++) await writeFile(path.join(place, 'many', `file-${index}`), '')
  await chmod(path.join(place, 'many'), 0o777)
  if (owner !== null) await chown(path.join(place, 'kept', 'beat'), owner, owner)
}

async function check({ place, launch }: TierUnderProbe, { name, command, change = {}, holds = succeeded, promise }: Case, signal: AbortSignal): Promise<Check> {
  const tree = path.join(place, change.access === 'kept' ? 'kept' : 'tree')
  const mounts = change.access === 'kept' ? [] : [{ source: path.join(place, 'many'), target: 'many' }]
  try {
    const result = await launch({ command, tree, access: 'throw-away', mounts, readOnly: [], environment: {}, ...change, limits: { ...limits, ...change.limits } }, signal)
    const ok = await holds(result, place)
    return { name, ok, detail: ok ? promise : `${promise}: did not hold (${[result.ending, result.exitCode, firstLine(result.stderr)].filter((part) => part !== null && part !== '').join(', ')})` }
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return { name, ok: false, detail: error.message }
  }
}

/** Only what can be printed, and not much of it: it was written by what ran inside. */
function firstLine(bytes: Uint8Array): string {
  const line = Buffer.from(bytes).toString('latin1').trim().split('\n')[0] ?? ''
  return line.replaceAll(/[^ -~]/g, '?').slice(0, 160)
}
