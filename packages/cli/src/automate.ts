import { setTimeout as sleep } from 'node:timers/promises'
import type { Application, Config, EventBodies, NewEvent, ProposalRecord, Reason, RunId, RunMode } from '@ratchet/core'
import { AutonomyError } from '@ratchet/core/autonomy/autonomy-error'
import { awaitsConsent, isOffered, standingDecision } from '@ratchet/core/cycle/proposal-record'
import { consentRule } from '@ratchet/core/cycle/standing-consent'
import { Failure } from '@ratchet/core/failure/failure'
import { JournalError } from '@ratchet/core/journal/journal'
import { approvalWait, automationRules } from '@ratchet/core/target/autonomy-config'
import { applyProposal } from './apply-proposal.ts'
import { loadTargetConfig, openTarget, type OpenTarget } from './compose-target.ts'
import { describeConsent } from './compose-consent.ts'
import { haltedReason, standingOf } from './compose-orders.ts'
import { oneLine } from './console.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'

/** What became of a run's winner without anybody applying it; `left`: it waits for a person. */
export type Automation =
  | { readonly kind: 'applied'; readonly ref: string; readonly commit: string }
  | { readonly kind: 'left'; readonly outcome: EventBodies['automation-ended']['outcome']; readonly reasons: readonly Reason[] }

export interface AutomationTask {
  readonly options: TargetOptions
  readonly run: RunId
  readonly mode: Exclude<RunMode, 'propose'>
  readonly proposal: string
}

/** How often a supervised run looks whether people have answered, in ms. */
const interval = 1000
/** How long somebody else may hold the journal before the run leaves its winner to a person. */
const patience = 60_000

/**
 * Applies a run's winner as `ratchet apply` would, where the mode lets it. The target is closed meanwhile: whoever wants to answer, or to give orders, finds the journal free.
 */
export async function automate(invocation: Invocation, task: AutomationTask): Promise<Automation> {
  if (task.mode === 'autonomous') return apply(invocation, { ...task, mode: 'autonomous' })
  const deadline = await askPeople(invocation, task)
  if (typeof deadline !== 'number') return deadline
  invocation.console.note(`waiting for approvals of ${task.proposal} until ${new Date(deadline).toISOString()}: ratchet approve ${task.proposal} --reason "..."`)
  for (;;) {
    const answer = await look(invocation, task, deadline)
    if (answer === 'granted') {
      const done = await apply(invocation, task)
      if (done !== 'again') return done
    } else if (answer !== 'waiting') return leave(invocation, task, answer)
    await sleep(interval, undefined, { signal: invocation.signal })
  }
}

/** Records the question; people have nothing to answer before. */
async function askPeople(invocation: Invocation, task: AutomationTask): Promise<number | Automation> {
  return await writing(invocation, task, async ({ target, record, config }) => {
    if (!isOffered(record, config.accept.confirm) && !awaitsConsent(record, config.accept.confirm)) return { kind: 'left', outcome: 'refused', reasons: [{ code: 'not-automatic', message: 'there is nothing that could be applied' }] }
    const now = invocation.clock().getTime()
    const { timeout } = consentRule(config)
    const decidedAt = Date.parse(standingDecision(record)?.at ?? '') || now
    const deadline = Math.min(now + approvalWait(config), timeout === null ? Number.POSITIVE_INFINITY : decidedAt + timeout)
    await target.journal.append([{ kind: 'approval-requested', body: { run: task.run, proposal: task.proposal, deadline: new Date(deadline).toISOString() } }])
    return deadline
  })
}

type Left = Omit<Extract<Automation, { readonly kind: 'left' }>, 'kind'>

