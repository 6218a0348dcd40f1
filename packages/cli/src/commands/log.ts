import type { JournalEvent } from '@ratchet/core'
import { usdText } from '@ratchet/core/model/money'
import { wholeNumber } from '../argument.ts'
import { openTarget } from '../compose-target.ts'
import { exportTarget } from '../compose-retention.ts'
import { faint, good, oneLine, unsure } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

interface LogOptions extends TargetOptions {
  readonly after: number
  readonly export?: string
}

export const registerLog: Register = (program, invocation) => {
  withTarget(program.command('log'))
    .description('the journal, event by event')
    .option('--after <sequence>', 'only what came after this event', wholeNumber('--after', 0), 0)
    .option('--export <file>', 'write the whole audit as JSONL, for docs/verify-export.py (- is stdout)')
    .action((options: LogOptions) => (options.export === undefined ? log(invocation, options) : exportAudit(invocation, options, options.export)))
}

async function log(invocation: Invocation, options: LogOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  const events = target.journal.read(options.after)
  if (console.json) await console.list(events)
  else for await (const event of events) await console.stream(`${line(event)}\n`)
}

async function exportAudit(invocation: Invocation, options: LogOptions, file: string): Promise<void> {
  const { console } = invocation
  if (options.after !== 0) throw new UsageError('bad-argument', '--export writes the whole audit: a part of it would prove nothing; drop --after')
  if (file === '-' && console.json) throw new UsageError('bad-argument', '--export - writes the audit to stdout, where --json would print a document as well; drop one of them')
  await using target = await openTarget(invocation, options, 'read')
  const summary = await exportTarget(invocation, target, file)
  if (console.json) console.document({ file, ...summary })
  // stdout may be the export itself.
  const tell = file === '-' ? console.note : console.print
  tell(`${summary.signed ? good('exported') : unsure('exported, unsigned')}  ${summary.events} events of ${summary.origin}${summary.unsigned === 0 ? '' : `; ${summary.unsigned} more are not signed yet: the next command that writes signs them`}`)
  if (!summary.signed) console.note('nobody has signed this journal, so nobody else can be sure of the export')
}

function line(event: JournalEvent): string {
  return `${String(event.sequence).padStart(6)}  ${faint(event.at)}  ${event.kind.padEnd(22)} ${oneLine(detail(event))}  ${faint(event.hash.slice(0, 12))}`
}

function detail(event: JournalEvent): string {
  switch (event.kind) {
    case 'run-started':
      return `run ${event.body.run} seed ${event.body.seed} baseline ${event.body.baseline.slice(0, 10)} ${event.body.strategy}`
    case 'opportunities-observed':
      return `run ${event.body.run}: ${event.body.opportunities.length} hot functions`
    case 'proposal-made':
      return `${event.body.proposal.id} ${event.body.proposal.operator} by ${event.body.proposal.proposer}`
    case 'step-skipped':
      return `run ${event.body.run} step ${event.body.step}: ${event.body.reason}`
    case 'proposal-screened':
      return `${event.body.proposal} ${event.body.screening.decision}`
    case 'evaluation-recorded':
      return `${event.body.proposal} ${event.body.purpose} ${event.body.trial} in ${event.body.evaluation.wallMs} ms`
    case 'decision-made':
      return `${event.body.proposal} ${event.body.purpose} ${event.body.decision.verdict} ${event.body.decision.reasons[0]?.code ?? ''}`
    case 'run-finished':
      return `run ${event.body.run} ${event.body.reason}, winner ${event.body.winner ?? 'none'}${event.body.beside === undefined ? '' : `, beside it ${event.body.beside}`}`
    case 'consent-given':
      return `${event.body.proposal} ${event.body.answer} by ${event.body.by.name}${event.body.by.kind === 'unverified' ? ' (unverified)' : ''}: ${event.body.reason}`
    case 'authors-named':
      return `${event.body.proposal} from ${event.body.from}, with ${event.body.coAuthors.join(', ')}${event.body.edit === null ? '' : `, edited by ${event.body.edit.by.name}: ${event.body.edit.reason}`}`
    case 'order-given':
      return `${event.body.what} by ${event.body.by}${event.body.reason === '' ? '' : `: ${event.body.reason}`}`
    case 'approval-requested':
      return `${event.body.proposal} until ${event.body.deadline}`
    case 'automation-ended':
      return `${event.body.proposal} ${event.body.outcome}: ${event.body.reasons[0]?.message ?? ''}`
    case 'notification-settled':
      return `${event.body.about} of event ${event.body.sequence} to ${event.body.host}: ${event.body.outcome} after ${event.body.attempts} attempts`
    case 'key-introduced':
      return `${event.body.key}${event.body.endorsement === null ? '' : ', endorsed by the key before'}`
    case 'model-call-intended':
      return `${event.body.label} to ${event.body.model.name}, at most ${usdText(event.body.reserved.nanoUsd)}`
    case 'model-call-settled':
      return `${event.body.call} ${event.body.outcome}${event.body.code === null ? '' : ` (${event.body.code})`}, ${usdText(event.body.charged.nanoUsd)}`
    case 'capability-granted':
      return `${event.body.capability}${event.body.to === null ? '' : ` to ${event.body.to}`}: ${event.body.scopes.join(', ')}, ${event.body.budget.requests} requests${event.body.budget.usd === undefined ? '' : ` and $${event.body.budget.usd}`}, until ${event.body.expiresAt}`
    case 'capability-ended':
      return `${event.body.capability} ${event.body.outcome}${event.body.used === null ? '' : `, used for ${event.body.used.requests} requests`}`
    case 'research-intended':
      return `${event.body.source}${event.body.host === null ? '' : ` at ${event.body.host}`}: ${event.body.query}`
    case 'research-settled':
      return `${event.body.search} ${event.body.outcome}${event.body.code === null ? '' : ` (${event.body.code})`}, ${event.body.findings.length} findings`
    case 'application-intended':
    case 'reversion-intended':
      return `${event.body.proposal} on ${event.body.ref} as ${event.body.commit.slice(0, 10)}`
    case 'attestation-intended':
      return `${event.body.proposal} event ${event.body.about} for ${event.body.commit.slice(0, 10)} as ${event.body.attestation.slice(0, 16)}`
    case 'attestation-settled':
      return `${event.body.proposal} event ${event.body.about} as ${event.body.attestation.slice(0, 16)}`
    case 'application-settled':
    case 'reversion-settled':
      return `${event.body.proposal} ${event.body.outcome}`
    case 'prune-intended':
      return `${event.body.runs.length} runs and ${event.body.proposals.length} single changes from before ${event.body.before}`
    case 'prune-settled':
      return `${event.body.outcome}: ${event.body.refs} refs and ${event.body.files} files removed`
  }
}
