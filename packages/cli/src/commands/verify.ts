import { verifyTarget } from '../compose.ts'
import { verifyTargetConsents } from '../compose-consent.ts'
import { bad, good, harmless } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

export const registerVerify: Register = (program, invocation) => {
  withTarget(program.command('verify'))
    .description('recompute every link of the journal, and every verdict from its facts')
    .action((options: TargetOptions) => verify(invocation, options))
}

async function verify(invocation: Invocation, options: TargetOptions): Promise<void> {
  const { console } = invocation
  const recorded = await verifyTarget(invocation, options)
  const consents = recorded.ok ? await verifyTargetConsents(invocation, options) : null
  const consented = consents?.ok === true ? consents.consented : 0
  const result = consents?.ok === false ? consents : recorded
  if (console.json) console.document(result.ok ? { ...result, consented } : result)
  if (result.ok) {
    console.print(`${good('intact')}  ${result.events} events, head ${result.head.hash}\n${result.decisions.recomputed} verdicts follow from their facts${result.decisions.unrecorded === 0 ? '' : `; ${result.decisions.unrecorded} were not measured, or made by other rules than these`}${consented === 0 ? '' : `\n${consented} applications rest on approvals that hold`}`)
    return
  }
  console.print(`${bad('broken')}  at event ${result.brokenAt}: ${harmless(result.detail)} [${result.problem}]`)
  invocation.setExitCode(exitCodes.failure)
}
