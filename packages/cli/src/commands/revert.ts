import { revertChanges, type ProposalRecord, type RevertedTests, type RevertPorts } from '@ratchet/core'
import { openJudge, openTarget, type OpenTarget } from '../compose.ts'
import { bad, good, oneLine } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { createProgress } from '../rendering/progress.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

interface RevertOptions extends TargetOptions {
  readonly reason?: string
  readonly tests: boolean
}

export const registerRevert: Register = (program, invocation) => {
  withTarget(program.command('revert'))
    .description('make the commits that undo applied proposals, all of them or none')
    .argument('<ids...>', 'the proposals; the first characters of each are enough')
    .option('--without-tests', 'do not run the tests where later changes came on top', false)
    .option('--reason <text>', 'why; it is recorded, and `ratchet metrics` counts by it')
    .action((ids: readonly string[], { withoutTests, ...options }: TargetOptions & { readonly withoutTests: boolean; readonly reason?: string }) => revert(invocation, ids, { ...options, tests: !withoutTests }))
}

const said: Readonly<Record<RevertedTests, string>> = { 'passed': ', tests pass', 'failing-before': '; tests fail as before', 'not-run': '' }

async function revert(invocation: Invocation, ids: readonly string[], options: RevertOptions): Promise<void> {
  const { console, signal } = invocation
  await using target = await openTarget(invocation, options, 'write')
  const records: ProposalRecord[] = []
  for (const id of ids) records.push(await target.findProposal(id))
  const { revisions, branch } = target.workspace
  const examine = options.tests ? examineWith(invocation, target, options) : null
  const reversion = await revertChanges({ journal: target.journal, revisions, branch, clock: invocation.clock, examine, ...(options.reason === undefined ? {} : { reason: options.reason }) }, records, signal)
  const names = [...new Set(records.map(({ id }) => id))]
  if (console.json) console.document({ proposal: names[0], proposals: names, ...reversion })
  if (reversion.kind === 'reverted') {
    console.print(`${good('reverted')}  ${names.join(', ')} on ${reversion.ref} by ${reversion.commit.slice(0, 10)}${said[reversion.tests]}`)
    return
  }
  const isBroken = reversion.reasons.some(({ code }) => code === 'build-failed' || code === 'tests-failed')
  console.print([`${bad('refused')}  ${names.join(', ')}`, ...reversion.reasons.map((reason) => `  - ${oneLine(reason.message)}`), ...(isBroken ? ['undo it all the same with  ratchet revert --without-tests'] : [])].join('\n'))
  invocation.setExitCode(exitCodes.rejected)
}

/** Opened only where a merge has to be tested: a plain revert needs no sandbox. */
function examineWith(invocation: Invocation, target: OpenTarget, options: RevertOptions): NonNullable<RevertPorts['examine']> {
  return async (commit, signal) => {
    invocation.console.note(`later changes came on top: running the tests on ${commit.slice(0, 10)}`)
    using progress = createProgress(invocation.console, invocation.stderr, Date.now)
    await using judge = await openJudge(invocation, { target, options, baseline: commit, observe: progress.observe }, signal)
    return await judge.ports.evaluator.examineBaseline(commit, signal)
  }
}
