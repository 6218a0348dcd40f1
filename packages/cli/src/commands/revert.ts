import { revertChange } from '@ratchet/core'
import { openTarget } from '../compose.ts'
import { bad, good, oneLine } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

export const registerRevert: Register = (program, invocation) => {
  withTarget(program.command('revert'))
    .description('make the commit that undoes an applied proposal')
    .argument('<id>', 'the proposal; the first characters are enough')
    .action((id: string, options: TargetOptions) => revert(invocation, id, options))
}

async function revert(invocation: Invocation, id: string, options: TargetOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'write')
  const record = await target.findProposal(id)
  const { revisions, branch } = target.workspace
  const reversion = await revertChange({ journal: target.journal, revisions, branch, clock: invocation.clock }, record)
  if (console.json) console.document({ proposal: record.id, ...reversion })
  if (reversion.kind === 'reverted') {
    console.print(`${good('reverted')}  ${record.id} on ${reversion.ref} by ${reversion.commit.slice(0, 10)}`)
    return
  }
  console.print([`${bad('refused')}  ${record.id}`, ...reversion.reasons.map((reason) => `  - ${oneLine(reason.message)}`)].join('\n'))
  invocation.setExitCode(exitCodes.rejected)
}
