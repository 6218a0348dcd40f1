import type { Variant } from '../archive/archive.ts'
import type { RunPorts } from './cycle-ports.ts'
import { judgeChange } from './judge-change.ts'
import { flatHunks, storeFlat, wholeOf } from './minimise-winner.ts'
import { readProposal } from './read-proposal.ts'
import { isCompleteRepair, type MadeProposal, type RunState } from './run-state.ts'
import type { SettleContext } from './settle-winner.ts'

/** Hunks looked at; a repair of more keeps the rest as it is. */
const trialLimit = 12

/** A repair as one proposal on the baseline, without the hunks that it does not need: the smaller of two patches is the likelier to be right. */
export async function minimiseRepair(ports: RunPorts, context: SettleContext & { readonly variant: Variant }, signal: AbortSignal): Promise<MadeProposal> {
  const { state, readSources } = context
  const whole = await wholeOf(ports, context.variant)
  const before = await readSources(state.started.baseline)
  let kept = flatHunks(before, await readSources(whole.commit))
  const parts = [...new Set(kept.map((edit) => edit.part))]
  let offered = whole.proposal.parent === state.started.baseline ? whole : await storeFlat(ports, { ...context, whole, before, edits: kept }, signal)
  for (const [index, part] of parts.slice(0, trialLimit).entries()) {
    const rest = kept.filter((edit) => edit.part !== part)
    if (rest.length === 0) break
    const reduced = await storeFlat(ports, { ...context, whole, before, edits: rest }, signal)
    if (!(await repairsAll(ports, { ...context, whole, reduced, trial: index + 1 }, signal))) continue
    kept = rest
    offered = reduced
  }
  return offered
}

async function repairsAll(ports: RunPorts, { state, record, whole, reduced, trial }: SettleContext & { readonly whole: MadeProposal; readonly reduced: MadeProposal; readonly trial: number }, signal: AbortSignal): Promise<boolean> {
  const known = state.decision(whole.proposal.id, 'minimise', trial)
  if (known !== undefined) return isCompleteRepair(known)
  ports.observe({ kind: 'settling', proposal: reduced.proposal, action: 'minimise' })
  const { decision, events } = await judgeChange(ports, await repairRequest(ports, state, { proposal: whole, candidate: reduced, purpose: 'minimise', trial }), signal)
  await record(events)
  return isCompleteRepair(decision)
}

/** A judgement of a repair: against the baseline, without metrics. */
export async function repairRequest(ports: RunPorts, state: RunState, { proposal, candidate, purpose, trial }: { readonly proposal: MadeProposal; readonly candidate: MadeProposal; readonly purpose: 'minimise' | 'confirm'; readonly trial: number }): Promise<Parameters<typeof judgeChange>[1]> {
  const { screening } = await readProposal(ports.index, candidate.proposal.id)
  const { seed, baseline } = state.started
  return { run: state.run, seed, proposal: proposal.proposal.id, purpose, trial, candidate: candidate.commit, baseline, trusted: baseline, alpha: 0, goal: 'repair', rules: {}, screening }
}
