import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CycleEvent, ObjectId, ProposalRecord, Submission, SubmissionLimits, SubmissionProblem, SubmissionWork } from '@ratchet/core'
import { explainConstitution } from '@ratchet/core/constitution/explain-constitution'
import { proposerDocument } from '@ratchet/core/cycle/proposer-document'
import { refusePrunedProposal } from '@ratchet/core/cycle/refuse-pruned'
import { rationaleOf, storePatch } from '@ratchet/core/cycle/store-patch'
import { Failure } from '@ratchet/core/failure/failure'
import { JournalError } from '@ratchet/core/journal/journal'
import { encodePatch } from '@ratchet/core/proposal/check-patch'
import { SubmissionDesk } from '@ratchet/core/submission/submission-desk'
import { loadTargetConfig, openTarget, type OpenTarget } from '../compose-target.ts'
import { openConstitution } from '../compose-constitution.ts'
import type { Invocation } from '../invocation.ts'
import { isDecided, judgeOne, recordOf, type OneChange } from '../judge-one.ts'
import { ModelPurse } from '../model-purse.ts'
import type { TargetOptions } from '../target-options.ts'
import { observeHead, type Look, type ObservedHeads } from './observe-head.ts'
import type { Answer, ListedProposal, ProposalStand, ProposerDesk } from './proposer-desk.ts'

export interface DeskOptions {
  readonly target: TargetOptions
  readonly limits: SubmissionLimits
}

const diffLimit = 64 * 1024
/** How often it is asked whether another command still holds the journal. Milliseconds. */
const lockPause = 1_000

/**
 * A desk on a target. The journal is held while a proposal is judged, and only then: other commands work beside it. Looking is done one call after the other, however many are asked at once.
 */
export function openProposerDesk(invocation: Invocation, { target: options, limits }: DeskOptions): ProposerDesk {
  const desk = new SubmissionDesk(limits)
  const look = oneAtATime(async <T>(use: (target: OpenTarget) => Promise<T>): Promise<T> => {
    await using target = await openTarget(invocation, options, 'read')
    return await use(target)
  })
  const observed: ObservedHeads = new Map()
  // Limits hold for the server, not for a connection or a submission.
  const purse = new ModelPurse()
  /** What was kept already is not kept twice, and may be asked for however full it is. */
  const kept = new Set<string>()
  const standOf = async (id: string): Promise<ProposalStand> => stand(id, desk.find(id), await look((target) => recordOf(target, id)))
  return {
    submit: (patch) =>
      answered(() =>
        look(async (target) => {
          const origin = await originOf(target, patch.parent)
          if ('refused' in origin) return { kind: 'refused', problem: origin.refused }
          const { base, baseline } = origin
          const diff = encodePatch(patch.patch)
          const name = createHash('sha256').update(base).update('\0').update(diff).digest('hex')
          // A patch that would not be judged anyway must leave nothing in the repository.
          const full = kept.has(name) ? null : desk.refusal()
          if (full !== null) return { kind: 'refused', problem: full }
          const stored = await storePatch(target.workspace.candidates, { base, baseline, diff })
          if ('refused' in stored) return { kind: 'refused', problem: stored.refused }
          kept.add(name)
          const known = await recordOf(target, stored.id)
          if (known !== null && isDecided(known) && desk.find(stored.id)?.state !== 'running') return { kind: 'answer', value: await judgedStand(target, stored.id, known) }
          const change: OneChange = { candidate: stored.candidate, baseline, parent: base, rationale: rationaleOf(patch.rationale), proposer: 'agent' }
          const accepted = desk.submit(stored.id, judging(invocation, options, { change, purse }))
          return accepted.kind === 'refused' ? accepted : { kind: 'answer', value: stand(stored.id, accepted.submission, known) }
        }),
      ),
    verdict: (name, { waitMs, onChange }, signal) =>
      answered(async () => {
        const id = desk.find(name) === null ? await look(async (target) => (await target.findProposal(name)).id) : name
        await desk.wait(id, { waitMs, onChange: ({ steps, state, stage }) => onChange({ steps, message: stage === '' ? state : stage }) }, signal)
        return { kind: 'answer', value: await standOf(id) }
      }),
    cancel: (name) =>
      answered(async () => {
        if (!desk.cancel(name)) return { kind: 'refused', problem: { code: 'not-open', message: `nothing is open under ${JSON.stringify(name)}`, remedy: 'Only what was submitted here and has no verdict yet can be cancelled, by its whole id.' } }
        // When the answer comes, every process of it is dead.
        await desk.wait(name, { waitMs: 60_000, onChange: () => undefined }, invocation.signal)
        return { kind: 'answer', value: await standOf(name) }
      }),
    list: ({ limit, skip }) => look((target) => listProposals(target, { limit, skip })),
    show: (name, { diff }) =>
      answered(() =>
        look(async (target) => {
          const record = await target.findProposal(name)
          return { kind: 'answer', value: { proposal: proposerDocument(record), diff: diff ? await diffOf(target, record) : null } }
        }),
      ),
    rules: () => look((target) => describeRules(invocation, options, { target, left: desk.left, limits })),
    opportunities: (page, watch, signal) => answered(() => observeHead({ invocation, options, desk, look, observed }, { ...page, ...watch }, signal)),
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  }
}

