import { verifyTarget, type VerifyOptions } from '../compose-record.ts'
import { verifyTargetCommits } from '../compose-attestation.ts'
import { verifyTargetAutomation } from '../compose-autonomy.ts'
import { verifyTargetConsents } from '../compose-consent.ts'
import { bad, faint, good, harmless, unsure } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget } from '../target-options.ts'
import type { Register } from './register-commands.ts'

export const registerVerify: Register = (program, invocation) => {
  withTarget(program.command('verify'))
    .description('recompute every link of the journal, every verdict from its facts, every attestation, and the root, tiles and signatures of its log')
    .option('--checkpoint <file>', 'a checkpoint that was kept: the journal must begin with what it was signed for; may be given more than once', (file: string, before: readonly string[] = []) => [...before, file])
    .option('--attestation <file>', 'an attestation that was kept: it must be what the record makes of it, byte for byte; may be given more than once', (file: string, before: readonly string[] = []) => [...before, file])
    .option('--for <commit>', 'the commit that the given attestation must be for')
    .option('--key <key>', 'a public key that is trusted, or a file with one (default: the one that the journal names)')
    .action((options: VerifyOptions) => verify(invocation, options))
}

type Result = Awaited<ReturnType<typeof verifyTarget>>

async function verify(invocation: Invocation, options: VerifyOptions): Promise<void> {
  const { console } = invocation
  const recorded = await verifyTarget(invocation, options)
  const consents = recorded.ok ? await verifyTargetConsents(invocation, options) : null
  const automation = consents?.ok === true ? await verifyTargetAutomation(invocation, options) : null
  const commits = recorded.ok && automation?.ok === true ? await verifyTargetCommits(invocation, options, recorded.attestations.held) : null
  if (recorded.ok && consents?.ok === true && automation?.ok === true && commits === null) {
    const { consented } = consents
    const { automatic } = automation
    if (console.json) console.document({ ...recorded, consented, automatic })
    console.print(`${render(recorded, options)}${consented === 0 ? '' : `\n${consented} applications rest on approvals that hold`}${automatic === 0 ? '' : `\n${automatic} were made by runs, within mode, constitution, breaker and limit`}`)
    return
  }
  const broken = commits ?? (consents?.ok === false ? consents : automation?.ok === false ? automation : recorded)
  if (console.json) console.document(broken)
  if (!broken.ok) console.print(`${bad('broken')}  at event ${broken.brokenAt}: ${harmless(broken.detail)} [${broken.problem}]`)
  invocation.setExitCode(exitCodes.failure)
}

function render({ events, head, decisions, modelCalls, transcripts, log, attestations, pruned }: Extract<Result, { readonly ok: true }>, { key }: VerifyOptions): string {
  const { recomputed, unrecorded } = decisions
  const lines = [
    `${good('intact')}  ${events} events, head ${head.hash}`,
    `${recomputed} verdicts follow from their facts${unrecorded === 0 ? '' : `; ${unrecorded} were not measured, or made by other rules than these`}`,
    ...(modelCalls === 0 ? [] : [`${modelCalls} calls of models were charged as their usage and price say, within their budgets`]),
    ...(transcripts === null || transcripts.read === 0 ? [] : [`${transcripts.read} transcripts are what was asked and answered, and what proposals and rules in words rest on`]),
    ...(transcripts === null || transcripts.missing === 0 ? [] : [unsure(`${transcripts.missing} transcripts are gone: what those calls said cannot be shown any more`)]),
    `root ${log.root}${log.kept === 0 ? '' : `, which ${log.kept} checkpoint${log.kept === 1 ? '' : 's'} kept elsewhere agree${log.kept === 1 ? 's' : ''} with`}`,
    log.signed === null ? 'not signed: the next command that writes signs it' : `signed up to event ${log.signed} by ${log.signer ?? ''}${key === undefined ? faint(' (named by the journal itself: --key checks whose it is)') : ''}`,
  ]
  if (pruned.prunes > 0) lines.push(`${pruned.prunes} ${pruned.prunes === 1 ? 'prune' : 'prunes'} kept to the rule: candidates of ${pruned.runs} runs and ${pruned.proposals} single changes are given up, every fact about them is here`)
  lines.push(...attestationLines(attestations))
  const orphan = log.keys.slice(1).find(({ isEndorsed }) => !isEndorsed)
  if (orphan !== undefined) lines.push(`the key before did not vouch for the one of event ${orphan.sequence}`)
  if (log.foreign.length > 0) lines.push(`checkpoints of other journals: ${log.foreign.join(', ')}`)
  return lines.join('\n')
}

function attestationLines({ held, lost, due, foreign }: Extract<Result, { readonly ok: true }>['attestations']): readonly string[] {
  const given = held.filter(({ places }) => places.includes('given'))
  return [
    ...given.map(({ attestation, kind, commit, proposal }) => `attested: ${kind === 'verdict' ? 'accepted' : 'applied as'} ${commit}, proposal ${proposal} ${faint(attestation.slice(0, 16))}`),
    ...(held.length === 0 ? [] : [`${held.length} attestation${held.length === 1 ? ' is' : 's are'} what the record makes of ${held.length === 1 ? 'it' : 'them'}`]),
    ...(lost.length === 0 ? [] : [unsure(`${lost.length} attestations are gone that were written; the next command that writes makes them again, if the key is there`)]),
    ...(due === 0 ? [] : [`${due} verdicts or applications are not attested yet`]),
    ...(foreign.length === 0 ? [] : [`attestations of other journals: ${[...new Set(foreign)].join(', ')}`]),
  ]
}
