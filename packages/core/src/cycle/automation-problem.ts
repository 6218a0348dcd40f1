import type { Automatic } from '../autonomy/automatic.ts'
import type { AutonomyFold } from '../autonomy/autonomy-fold.ts'
import { standingText } from '../autonomy/standing-orders.ts'
import { standingDecision, type ProposalRecord } from './proposal-record.ts'

/**
 * Why a proposal may not be applied with nobody asking for it, by what the journal holds at a moment; null where it may. The same function permits and verifies. Approvals are weighed where consents are, and what people
 * have refused where trees can be read.
 */
export function automationProblem(fold: AutonomyFold, { record, automatic, ref, now }: { readonly record: ProposalRecord; readonly automatic: Automatic; readonly ref: string; readonly now: number }): string | null {
  const { run, mode, rules } = automatic
  if (record.made.run !== run) return 'it was not found by the run that applies it'
  if (fold.modeOf(run) !== mode) return `the run was started in mode ${fold.modeOf(run)}, not ${mode}`
  const began = fold.refOf(run)
  if (began !== undefined && began !== ref) return `the run began on ${began ?? 'no branch'}, not on ${ref}`
  if (fold.standing.state !== 'going') return standingText(fold.standing)
  const problem = mode === 'autonomous' ? notFree(record) : notAsked(fold, { record, run, now })
  return problem ?? fold.bar(rules, now)
}

/** Deny beats approval beats allow; without a constitution nothing is allowed. */
function notFree(record: ProposalRecord): string | null {
  const decision = standingDecision(record)?.decision
  if (decision === undefined) return 'it was not judged'
  if (decision.verdict !== 'accepted') return `its verdict is ${decision.verdict}: ${decision.reasons.find(({ code }) => code !== 'proven-gain')?.message ?? 'a person is asked'}`
  if (decision.policy === undefined) return 'there is no constitution that would leave it free'
  return decision.policy.decision === 'allow' ? null : `the constitution says ${decision.policy.decision}: ${decision.policy.rules.join(', ')}`
}

function notAsked(fold: AutonomyFold, { record, run, now }: { readonly record: ProposalRecord; readonly run: string; readonly now: number }): string | null {
  const deadline = fold.deadlineOf(run, record.id)
  if (deadline === null) return 'nobody was asked about it'
  // What is no time is over.
  return Math.max(now, fold.time) <= deadline ? null : `the time for an answer ended at ${new Date(deadline || 0).toISOString()}`
}