/** The ref keeps the commit that was judged, not the one that was brought now. */
async function judgedStand(target: OpenTarget, id: string, known: ProposalRecord): Promise<ProposalStand> {
  await target.workspace.candidates.keep(known.made.commit, `refs/ratchet/changes/${id}`)
  return stand(id, null, known)
}

async function diffOf(target: OpenTarget, record: ProposalRecord): Promise<{ readonly text: string; readonly cut: boolean }> {
  await refusePrunedProposal(target.index, record)
  const text = await target.workspace.revisions.diff(record.made.baseline, record.made.commit)
  return { text: text.slice(0, diffLimit).toWellFormed(), cut: text.length > diffLimit }
}

/** A failure of a known kind is an answer to whoever asked; of others they learn only that there was one. */
async function answered<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Failure) return { kind: 'refused', problem: { code: error.code, message: error.message, remedy: error.remedy ?? null } }
    throw error
  }
}

function oneAtATime(look: Look): Look {
  let last: Promise<unknown> = Promise.resolve()
  return (use) => {
    const mine = last.then(() => look(use))
    // The next one does not care how this one ended; whoever asked for it does.
    last = mine.catch(() => undefined)
    return mine
  }
}

interface Origin {
  readonly base: ObjectId
  readonly baseline: ObjectId
}

/** Only what is judged as HEAD is now: a parent of an earlier HEAD would be judged by the configuration and the constitution of then, and whoever chooses it would choose their judges. */
async function originOf(target: OpenTarget, parent: string | undefined): Promise<Origin | { readonly refused: SubmissionProblem }> {
  const { id } = await target.workspace.revisions.commit('HEAD')
  if (parent === undefined) return { base: id, baseline: id }
  const record = await target.findProposal(parent)
  await refusePrunedProposal(target.index, record)
  const { made } = record
  if (made.baseline === id) return { base: made.commit, baseline: id }
  return { refused: { code: 'old-baseline', message: `proposal ${made.proposal.id} was made for ${made.baseline.slice(0, 10)}, and HEAD is ${id.slice(0, 10)} by now`, remedy: 'Make its idea again as a patch against HEAD.' } }
}

function judging(invocation: Invocation, options: TargetOptions, { change, purse }: { readonly change: OneChange; readonly purse: ModelPurse }): SubmissionWork {
  return async (note, signal) => {
    const own: Invocation = { ...invocation, signal, get stdin() { return invocation.stdin } }
    await using target = await openWhenFree(own, { options, note })
    await judgeOne(own, { target, options, change, purse, observe: (event) => note(stageText(event)) }, signal).catch((error: unknown) => {
      if (!signal.aborted) invocation.console.note(`an evaluation failed: ${String(error)}`)
      throw error
    })
  }
}

