import { randomInt } from 'node:crypto'
import type { Application, ApplyPorts, Automatic, ConsentWeight, Observe, ProposalRecord } from '@ratchet/core'
import { isStricter, strictestMode } from '@ratchet/core/autonomy/run-mode'
import { applyChange } from '@ratchet/core/cycle/apply-change'
import { automaticRefusal } from '@ratchet/core/cycle/automatic-permission'
import { CycleError } from '@ratchet/core/cycle/cycle-error'
import { changeId, evaluateChange } from '@ratchet/core/cycle/evaluate-change'
import { madeBy } from '@ratchet/core/cycle/inherited-proposer'
import { coAuthorsOf } from '@ratchet/core/cycle/proposal-record'
import { refusePrunedProposal } from '@ratchet/core/cycle/refuse-pruned'
import { consentRule } from '@ratchet/core/cycle/standing-consent'
import { WorkspaceError } from '@ratchet/core/workspace/workspace'
import { openJudge } from './compose.ts'
import { loadTargetConfig, type OpenTarget } from './compose-target.ts'
import { currentVersion } from './compose-version.ts'
import { weighConsent } from './compose-consent.ts'
import { openConstitution } from './compose-constitution.ts'
import { effectGate, heed, heeding, requireGoing, standingOf } from './compose-orders.ts'
import type { Invocation } from './invocation.ts'
import { recordOf } from './judge-one.ts'
import type { TargetOptions } from './target-options.ts'

export interface ApplyOptions extends TargetOptions {
  readonly branch?: string
  readonly sign?: boolean
  readonly signingKey?: string
}

export interface ApplyTask {
  readonly target: OpenTarget
  readonly options: ApplyOptions
  readonly record: ProposalRecord
  readonly observe: Observe
  /** Signs the commit; null or absent: it is not signed. */
  readonly sign?: ApplyPorts['sign']
  /** Set where a run applies it and no person asked for that. */
  readonly automatic: Automatic | null
}

/** The one way onto a branch, for whoever wants to go it: configuration, constitution, consent, orders and the branch itself are looked at now. */
export async function applyProposal(invocation: Invocation, task: ApplyTask): Promise<Application> {
  const { target, options, record, automatic } = task
  const { baseline } = record.made
  await refusePrunedProposal(target.index, record)
  requireGoing(await standingOf(target), 'nothing is applied')
  const { config } = await loadTargetConfig(invocation, { target, options, baseline })
  const requireConfirmation = config.accept.confirm
  const { constitution } = await openConstitution(invocation, { workspace: target.workspace, baseline, config, pins: true })
  const digest = constitution?.digest ?? null
  const ceiling = strictestMode(config.autonomy?.mode, constitution?.highestMode)
  // A configuration beside the repository may have been made stricter while the run was searching, or waiting.
  if (automatic !== null && isStricter(ceiling, automatic.mode)) return { kind: 'refused', reasons: [{ code: 'not-automatic', message: `this target allows runs no more than mode ${ceiling} now, and the run was started in mode ${automatic.mode}` }] }
  await refuseOtherConstitution(invocation, task, digest)
  const evaluatorVersion = await currentVersion(invocation, { target, options, baseline })
  const { revisions, branch } = target.workspace
  return (await finishedApplication(target, record, options)) ?? await applyChange(
    {
      journal: target.journal,
      revisions,
      branch,
      clock: invocation.clock,
      sign: task.sign ?? null,
      recordOf: (proposal) => recordOf(target, proposal),
      consent: (asked) => (asked.made.baseline === baseline ? weighConsent(invocation, { target, options }, { record: asked, rule: consentRule(config), constitution: digest }) : weighElsewhere(invocation, task, asked)),
      judge: (candidate, onto, signal) => judgeMerged(invocation, task, { candidate, onto, signal }),
      gate: effectGate(target, invocation.signal),
      automation: (asked, wish, ref) => automaticRefusal({ index: target.index, revisions, clock: invocation.clock }, asked, wish, ref),
    },
    { record, branchName: options.branch ?? null, requireConfirmation, evaluatorVersion, constitution: digest, automatic },
    invocation.signal,
  )
}

