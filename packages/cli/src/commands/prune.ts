import type { Pruned } from '@ratchet/core'
import { moment, wholeNumber } from '../argument.ts'
import { openTarget } from '../compose-target.ts'
import { planTargetPrune, pruneOpenTarget } from '../compose-retention.ts'
import { good, unsure } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

interface PruneOptions extends TargetOptions {
  readonly keepDays?: number
  readonly before?: string
  readonly interrupted: boolean
  readonly dryRun: boolean
}

const defaultDays = 30
const dayMs = 86_400_000

export const registerPrune: Register = (program, invocation) => {
  withTarget(program.command('prune'))
    .description('give up candidates and caches that are old and that nothing rests on; the journal keeps everything')
    .option('--keep-days <n>', `keep what something was recorded of in the last n days (default: ${defaultDays})`, wholeNumber('--keep-days', 0))
    .option('--before <date>', 'keep what something was recorded of since (2026-03-01, or with a time)', moment('--before'))
    .option('--interrupted', 'interrupted runs as well, which cannot be resumed then', false)
    .option('--dry-run', 'only say what would go', false)
    .action((options: PruneOptions) => prune(invocation, options))
}

async function prune(invocation: Invocation, options: PruneOptions): Promise<void> {
  const { console } = invocation
  const limits = { before: cutoff(options, invocation.clock()), interrupted: options.interrupted }
  await using target = await openTarget(invocation, options, options.dryRun ? 'read' : 'write')
  const pruned = options.dryRun ? await planTargetPrune(invocation, target, limits) : await pruneOpenTarget(invocation, target, limits)
  if (console.json) console.document({ dryRun: options.dryRun, ...pruned })
  else console.print(render(pruned, options.dryRun))
}

/** Never later than now: what is recorded while it runs is not old. */
function cutoff({ keepDays, before }: PruneOptions, now: Date): string {
  if (keepDays !== undefined && before !== undefined) throw new UsageError('bad-argument', 'give --keep-days or --before, not both')
  const time = before === undefined ? now.getTime() - (keepDays ?? defaultDays) * dayMs : Date.parse(before)
  if (!(time >= 0)) throw new UsageError('bad-argument', `--keep-days ${keepDays} reaches back before any journal`)
  return new Date(Math.min(time, now.getTime())).toISOString()
}

function render({ before, interrupted, runs, proposals, refs, files, bytes, left }: Pruned, isDry: boolean): string {
  if (runs.length + proposals.length + refs + files === 0) return `nothing to prune from before ${before}${interrupted ? '' : '; interrupted runs go only with --interrupted'}`
  return [
    `${isDry ? unsure('would prune') : good('pruned')}  what nothing was recorded of since ${before}: ${runs.length} runs and ${proposals.length} single changes`,
    `${refs} refs below refs/ratchet/, ${files} cached files of ${bytes} bytes`,
    ...(left === 0 ? [] : [`${left} refs are locked or were moved, and stay until the next prune`]),
    ...(isDry ? [] : ['git removes what the refs held when it collects garbage (git gc); every fact stays in the journal, and `ratchet verify` holds']),
  ].join('\n')
}