/** A search may hold the journal for hours: what waits for it meanwhile is queued all the same. */
async function openWhenFree(invocation: Invocation, { options, note }: { readonly options: TargetOptions; readonly note: (stage: string) => void }): Promise<OpenTarget> {
  for (;;) {
    try {
      invocation.signal.throwIfAborted()
      return await openTarget(invocation, options, 'write')
    } catch (error) {
      if (!(error instanceof JournalError && error.code === 'journal-locked')) throw error
      note('waiting for another command that writes to the journal')
      await sleep(lockPause, undefined, { signal: invocation.signal })
    }
  }
}

function stageText(event: CycleEvent): string {
  if (event.kind !== 'stage') return event.kind
  return event.stage.stage === 'metric' ? `measuring ${event.stage.metric}, pair ${event.stage.pairs}` : event.stage.stage
}

function stand(id: string, submission: Submission | null, record: ProposalRecord | null): ProposalStand {
  const proposal = record === null ? null : proposerDocument(record)
  const { before, stage, problem } = submission ?? { before: 0, stage: '', problem: null }
  return { id, state: stateOf(submission, record), before, stage, problem, proposal }
}

function stateOf(submission: Submission | null, record: ProposalRecord | null): ProposalStand['state'] {
  if (submission !== null) {
    switch (submission.state) {
      case 'queued':
      case 'cancelled':
      case 'failed':
        return submission.state
      case 'running':
        return 'judging'
      case 'settled':
        return 'decided'
    }
  }
  if (record === null) return 'unknown'
  return isDecided(record) ? 'decided' : 'cancelled'
}

async function listProposals(target: OpenTarget, { limit, skip }: { readonly limit: number; readonly skip: number }): Promise<{ readonly total: number; readonly proposals: readonly ListedProposal[] }> {
  // A change that came again as another commit was made twice.
  const made = new Set<string>()
  for await (const event of target.index.ofKinds(['proposal-made'])) if (event.kind === 'proposal-made') made.add(event.body.proposal.id)
  const ids = [...made]
  const proposals: ListedProposal[] = []
  for (const id of ids.toReversed().slice(skip, skip + limit)) {
    const record = await recordOf(target, id)
    if (record === null) continue
    const { verdict, proposer, rationale, baseline, parent, applied, reasons } = proposerDocument(record)
    proposals.push({ id, verdict, reason: reasons[0]?.message ?? null, proposer, rationale, baseline, parent, applied })
  }
  return { total: ids.length, proposals }
}

/** The rules in words, and what a proposal is held to. Test commands are not among it: some are held out. */
async function describeRules(invocation: Invocation, options: TargetOptions, { target, left, limits }: { readonly target: OpenTarget; readonly left: number; readonly limits: SubmissionLimits }): Promise<object> {
  const baseline = (await target.workspace.revisions.commit('HEAD')).id
  const { config } = await loadTargetConfig(invocation, { target, options, baseline })
  const { constitution } = await openConstitution(invocation, { workspace: target.workspace, baseline, config })
  return {
    baseline,
    constitution: constitution === null ? null : explainConstitution(constitution),
    edit: config.target.edit,
    protect: config.target.protect,
    goal: config.search.goal,
    metrics: Object.entries(config.metrics).map(([name, { measure, goal, role, minimumEffect, margin }]) => ({ name, measure, goal, role, minimumEffect, margin })),
    always: [
      'A change is judged against the baseline: its tests, oracle, benchmarks, configuration and lockfiles always come from there.',
      'A file outside `edit`, or one that is protected, makes a verdict ask a person; the configuration and the constitution are never changed.',
      'Nobody here can approve, apply or revert anything: that is for people, at the command line.',
    ],
    submissions: { left, open: limits.open },
  }
}
