import type { Application, ProposalRecord } from '@ratchet/core'
import { applyProposal, type ApplyOptions } from '../apply-proposal.ts'
import { openTarget, type OpenTarget } from '../compose-target.ts'
import { openCommitSigner } from '../compose-signing.ts'
import { bad, good, oneLine } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { createProgress } from '../rendering/progress.ts'
import { withTarget } from '../target-options.ts'
import type { Register } from './register-commands.ts'

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
  const application = await applyProposal(invocation, { target, options, record, observe: progress.observe, automatic: null, sign: signer === null ? null : (payload) => {
    signedBy = signer.key.keyId
    return signer.sign(payload, signal)
  } })
  progress[Symbol.dispose]()
  const attestation = await attestApplication(target, record, application)
  if (console.json) console.document({ proposal: record.id, ...application, attestation, signedBy })
  if (application.kind === 'applied') {
    if (signer !== null && signedBy === null) console.note('note: an interrupted command had made this commit; it stays as it is, and was not signed')
    console.print(`${good('applied')}  ${record.id} to ${application.ref} as ${application.commit.slice(0, 10)}${application.merged ? ' (merged with what came since, and judged again)' : ''}${signedBy === null ? '' : `, signed by ${signedBy}`}\nundo with  ratchet revert ${record.id}`)
    return
  }
  console.print([`${bad('refused')}  ${record.id}`, ...application.reasons.map((reason) => `  - ${oneLine(reason.message)}`)].join('\n'))
  const code = application.reasons[0]?.code
  invocation.setExitCode(code === 'consent-missing' || code === 'halted' ? exitCodes.approvalRequired : exitCodes.rejected)
}

/** Null where nothing was applied, or it could not be attested yet. */
async function attestApplication(target: OpenTarget, { id }: ProposalRecord, application: Application): Promise<string | null> {
  if (application.kind !== 'applied') return null
  await target.record?.attest()
  const { attestations } = await target.findProposal(id)
  return attestations.findLast(({ commit }) => commit === application.commit)?.attestation ?? null
}
