import { applyProposal, type ApplyOptions } from '../apply-proposal.ts'
import { openTarget } from '../compose.ts'
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
    .action((id: string, options: ApplyOptions) => apply(invocation, id, options))
}

async function apply(invocation: Invocation, id: string, options: ApplyOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'write')
  const record = await target.findProposal(id)
  using progress = createProgress(console, invocation.stderr, Date.now)
  const application = await applyProposal(invocation, { target, options, record, observe: progress.observe, automatic: null })
  progress[Symbol.dispose]()
  if (console.json) console.document({ proposal: record.id, ...application })
  if (application.kind === 'applied') {
    console.print(`${good('applied')}  ${record.id} to ${application.ref} as ${application.commit.slice(0, 10)}${application.merged ? ' (merged with what came since, and judged again)' : ''}\nundo with  ratchet revert ${record.id}`)
    return
  }
  console.print([`${bad('refused')}  ${record.id}`, ...application.reasons.map((reason) => `  - ${oneLine(reason.message)}`)].join('\n'))
  const code = application.reasons[0]?.code
  invocation.setExitCode(code === 'consent-missing' || code === 'halted' ? exitCodes.approvalRequired : exitCodes.rejected)
}
