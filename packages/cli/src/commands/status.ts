import { alertText } from '@ratchet/core/alert/alert'
import { standingText } from '@ratchet/core/autonomy/standing-orders'
import { consentText } from '@ratchet/core/consent/explain-consent'
import { attestationState } from '@ratchet/core/cycle/attest-journal'
import { outdatedOffers } from '@ratchet/core/cycle/evaluator-version'
import { foldProposals } from '@ratchet/core/cycle/proposal-record'
import { prunedRuns } from '@ratchet/core/cycle/refuse-pruned'
import { foldReport } from '@ratchet/core/report/fold-report'
import { ConfigError } from '@ratchet/core/target/config-error'
import { WorkspaceError } from '@ratchet/core/workspace/workspace'
import { recordState } from '../compose-log.ts'
import { loadTargetConfig, openTarget, type OpenTarget } from '../compose-target.ts'
import { currentVersion } from '../compose-version.ts'
import { describeAutonomy, type AutonomyStanding } from '../compose-autonomy.ts'
import { describeConsent } from '../compose-consent.ts'
import { describeConstitution } from '../compose-constitution.ts'
import { bad, faint, good, oneLine, strong, unsure } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { reevaluate } from './proposals.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

/** The latest; the report has more. */
const alertsShown = 5

export const registerStatus: Register = (program, invocation) => {
  withTarget(program.command('status'))
    .description('runs, what they found, and what is applied')
    .action((options: TargetOptions) => status(invocation, options))
}

async function status(invocation: Invocation, options: TargetOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  const report = await foldReport(target.journal.read(0))
  const pruned = await prunedRuns(target.index)
  const head = await target.journal.head()
  const log = await recordState(target)
  const records = (await foldProposals(target.journal.read(0), { outline: true })).all()
  const outdated = await outdatedOffers(records, { requireConfirmation: true, versionOf: (baseline) => currentVersion(invocation, { target, options, baseline }) })
  const waiting: { readonly proposal: string; readonly state: string; readonly needs: string }[] = []
  for (const record of records) {
    const consent = outdated.has(record.id) ? null : await describeConsent(invocation, { target, options }, record)
    if (consent !== null) waiting.push({ proposal: record.id, state: consent.state, needs: consentText(consent, record.id) })
  }
  const attestations = await attestationState(target.index)
  const constitution = await constitutionOf(invocation, { target, options })
  const autonomy = await describeAutonomy(invocation, { target, options })
  if (console.json) {
    console.document({ constitution, attestations, target: target.workspace.root, journal: head, log, runs: report.runs.map((run) => ({ ...run, pruned: pruned.has(run.id) })), applications: report.applications, outdated: [...outdated], waiting, autonomy })
    return
  }
  console.print(`${strong('target')}   ${target.workspace.root}`)
  console.print(`${strong('journal')}  ${head.sequence} events, head ${head.hash.slice(0, 16)}`)
  console.print(`${strong('log')}      ${log === null ? 'not published yet' : `${log.origin}, ${log.size} events, root ${log.root}\n         signed by ${log.key}`}`)
  if (attestations.written + attestations.due > 0) console.print(`${strong('attested')} ${attestations.written} verdicts and applications${attestations.due === 0 ? '' : `; ${attestations.due} wait for the next command that writes`}`)
  if (constitution !== null) console.print(`${strong('constitution')}  ${constitutionLine(constitution)}`)
  for (const line of autonomyLines(autonomy)) console.print(line)
  if (report.runs.length === 0) console.print('no runs yet: `ratchet run` starts one')
  for (const run of report.runs) {
    const state = runState(run, pruned.has(run.id))
    console.print(`${strong(`run ${run.id}`)}  ${run.evaluated}/${run.evaluations} evaluations, ${run.strategy}, seed ${run.seed}: ${state}`)
  }
  for (const { id, spending } of report.runs) if (spending !== undefined) console.print(`models   run ${id}: ${spending.byModel.map((line) => `${oneLine(line.model)} ${line.calls} calls, $${line.usd.toFixed(4)}`).join('; ')}; $${spending.usd.toFixed(4)} in all`)
  for (const held of report.applications) console.print(`${held.status.padEnd(9)} ${held.proposal} on ${held.ref} ${faint(held.commit.slice(0, 10))}`)
  for (const { proposal, needs } of waiting) console.print(`waiting   ${proposal} ${oneLine(needs)}`)
  for (const record of records) if (outdated.has(record.id)) console.print(`offer ${record.id} is ${reevaluate(record)}`)
}

/** Only what a person should know of: nothing, as long as all is well and nothing was ever applied by a run. */
function autonomyLines({ orders, breaker, appliedToday, perDay, alerts }: AutonomyStanding): readonly string[] {
  const lines: string[] = []
  if (orders.state !== 'going') lines.push(`${strong('orders')}   ${bad(oneLine(standingText(orders)))}; \`ratchet resume\` lets work go on`)
  if (breaker.state === 'open' || breaker.state === 'probing') lines.push(`${strong('breaker')}  ${bad(breaker.state)}: nothing${breaker.state === 'probing' ? ' more' : ''} is applied automatically before ${new Date(breaker.until).toISOString()}`)
  else if (breaker.state === 'half-open') lines.push(`${strong('breaker')}  ${unsure('half-open')}: one change may be applied automatically, to see`)
  if (appliedToday > 0) lines.push(`${strong('runs')}     applied ${appliedToday} of at most ${perDay} changes in the last 24 hours`)
  if (alerts.length > alertsShown) lines.push(faint(`${alerts.length - alertsShown} earlier alerts: ratchet report`))
  for (const alert of alerts.slice(-alertsShown)) lines.push(`${(alert.severity === 'critical' ? bad : unsure)('alert')}    ${faint(alert.at)} ${oneLine(alertText(alert))}`)
  return lines
}

function runState({ id, finished, winner, beside }: Awaited<ReturnType<typeof foldReport>>['runs'][number], isPruned: boolean): string {
  if (finished !== null) return winner === null ? 'nothing to offer' : `${winner}${beside === undefined ? '' : `, and ${beside} to approve`}`
  return isPruned ? 'interrupted, and given up by `ratchet prune`' : `interrupted or running; continue with: ratchet run --resume ${id}`
}

type Standing = Awaited<ReturnType<typeof describeConstitution>>

/** Of HEAD; null where there is no configuration that could name one. */
async function constitutionOf(invocation: Invocation, { target, options }: { readonly target: OpenTarget; readonly options: TargetOptions }): Promise<Standing | null> {
  try {
    const baseline = (await target.workspace.revisions.commit('HEAD')).id
    const { config } = await loadTargetConfig(invocation, { target, options, baseline })
    return await describeConstitution(invocation, { workspace: target.workspace, baseline, config })
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UsageError || error instanceof WorkspaceError) return null
    throw error
  }
}

function constitutionLine({ state, digest, key, problem }: Standing): string {
  const short = faint(digest?.slice(0, 16) ?? '')
  switch (state) {
    case 'none':
      return 'none: `ratchet constitution init` writes one'
    case 'unsigned':
      return `${unsure('unsigned')} ${short}`
    case 'first-use':
      return `${unsure('signed')} by ${key ?? ''}, not known here yet ${short}`
    case 'signed':
      return `${good('signed')} by ${key ?? ''} ${short}`
    case 'refused':
      return `${bad('refused')}: nothing is judged or applied. ${oneLine(problem ?? '')}`
  }
}
