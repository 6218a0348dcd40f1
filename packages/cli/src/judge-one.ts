import { randomInt } from 'node:crypto'
import type { ChangeRequest, Observe, ProposalRecord } from '@ratchet/core'
import { changeId, evaluateChange } from '@ratchet/core/cycle/evaluate-change'
import { inheritedAuthors } from '@ratchet/core/cycle/inherited-authors'
import { inheritedProposer } from '@ratchet/core/cycle/inherited-proposer'
import { foldProposals, standingDecision } from '@ratchet/core/cycle/proposal-record'
import { openJudge } from './compose.ts'
import type { OpenTarget } from './compose-target.ts'
import { heed, heeding, requireGoing, standingOf } from './compose-orders.ts'
import type { Invocation } from './invocation.ts'
import type { ModelPurse } from './model-purse.ts'
import type { TargetOptions } from './target-options.ts'

/** One change to judge: everything but the seed, which nobody may choose. */
export type OneChange = Omit<ChangeRequest, 'seed'>

/** Judges a change that is stored already through the whole gate; returns what the journal knows of it afterwards. */
export async function judgeOne(
  invocation: Invocation,
  { target, options, change, observe, purse }: { readonly target: OpenTarget; readonly options: TargetOptions; readonly change: OneChange; readonly observe: Observe; readonly purse?: ModelPurse },
  signal: AbortSignal,
): Promise<ProposalRecord> {
  requireGoing(await standingOf(target), 'nothing is evaluated')
  await using orders = heed(invocation, target, signal)
  await using judge = await openJudge(invocation, { target, options, baseline: change.baseline, observe, ...(purse === undefined ? {} : { purse }) }, orders.signal)
  const authors = change.authors ?? (await inheritedAuthors(target.index, { proposal: changeId(change.baseline, change.candidate.tree), ...change.candidate, parent: change.parent ?? null }))
  // A prune between submission and judgement has taken its name away, and what is accepted must not be lost with the next `git gc`.
  await target.workspace.candidates.keep(change.candidate.commit, `refs/ratchet/changes/${changeId(change.baseline, change.candidate.tree)}`)
  // A parent that is the baseline itself is what everybody works on.
  const maker = change.proposer === undefined ? await inheritedProposer(target.index, { ...change.candidate, parent: change.parent === change.baseline ? null : (change.parent ?? null) }) : null
  await heeding(orders, () => evaluateChange({ ...judge.ports, index: target.index }, { ...change, ...maker, ...(authors === null ? {} : { authors }), seed: randomInt(2 ** 47) }, orders.signal))
  await target.record?.attest()
  const record = await recordOf(target, changeId(change.baseline, change.candidate.tree))
  if (record === null) throw new TypeError(`the journal lost proposal ${changeId(change.baseline, change.candidate.tree)}`)
  return record
}

/** Null where the journal knows no such proposal. */
export async function recordOf({ index }: Pick<OpenTarget, 'index'>, id: string): Promise<ProposalRecord | null> {
  return (await foldProposals(index.ofProposal(id))).get(id) ?? null
}

/** Whether there is a verdict that stands: one that was broken off says nothing of the change. */
export function isDecided(record: ProposalRecord | null): boolean {
  const standing = record === null ? null : standingDecision(record)
  return standing !== null && !standing.decision.reasons.some(({ code }) => code === 'broken-off')
}
