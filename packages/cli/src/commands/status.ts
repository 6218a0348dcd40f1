import { foldProposals, foldReport, outdatedOffers } from '@ratchet/core'
import { currentVersion, openTarget, recordState } from '../compose.ts'
import { faint, strong } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { reevaluate } from './proposals.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
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
  if (console.json) {
    console.document({ target: target.workspace.root, journal: head, log, runs: report.runs, applications: report.applications, outdated: [...outdated] })
    return
  }
  console.print(`${strong('target')}   ${target.workspace.root}`)
  console.print(`${strong('journal')}  ${head.sequence} events, head ${head.hash.slice(0, 16)}`)
  console.print(`${strong('log')}      ${log === null ? 'not published yet' : `${log.origin}, ${log.size} events, root ${log.root}\n         signed by ${log.key}`}`)
  if (report.runs.length === 0) console.print('no runs yet: `ratchet run` starts one')
  for (const run of report.runs) {
    const state = run.finished === null ? `interrupted or running; continue with: ratchet run --resume ${run.id}` : (run.winner ?? 'nothing to offer')
    console.print(`${strong(`run ${run.id}`)}  ${run.evaluated}/${run.evaluations} evaluations, ${run.strategy}, seed ${run.seed}: ${state}`)
  }
  for (const held of report.applications) console.print(`${held.status.padEnd(9)} ${held.proposal} on ${held.ref} ${faint(held.commit.slice(0, 10))}`)
  for (const record of records) if (outdated.has(record.id)) console.print(`offer ${record.id} is ${reevaluate(record)}`)
}
