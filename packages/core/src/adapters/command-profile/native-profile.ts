import { stepLaunch, stepLimits } from '../../evaluation/launch-plan.ts'
import { readCallgrind } from '../../opportunity/read-callgrind.ts'
import type { HotFunction } from '../../proposal/proposal.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import type { Config } from '../../target/config.ts'
import type { ProfiledCommand } from './command-profile-source.ts'

/** An instrumented process takes tens of times as long, and valgrind has memory of its own. */
const slowdown = 60
const memoryAllowance = 512 * 1024 ** 2
/** What callgrind writes of a large program; the sandbox's own limit is meant for what a command prints. */
const profileBytes = 32 * 1024 ** 2
const folder = '.ratchet-callgrind'
const absent = 'no valgrind'

export type NativeProfile = { readonly state: 'observed'; readonly functions: readonly HotFunction[] } | { readonly state: 'unavailable' | 'not-applicable'; readonly detail: string }

/** One run of the command under callgrind. */
export async function readNativeProfile({ sandbox, config }: { readonly sandbox: Sandbox; readonly config: Config }, { objective, tree }: ProfiledCommand, signal: AbortSignal): Promise<NativeProfile> {
  const [place, all] = [`/work/${folder}`, `/work/${folder}.all`]
  const limits = stepLimits(config, objective.timeout)
  const result = await sandbox.launch(
    stepLaunch({
      command: [
        `command -v valgrind >/dev/null 2>&1 || { echo '${absent}' > ${all}; exit 0; }`,
        `mkdir -p ${place}`,
        `valgrind --tool=callgrind --vgdb=no --trace-children=yes --callgrind-out-file=${place}/%p /bin/sh -c ${quoted(objective.run)}`,
        `status=$?; cat ${place}/* > ${all}; exit $status`,
      ].join('\n'),
      tree,
      limits: { ...limits, cpuMs: limits.cpuMs * slowdown, wallMs: limits.wallMs * slowdown, memoryBytes: limits.memoryBytes + memoryAllowance, outputBytes: limits.outputBytes + profileBytes },
      environment: { RATCHET_SEED: '1' },
      collect: `${folder}.all`,
    }),
    signal,
  )
  const text = result.collected === null ? '' : Buffer.from(result.collected).toString('utf8')
  if (text.trimEnd() === absent) return { state: 'unavailable', detail: 'there is no valgrind to profile a native program with; install it, on Debian by `apt-get install valgrind`' }
  const functions = readCallgrind(text, '/work/')
  if (functions.length > 0) return { state: 'observed', functions }
  return { state: 'not-applicable', detail: 'callgrind saw no function of the target; compile with -g, so that it can tell where code comes from' }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
