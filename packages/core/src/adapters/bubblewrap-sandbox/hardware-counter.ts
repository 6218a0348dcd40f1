import { execFile, type ChildProcess } from 'node:child_process'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { onPath } from '../sandbox-tiers/on-path.ts'

const execute = promisify(execFile)
const trialMs = 10_000

/** Instructions that processes retired in their own code, not in the kernel's. */
const event = 'instructions:u'
/** A report is a line; more than this is none of ours. */
const longestReport = 4096

/** `perf` on PATH; null where there is none. Whether it counts anything here only a launch shows. */
export function findPerf(environment: Readonly<Record<string, string | undefined>>): string | null {
  return onPath('perf', environment)
}

/**
 * The command under a counter that stands outside of the sandbox. The report goes to a descriptor of its own, which is closed before anything of the launch runs: a candidate that could write there could count for itself.
 * What starts the sandbox is counted along, the same on both sides; it makes a gain look smaller.
 */
export function counted(command: readonly string[], { perf, descriptor }: { readonly perf: string; readonly descriptor: number }): readonly string[] {
  return [...dyingWithUs(), perf, 'stat', '-x', ',', '-e', event, '--log-fd', String(descriptor), '--', '/bin/sh', '-c', `exec "$@" ${descriptor}>&-`, 'sh', ...command]
}

/** PR_SET_PDEATHSIG 1, SIGKILL 9. Whoever was orphaned before it could ask for the signal goes at once. */
const dieWithParent = 'my ($prctl, $parent) = splice @ARGV, 0, 2; syscall($prctl + 0, 1, 9) != -1 or die "prctl: $!\\n"; exit 1 if getppid() != $parent; exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\\n"'
const prctlByArchitecture: Readonly<Record<string, number>> = { x64: 157, arm64: 167, riscv64: 167, loong64: 167 }

/** bwrap dies with its parent, which is perf; so perf must die with us, or a launch would outlive a Ratchet that is killed. Perl, as it makes the stage anyway. */
function dyingWithUs(): readonly string[] {
  const prctl = prctlByArchitecture[process.arch]
  if (prctl === undefined) throw new TypeError(`no system call numbers are known for ${process.arch}`)
  return ['perl', '-e', dieWithParent, '--', String(prctl), String(process.pid)]
}

/** What a trial on this machine says, for `doctor`. */
export async function tryCounter(environment: Readonly<Record<string, string | undefined>>): Promise<{ readonly counts: boolean; readonly detail: string }> {
  const perf = findPerf(environment)
  if (perf === null) return { counts: false, detail: 'perf is not there' }
  try {
    const [command = '', ...args] = counted(['true'], { perf, descriptor: 1 })
    const { stdout } = await execute(command, args, { env: { PATH: environment['PATH'] ?? '' }, timeout: trialMs })
    const count = readReport(stdout)
    return count === null ? { counts: false, detail: `${perf} says ${JSON.stringify(stdout.trim().slice(0, 80))}` } : { counts: true, detail: `${perf} counts ${count} instructions of \`true\`` }
  } catch (error) {
    // Not allowed to (perf_event_paranoid), or no such event: it says so and ends with a failure.
    return { counts: false, detail: `${perf} fails: ${(error as Error).message.trim().slice(0, 200)}` }
  }
}

/** Collects the report of a launch: asked once the counter has ended, it waits for the rest of what that said. */
export function reportOf(child: ChildProcess, descriptor: number): () => Promise<number | null> {
  let text = ''
  // There are no descriptors when there were none left to make them of.
  const stream = (child.stdio as readonly ChildProcess['stdio'][number][] | undefined)?.[descriptor] as Readable | null | undefined
  if (stream === null || stream === undefined) return async () => null
  const isWhole = new Promise<boolean>((resolve) => {
    stream.once('end', () => resolve(true))
    // A report that breaks off is none.
    stream.once('error', () => resolve(false))
    stream.once('close', () => resolve(false))
  })
  stream.on('data', (bytes: Buffer) => (text = `${text}${bytes.toString('latin1')}`.slice(0, longestReport)))
  return async () => ((await isWhole) ? readReport(text) : null)
}

/**
 * The count in a report of `perf stat -x,`: `value,unit,event,run time,percentage,...`. Null for `<not supported>`, `<not counted>`, more or fewer lines than one, another event, and a counter that was shared with
 * somebody else for part of the time: that is an estimate.
 */
export function readReport(text: string): number | null {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const [value = '', , name, ran = '', share] = lines.length === 1 ? (lines[0] as string).split(',') : []
  if (!/^\d{1,15}$/.test(value) || name !== event || !(Number(ran) > 0) || Number(share) !== 100) return null
  return Number(value)
}
