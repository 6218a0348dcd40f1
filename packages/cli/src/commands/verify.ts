import { verifyTarget, type VerifyOptions } from '../compose.ts'
import { verifyTargetConsents } from '../compose-consent.ts'
import { bad, faint, good, harmless } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget } from '../target-options.ts'
import type { Register } from './register-commands.ts'

export const registerVerify: Register = (program, invocation) => {
  withTarget(program.command('verify'))
    .description('recompute every link of the journal, every verdict from its facts, and the root, tiles and signatures of its log')
    .option('--checkpoint <file>', 'a checkpoint that was kept: the journal must begin with what it was signed for; may be given more than once', (file: string, before: readonly string[] = []) => [...before, file])
    .option('--key <key>', 'a public key that is trusted, or a file with one (default: the one that the journal names)')
    .action((options: VerifyOptions) => verify(invocation, options))
}

type Result = Awaited<ReturnType<typeof verifyTarget>>

async function verify(invocation: Invocation, options: VerifyOptions): Promise<void> {
  const { console } = invocation
  const recorded = await verifyTarget(invocation, options)
  const consents = recorded.ok ? await verifyTargetConsents(invocation, options) : null
  if (recorded.ok && consents?.ok === true) {
    const { consented } = consents
    if (console.json) console.document({ ...recorded, consented })
    console.print(`${render(recorded, options)}${consented === 0 ? '' : `\n${consented} applications rest on approvals that hold`}`)
    return
  }
  const broken = consents?.ok === false ? consents : recorded
  if (console.json) console.document(broken)
  if (!broken.ok) console.print(`${bad('broken')}  at event ${broken.brokenAt}: ${harmless(broken.detail)} [${broken.problem}]`)
  invocation.setExitCode(exitCodes.failure)
}

function render({ events, head, decisions, modelCalls, log }: Extract<Result, { readonly ok: true }>, { key }: VerifyOptions): string {
  const { recomputed, unrecorded } = decisions
  const lines = [
    `${good('intact')}  ${events} events, head ${head.hash}`,
    `${recomputed} verdicts follow from their facts${unrecorded === 0 ? '' : `; ${unrecorded} were not measured, or made by other rules than these`}`,
    ...(modelCalls === 0 ? [] : [`${modelCalls} calls of models were charged as their usage and price say, within their budgets`]),
    `root ${log.root}${log.kept === 0 ? '' : `, which ${log.kept} checkpoint${log.kept === 1 ? '' : 's'} kept elsewhere agree${log.kept === 1 ? 's' : ''} with`}`,
    log.signed === null ? 'not signed: the next command that writes signs it' : `signed up to event ${log.signed} by ${log.signer ?? ''}${key === undefined ? faint(' (named by the journal itself: --key checks whose it is)') : ''}`,
  ]
  const orphan = log.keys.slice(1).find(({ isEndorsed }) => !isEndorsed)
  if (orphan !== undefined) lines.push(`the key before did not vouch for the one of event ${orphan.sequence}`)
  if (log.foreign.length > 0) lines.push(`checkpoints of other journals: ${log.foreign.join(', ')}`)
  return lines.join('\n')
}
