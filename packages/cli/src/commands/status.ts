import { ConfigError, consentText, foldProposals, foldReport, outdatedOffers, WorkspaceError } from '@ratchet/core'
import { currentVersion, loadTargetConfig, openTarget, recordState, type OpenTarget } from '../compose.ts'
import { describeConsent } from '../compose-consent.ts'
import { describeConstitution } from '../compose-constitution.ts'
import { bad, faint, good, oneLine, strong, unsure } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { reevaluate } from './proposals.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

export const registerStatus: Register = (program, invocation) => {
  withTarget(program.command('status'))
    .description('runs, what they found, and what is applied')
    .action((options: TargetOptions) => status(invocation, options))
}

async function status(invocation: Invocation, options: TargetOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  const report = await foldReport(target.journal.read(0))
  const head = await target.journal.head()
  const log = await recordState(target)
  const records = (await foldProposals(target.journal.read(0))).all()
  const outdated = await outdatedOffers(records, { requireConfirmation: true, versionOf: (baseline) => currentVersion(invocation, { target, options, baseline }) })
  const waiting: { readonly proposal: string; readonly state: string; readonly needs: string }[] = []
  for (const record of records) {
    const consent = outdated.has(record.id) ? null : await describeConsent(invocation, { target, options }, record)
    if (consent !== null) waiting.push({ proposal: record.id, state: consent.state, needs: consentText(consent, record.id) })
  }
  const constitution = await constitutionOf(invocation, { target, options })
  if (console.json) {
    console.document({ constitution, target: target.workspace.root, journal: head, log, runs: report.runs, applications: report.applications, outdated: [...outdated], waiting })
    return
  }
  console.print(`${strong('target')}   ${target.workspace.root}`)
  console.print(`${strong('journal')}  ${head.sequence} events, head ${head.hash.slice(0, 16)}`)
  console.print(`${strong('log')}      ${log === null ? 'not published yet' : `${log.origin}, ${log.size} events, root ${log.root}\n         signed by ${log.key}`}`)
  if (constitution !== null) console.print(`${strong('constitution')}  ${constitutionLine(constitution)}`)
  if (report.runs.length === 0) console.print('no runs yet: `ratchet run` starts one')
  for (const run of report.runs) {
    const state = run.finished === null ? `interrupted or running; continue with: ratchet run --resume ${run.id}` : (run.winner ?? 'nothing to offer')
    console.print(`${strong(`run ${run.id}`)}  ${run.evaluated}/${run.evaluations} evaluations, ${run.strategy}, seed ${run.seed}: ${state}`)
  }
  for (const { id, spending } of report.runs) if (spending !== undefined) console.print(`models   run ${id}: ${spending.byModel.map((line) => `${oneLine(line.model)} ${line.calls} calls, $${line.usd.toFixed(4)}`).join('; ')}; $${spending.usd.toFixed(4)} in all`)
  for (const held of report.applications) console.print(`${held.status.padEnd(9)} ${held.proposal} on ${held.ref} ${faint(held.commit.slice(0, 10))}`)
  for (const { proposal, needs } of waiting) console.print(`waiting   ${proposal} ${oneLine(needs)}`)
  for (const record of records) if (outdated.has(record.id)) console.print(`offer ${record.id} is ${reevaluate(record)}`)
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