async function look(invocation: Invocation, { options, proposal }: AutomationTask, deadline: number): Promise<'granted' | 'waiting' | Left> {
  await using target = await openTarget(invocation, options, 'read')
  const standing = await standingOf(target)
  if (standing.state === 'stopped') return { outcome: 'halted', reasons: [haltedReason(standing)] }
  const record = await target.findProposal(proposal)
  const applied = record.applications.find(({ status }) => status === 'applied')
  if (applied !== undefined) return { outcome: 'refused', reasons: [{ code: 'no-change', message: `somebody has applied it to ${applied.ref} meanwhile` }] }
  const weight = await describeConsent(invocation, { target, options }, record)
  if (weight?.state === 'refused') return { outcome: 'refused', reasons: [{ code: 'consent-refused', message: `rejected by ${weight.answers.map(({ by }) => by.name).join(', ')}` }] }
  if (invocation.clock().getTime() > deadline) return { outcome: 'lapsed', reasons: [{ code: 'consent-missing', message: `nobody had approved it by ${new Date(deadline).toISOString()}` }] }
  return weight?.state === 'granted' && standing.state === 'going' ? 'granted' : 'waiting'
}

function apply(invocation: Invocation, task: AutomationTask & { readonly mode: 'autonomous' }): Promise<Automation>
function apply(invocation: Invocation, task: AutomationTask): Promise<Automation | 'again'>
async function apply(invocation: Invocation, task: AutomationTask): Promise<Automation | 'again'> {
  return await writing(invocation, task, async ({ target, record, config }) => {
    const { run, mode, options } = task
    const standing = await standingOf(target)
    const done: Application = standing.state !== 'going'
      ? { kind: 'refused', reasons: [haltedReason(standing)] }
      : await refusing(() => applyProposal(invocation, { target, options, record, observe: () => undefined, automatic: { run, mode, rules: automationRules(config) } }))
    if (done.kind === 'applied') return { kind: 'applied', ref: done.ref, commit: done.commit }
    const isHalted = done.reasons.some(({ code }) => code === 'halted')
    if (isHalted && mode === 'supervised' && standing.state !== 'stopped') return 'again'
    const left: Left = { outcome: isHalted ? 'halted' : 'refused', reasons: done.reasons }
    await target.journal.append([endedEvent(task, left)])
    return { kind: 'left', ...left }
  })
}

/** What ends a command of a person's with an error is here one more reason to leave it to a person: the run itself has done what it was there for. */
async function refusing(work: () => Promise<Application>): Promise<Application> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof JournalError || !(error instanceof Failure)) throw error
    const isHalt = error instanceof AutonomyError && (error.code === 'paused' || error.code === 'stopped')
    return { kind: 'refused', reasons: [{ code: isHalt ? 'halted' : 'not-automatic', message: error.message }] }
  }
}

async function leave(invocation: Invocation, task: AutomationTask, left: Left): Promise<Automation> {
  return await writing(invocation, task, async ({ target }) => {
    await target.journal.append([endedEvent(task, left)])
    return { kind: 'left', ...left }
  })
}

function endedEvent({ run, proposal }: AutomationTask, { outcome, reasons }: Left): NewEvent {
  return { kind: 'automation-ended', body: { run, proposal, outcome, reasons } }
}

interface Scene {
  readonly target: OpenTarget
  readonly record: ProposalRecord
  readonly config: Config
}

/** Somebody who answers, or gives an order, may have the journal for a moment. */
async function writing<T>(invocation: Invocation, { options, proposal }: AutomationTask, work: (scene: Scene) => Promise<T>): Promise<T> {
  const until = performance.now() + patience
  for (;;) {
    try {
      await using target = await openTarget(invocation, options, 'write')
      const record = await target.findProposal(proposal)
      const { config } = await loadTargetConfig(invocation, { target, options, baseline: record.made.baseline })
      return await work({ target, record, config })
    } catch (error) {
      if (!(error instanceof JournalError) || error.code !== 'journal-locked' || performance.now() > until) throw error
    }
    await sleep(interval / 4, undefined, { signal: invocation.signal })
  }
}

/** For a person. */
export function automationText(automation: Automation, proposal: string): string {
  if (automation.kind === 'applied') return `applied  ${proposal} to ${automation.ref} as ${automation.commit.slice(0, 10)}, by the run itself\nundo with  ratchet revert ${proposal}`
  return [`left to a person  ${proposal}`, ...automation.reasons.map(({ message }) => `  - ${oneLine(message)}`)].join('\n')
}
