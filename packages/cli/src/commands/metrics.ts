import type { Metrics } from '@ratchet/core'
import { foldMetrics } from '@ratchet/core/report/fold-metrics'
import { moment } from '../argument.ts'
import { openTarget } from '../compose-target.ts'
import { recordVolume, type RecordVolume } from '../compose-retention.ts'
import { faint, oneLine, strong } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

interface MetricsOptions extends TargetOptions {
  readonly since?: string
}

export const registerMetrics: Register = (program, invocation) => {
  withTarget(program.command('metrics'))
    .description('figures on the record: outcomes, applies, reverts and how soon, what the record takes up')
    .option('--since <date>', 'only what happened from then on (2026-03-01, or with a time)', moment('--since'))
    .action((options: MetricsOptions) => metrics(invocation, options))
}

async function metrics(invocation: Invocation, options: MetricsOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  const folded = await foldMetrics(target.journal.read(0), options.since ?? null)
  const volume = await recordVolume(target.workspace)
  if (console.json) console.document({ ...folded, volume })
  else console.print(render(folded, volume))
}

function render({ since, events, runs, proposals, consents, applications, reverts }: Metrics, volume: RecordVolume): string {
  const lines: readonly (readonly [string, string])[] = [
    ['record', `${events} events${since === null ? '' : ` since ${since}`}`],
    ['runs', `${runs.started} started, ${runs.finished} finished, ${runs.withWinner} with an offer${runs.withQuestion === 0 ? '' : `, ${runs.withQuestion} with one for a person to decide`}`],
    ['proposals', `${proposals.made} made: ${proposals.accepted} accepted, ${proposals.approvalRequired} for a person to decide, ${proposals.rejected} rejected, ${proposals.inconclusive} inconclusive, ${proposals.undecided} undecided`],
    ['', faint(Object.entries(proposals.byProposer).map(([name, count]) => `${oneLine(name)} ${count}`).join(', '))],
    ['answers', `${consents.approved} approved, ${consents.rejected} rejected, ${consents.deferred} deferred`],
    ['applied', `${applications.applied}: ${applications.automatic} by a run itself, ${applications.manual} by a person; ${applications.approved} rest on approvals${applications.abandoned === 0 ? '' : `; ${applications.abandoned} given up`}`],
    ['reverted', `${reverts.reverted}${reverts.regressionRate === null ? '' : `: ${(100 * reverts.regressionRate).toFixed(1)}% of what was applied`}${reverts.abandoned === 0 ? '' : `; ${reverts.abandoned} given up`}`],
    ...Object.entries(reverts.reasons).map(([reason, count]) => ['', faint(`${count} × ${reason === '' ? 'no reason given' : oneLine(reason)}`)] as const),
    ...(reverts.meanTimeToRevertMs === null ? [] : [['', `after ${duration(reverts.meanTimeToRevertMs)} in the mean, ${duration(reverts.medianTimeToRevertMs ?? 0)} in the median, ${duration(reverts.longestTimeToRevertMs ?? 0)} at most`] as const]),
    ['journal', `${size(volume.journalBytes)}, published log ${size(volume.logBytes)}, attestations ${size(volume.attestationBytes)}, transcripts ${size(volume.transcriptBytes)}, caches ${size(volume.cacheBytes)}`],
    ['backups', `${volume.backups} of states before an apply or revert, ${size(volume.backupBytes)} that no branch or tag holds`],
    ['candidates', `${volume.candidates} refs, ${size(volume.candidateBytes)} that no branch or tag holds; ratchet prune removes old ones`],
  ]
  return lines.filter(([name, text]) => name !== '' || text !== faint('')).map(([name, text]) => `${strong(name.padEnd(11))} ${text}`).join('\n')
}

function duration(ms: number): string {
  const units = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1000]] as const
  const [name, unit] = units.find(([, length]) => ms >= length) ?? ['ms', 1]
  return `${(ms / unit).toFixed(name === 'ms' ? 0 : 1)} ${name}`
}

function size(bytes: number): string {
  const units = [['GiB', 1024 ** 3], ['MiB', 1024 ** 2], ['KiB', 1024]] as const
  const found = units.find(([, length]) => bytes >= length)
  return found === undefined ? `${bytes} bytes` : `${(bytes / found[1]).toFixed(1)} ${found[0]}`
}
