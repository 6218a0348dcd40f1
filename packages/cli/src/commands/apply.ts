import { randomInt } from 'node:crypto'
import { applyChange, changeId, consentRule, CycleError, evaluateChange, WorkspaceError, type Application, type ProposalRecord } from '@ratchet/core'
import { currentVersion, loadTargetConfig, openJudge, openTarget, type OpenTarget } from '../compose.ts'
import { openCommitSigner } from '../compose-signing.ts'
import { openConstitution } from '../compose-constitution.ts'
import { weighConsent } from '../compose-consent.ts'
import { bad, good, oneLine } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { createProgress } from '../rendering/progress.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

interface ApplyOptions extends TargetOptions {
  readonly branch?: string
  readonly sign?: boolean
  readonly signingKey?: string
}

export const registerApply: Register = (program, invocation) => {
  withTarget(program.command('apply'))
    .description('make a proven proposal a commit on the branch')
    .argument('<id>', 'the proposal; the first characters are enough')
    .option('--branch <name>', 'apply to this branch, made from the baseline if it does not exist (default: the current branch)')
    .option('--sign', 'sign the commit with your SSH key, the one that git signs with (gpg.format=ssh, user.signingKey)')
    .option('--signing-key <file>', 'sign it with this SSH key')
    .action((id: string, options: ApplyOptions) => apply(invocation, id, options))
}

async function apply(invocation: Invocation, id: string, options: ApplyOptions): Promise<void> {
  const { console, signal } = invocation
  await using target = await openTarget(invocation, options, 'write')
  const record = await target.findProposal(id)
  // Before anything is judged again, which may take long.
  const signer = options.sign === true || options.signingKey !== undefined ? await openCommitSigner(invocation, target.workspace.root, options.signingKey) : null
  let signedBy: string | null = null
  using progress = createProgress(console, invocation.stderr, Date.now)
  const { config } = await loadTargetConfig(invocation, { target, options, baseline: record.made.baseline })
  const requireConfirmation = config.accept.confirm
  const { constitution } = await openConstitution(invocation, { workspace: target.workspace, baseline: record.made.baseline, config, pins: true })
  await refuseOtherConstitution(invocation, { target, options }, { record, digest: constitution?.digest ?? null })
  const evaluatorVersion = await currentVersion(invocation, { target, options, baseline: record.made.baseline })
  const application = (await finishedApplication(target, record, options)) ?? await applyChange(
    {
      journal: target.journal,
      revisions: target.workspace.revisions,
      branch: target.workspace.branch,
      clock: invocation.clock,
      sign: signer === null ? null : (payload) => {
        signedBy = signer.key.keyId
        return signer.sign(payload, signal)
      },
      consent: (asked) => weighConsent(invocation, { target, options }, { record: asked, rule: consentRule(config), constitution: constitution?.digest ?? null }),
      judge: async (candidate, baseline, judgeSignal) => {
        console.note(`the branch has moved since: judging the change again on ${baseline.slice(0, 10)}`)
        // It may be approved and applied by itself, long after this command.
        await target.workspace.candidates.keep(candidate.commit, `refs/ratchet/changes/${changeId(baseline, candidate.tree)}`)
        await using judge = await openJudge(invocation, { target, options, baseline, observe: progress.observe }, judgeSignal)
        // Awaited here: the judge is closed when this function returns.
        return await evaluateChange({ ...judge.ports, index: target.index }, { candidate, baseline, rationale: record.made.proposal.rationale, seed: randomInt(2 ** 47) }, judgeSignal)
      },
    },
    { record, branchName: options.branch ?? null, requireConfirmation, evaluatorVersion, constitution: constitution?.digest ?? null },
    signal,
  )
  progress[Symbol.dispose]()
  const attestation = await attestApplication(target, record, application)
  if (console.json) console.document({ proposal: record.id, ...application, attestation, signedBy })
  if (application.kind === 'applied') {
    if (signer !== null && signedBy === null) console.note('note: an interrupted command had made this commit; it stays as it is, and was not signed')
    console.print(`${good('applied')}  ${record.id} to ${application.ref} as ${application.commit.slice(0, 10)}${application.merged ? ' (merged with what came since, and judged again)' : ''}${signedBy === null ? '' : `, signed by ${signedBy}`}\nundo with  ratchet revert ${record.id}`)
    return
  }
  console.print([`${bad('refused')}  ${record.id}`, ...application.reasons.map((reason) => `  - ${oneLine(reason.message)}`)].join('\n'))
  invocation.setExitCode(application.reasons[0]?.code === 'consent-missing' ? exitCodes.approvalRequired : exitCodes.rejected)
}

/** Null where nothing was applied, or it could not be attested yet. */
async function attestApplication(target: OpenTarget, { id }: ProposalRecord, application: Application): Promise<string | null> {
  if (application.kind !== 'applied') return null
  await target.record?.attest()
  const { attestations } = await target.findProposal(id)
  return attestations.findLast(({ commit }) => commit === application.commit)?.attestation ?? null
}

/**
 * A new branch begins at the baseline, so that nothing judges the change again by what HEAD's constitution has come to forbid: then HEAD's has to be the one that it was judged by. On a
 * branch that is there, its tip is the baseline, or the change is judged again by the tip's constitution.
 */
async function refuseOtherConstitution(invocation: Invocation, { target, options }: { readonly target: OpenTarget; readonly options: ApplyOptions }, { record, digest }: { readonly record: ProposalRecord; readonly digest: string | null }): Promise<void> {
  const head = await target.findCommit('HEAD')
  if (head === null || head.id === record.made.baseline || (await branchExists(target, options.branch))) return
  const { config } = await loadTargetConfig(invocation, { target, options, baseline: head.id })
  const { constitution } = await openConstitution(invocation, { workspace: target.workspace, baseline: head.id, config })
  if ((constitution?.digest ?? null) === digest) return
  throw new CycleError('epoch-changed', `proposal ${record.id} was judged by the constitution of ${record.made.baseline.slice(0, 10)}, and HEAD has another one today`, {
    remedy: `Apply it to the current branch (\`ratchet apply ${record.id}\`), where it is merged and judged again by today's; or rebase it onto HEAD and judge that with \`ratchet evaluate\`.`,
  })
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
