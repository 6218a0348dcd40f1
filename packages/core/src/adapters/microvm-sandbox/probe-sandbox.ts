import { chown, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { SandboxError, type Launch, type LaunchResult, type SandboxProbe } from '../../sandbox/sandbox.ts'
import { commandOwner } from '../bubblewrap-sandbox/stage.ts'
import type { Chosen } from './choose-accelerator.ts'
import { runLaunch, type Setting } from './run-launch.ts'

type Check = SandboxProbe['checks'][number]

interface Case {
  readonly name: string
  readonly promise: string
  /** Succeeds only if the promise holds. */
  readonly command: string
}

/** All in one machine, because each boot takes seconds: every command's exit status comes back as a line. */
const inside: readonly Case[] = [
  { name: 'exit code', command: '(exit 7); [ $? = 7 ]', promise: 'a command runs and its exit status is seen' },
  { name: 'own kernel', command: '[ -n "$HOST_BOOT" ] && boot=$(cat /proc/sys/kernel/random/boot_id) && [ "$boot" != "$HOST_BOOT" ]', promise: 'the kernel is not the host\'s' },
  { name: 'no network', command: '! grep -qv -e lo: -e Inter -e face /proc/net/dev', promise: 'no interface but an unconnected lo' },
  { name: 'no host files', command: `[ ! -e /etc/shadow ] && [ ! -e '${os.homedir().replaceAll("'", '')}' ] && [ ! -e /sys ] && [ ! -e /root ] && [ ! -e /view ]`, promise: 'secrets, home, /sys and the share are not there' },
  { name: 'no port', command: '! ls /dev | grep -q -e vport -e hvc -e kmsg -e mem', promise: 'the port that reports the ending is not there' },
  { name: 'no writing outside', command: '! touch /usr/x /etc/x /x /dev/x 2>/dev/null && touch x /tmp/x', promise: 'only the scratch space can be written' },
  { name: 'no capabilities', command: "grep -q '^CapEff:\t0*$' /proc/self/status && grep -q '^CapBnd:\t0*$' /proc/self/status && grep -q '^NoNewPrivs:\t1' /proc/self/status && grep -q '^Seccomp:\t2' /proc/self/status", promise: 'none, and none to be gained' },
  { name: 'protected files', command: '! (echo new > file || rm -f file || mv file x || chmod 777 file) 2>/dev/null && [ "$(cat file)" = content ]', promise: 'cannot be changed while a command runs' },
  { name: 'no other processes', command: '[ "$(ls /proc | grep -c "^[0-9]")" -lt 8 ]', promise: 'an own process namespace' },
  { name: 'disk limit', command: '! head -c 40000000 /dev/zero > /tmp/full 2>/dev/null; rm -f /tmp/full', promise: 'the scratch space is bounded' },
]

const limits: Launch['limits'] = { memoryBytes: 128 * 1024 ** 2, cpuMs: 120_000, wallMs: 120_000, processes: 24, diskBytes: 16 * 1024 ** 2, outputBytes: 64 * 1024 }

/** Boots the tier for real. What is missing shows as a failed check, never as an exception. */
export async function probeSandbox(context: { readonly choose: () => Promise<Chosen>; readonly home: string }, signal: AbortSignal): Promise<SandboxProbe> {
  let chosen: Chosen
  try {
    chosen = await context.choose()
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return { tier: 'microvm', available: false, accounting: null, treeMode: null, checks: [{ name: 'boots', ok: false, detail: [error.message, error.remedy].filter(Boolean).join('. ') }] }
  }
  const { setting } = chosen
  const tree = path.join(context.home, 'probe')
  await mkdir(tree, { recursive: true })
  await writeFile(path.join(tree, 'file'), 'content')
  const owner = commandOwner(setting.host.rights)
  if (owner !== null) for (const name of ['', 'file']) await chown(path.join(tree, name), owner, owner)
  const launch: Launch = { command: '', tree, access: 'throw-away', mounts: [], readOnly: ['file'], environment: { HOST_BOOT: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim() }, limits }
  const checks: Check[] = [{ name: 'boots', ok: true, detail: bootDetail(chosen) }]
  checks.push(...(await insideChecks(setting, launch, signal)))
  checks.push({ name: 'tree untouched', ok: (await readdir(tree)).join() === 'file', detail: 'what a launch writes stays in the launch' })
  checks.push(await check(setting, { ...launch, command: `perl -e '$x = "x" x 300_000_000'` }, { name: 'memory limit', promise: 'more memory than allowed is refused', holds: (result) => result.ending === 'memory-limit' }, signal))
  return { tier: 'microvm', available: checks.every(({ ok }) => ok), accounting: setting.groups?.accounting ?? 'sampled', treeMode: 'overlay', checks }
}

function bootDetail({ setting: { host }, withoutKvm, withoutPicture }: Chosen): string {
  const start = withoutPicture === null ? 'each launch starts from a picture of a machine that has booted' : `each launch boots (${withoutPicture})`
  const how = host.accelerator === 'kvm' ? 'with KVM' : `in emulation, because KVM does not serve (${withoutKvm ?? ''}); commands take several times as long`
  return `Linux ${host.image.version} ${how}; ${start}`
}

async function insideChecks(setting: Setting, launch: Launch, signal: AbortSignal): Promise<readonly Check[]> {
  const script = inside.map(({ command }) => `( ${command}\n) >/dev/null 2>&1; echo $?`).join('\n')
  const result = await outcome(setting, { ...launch, command: script }, signal)
  const lines = typeof result === 'string' ? [] : Buffer.from(result.stdout).toString('utf8').trim().split('\n')
  return inside.map(({ name, promise }, index) => {
    const ok = lines.length === inside.length && lines[index] === '0'
    return { name, ok, detail: ok ? promise : `${promise}: did not hold (${typeof result === 'string' ? result : result.ending})` }
  })
}

interface Expectation {
  readonly name: string
  readonly promise: string
  readonly holds: (result: LaunchResult) => boolean
}

async function check(setting: Setting, launch: Launch, { name, promise, holds }: Expectation, signal: AbortSignal): Promise<Check> {
  const result = await outcome(setting, launch, signal)
  const ok = typeof result !== 'string' && holds(result)
  return { name, ok, detail: ok ? promise : `${promise}: did not hold (${typeof result === 'string' ? result : `${result.ending} ${result.exitCode ?? ''}`})` }
}

async function outcome(setting: Setting, launch: Launch, signal: AbortSignal): Promise<LaunchResult | string> {
  try {
    return await runLaunch(setting, launch, signal)
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return error.message
  }
}