async function judgeMerged(
  invocation: Invocation,
  { target, options, record, observe }: ApplyTask,
  { candidate, onto, signal }: { readonly candidate: { readonly commit: string; readonly tree: string }; readonly onto: string; readonly signal: AbortSignal },
): ReturnType<typeof evaluateChange> {
  invocation.console.note(`the branch has moved since: judging the change again on ${onto.slice(0, 10)}`)
  // It may be approved and applied by itself, long after this command.
  await target.workspace.candidates.keep(candidate.commit, `refs/ratchet/changes/${changeId(onto, candidate.tree)}`)
  await using orders = heed(invocation, target, signal)
  return await heeding(orders, async () => {
    await using judge = await openJudge(invocation, { target, options, baseline: onto, observe }, orders.signal)
    // Awaited here: the judge is closed when this function returns.
    return await evaluateChange({ ...judge.ports, index: target.index }, { candidate, baseline: onto, rationale: record.made.proposal.rationale, ...madeBy(record.made.proposal), mergedFrom: record.made.commit, ...inherited(record), seed: randomInt(2 ** 47) }, orders.signal)
  })
}

/** What was said of a merged change counts by the rules of the commit that it was merged onto. */
async function weighElsewhere(invocation: Invocation, { target, options }: ApplyTask, record: ProposalRecord): Promise<ConsentWeight> {
  const { baseline } = record.made
  const { config } = await loadTargetConfig(invocation, { target, options, baseline })
  const { constitution } = await openConstitution(invocation, { workspace: target.workspace, baseline, config })
  return await weighConsent(invocation, { target, options }, { record, rule: consentRule(config), constitution: constitution?.digest ?? null })
}

/**
 * A new branch begins at the baseline, so that nothing judges the change again by what HEAD's constitution has come to forbid: then HEAD's has to be the one that it was judged by. On a
 * branch that is there, its tip is the baseline, or the change is judged again by the tip's constitution.
 */
async function refuseOtherConstitution(invocation: Invocation, { target, options, record }: ApplyTask, digest: string | null): Promise<void> {
  const head = await target.findCommit('HEAD')
  if (head === null || head.id === record.made.baseline || (await branchExists(target, options.branch))) return
  const { config } = await loadTargetConfig(invocation, { target, options, baseline: head.id })
  const { constitution } = await openConstitution(invocation, { workspace: target.workspace, baseline: head.id, config })
  if ((constitution?.digest ?? null) === digest) return
  throw new CycleError('epoch-changed', `proposal ${record.id} was judged by the constitution of ${record.made.baseline.slice(0, 10)}, and HEAD has another one today`, {
    remedy: `Apply it to the current branch (\`ratchet apply ${record.id}\`), where it is merged and judged again by today's; or rebase it onto HEAD and judge that with \`ratchet evaluate\`.`,
  })
}

/** Merged with what came since it is another change, and theirs as much as before. */
function inherited(record: ProposalRecord): { readonly authors?: { readonly from: string; readonly coAuthors: readonly string[]; readonly edit: null } } {
  const coAuthors = coAuthorsOf(record)
  return coAuthors.length === 0 ? {} : { authors: { from: record.id, coAuthors, edit: null } }
}

async function branchExists({ workspace }: OpenTarget, name: string | undefined): Promise<boolean> {
  try {
    await workspace.branch.state(name ?? null)
    return true
  } catch (error) {
    if (name !== undefined && error instanceof WorkspaceError && error.code === 'unknown-revision') return false
    throw error
  }
}

/** The application that an interrupted command had begun and opening the target has just finished: asking for it again is no mistake. */
async function finishedApplication({ settled, workspace }: OpenTarget, record: ProposalRecord, { branch }: ApplyOptions): Promise<Application | null> {
  const finished = settled.filter((one) => one.proposal === record.id && one.outcome === 'applied')
  if (finished.length === 0) return null
  const { ref } = await workspace.branch.state(branch ?? null)
  const held = finished.some((one) => one.ref === ref) ? record.applications.findLast((application) => application.ref === ref && application.status === 'applied') : undefined
  if (held === undefined) return null
  return { kind: 'applied', ref: held.ref, commit: held.commit, merged: held.expected !== record.made.baseline }
}
