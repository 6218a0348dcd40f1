import type { ProposalRecord, RevertedTests, RevertPorts } from '@ratchet/core'
import { revertChanges } from '@ratchet/core/cycle/revert-change'
import { openJudge } from '../compose.ts'
import { openTarget, type OpenTarget } from '../compose-target.ts'
import { effectGate, heed, heeding, requireGoing, standingOf } from '../compose-orders.ts'
import { bad, good, oneLine } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { createProgress, type Progress } from '../rendering/progress.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

interface RevertOptions extends TargetOptions {
  readonly reason?: string
  readonly tests: boolean
  readonly despiteStop: boolean
}

export const registerRevert: Register = (program, invocation) => {
  withTarget(program.command('revert'))
    .description('make the commits that undo applied proposals, all of them or none')
    .argument('<ids...>', 'the proposals; the first characters of each are enough')
    .option('--without-tests', 'do not run the tests where later changes came on top', false)
    .option('--reason <text>', 'why; it is recorded, and `ratchet metrics` counts by it')
    .option('--despite-stop', 'also while a `ratchet stop` stands', false)
    .action((ids: readonly string[], { withoutTests, ...options }: Omit<RevertOptions, 'tests'> & { readonly withoutTests: boolean }) => revert(invocation, ids, { ...options, tests: !withoutTests }))
}

const said: Readonly<Record<RevertedTests, string>> = { 'passed': ', tests pass', 'failing-before': '; tests fail as before', 'not-run': '' }

async function revert(invocation: Invocation, ids: readonly string[], options: RevertOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'write')
  const standing = await standingOf(target)
  if (standing.state === 'stopped' && !options.despiteStop) requireGoing(standing, 'nothing is reverted without --despite-stop')
  const records: ProposalRecord[] = []
  for (const id of ids) records.push(await target.findProposal(id))
  const { revisions, branch } = target.workspace
  const examine = options.tests ? examineWith(invocation, target, options) : null
  // A pause never bars the way out of trouble.
  const gate = effectGate(target, invocation.signal, options.despiteStop ? ['paused', 'stopped'] : ['paused'])
  const reversion = await revertChanges({ journal: target.journal, revisions, branch, clock: invocation.clock, examine, gate, ...(options.reason === undefined ? {} : { reason: options.reason }) }, records, invocation.signal)
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
    if (options.despiteStop) return await examineIn(invocation, { target, options, commit, progress }, signal)
    await using orders = heed(invocation, target)
    return await heeding(orders, () => examineIn(invocation, { target, options, commit, progress }, orders.signal))
  }
}

async function examineIn(invocation: Invocation, { target, options, commit, progress }: { readonly target: OpenTarget; readonly options: TargetOptions; readonly commit: string; readonly progress: Progress }, signal: AbortSignal): ReturnType<NonNullable<RevertPorts['examine']>> {
  await using judge = await openJudge(invocation, { target, options, baseline: commit, observe: progress.observe }, signal)
  return await judge.ports.evaluator.examineBaseline(commit, signal)
}
