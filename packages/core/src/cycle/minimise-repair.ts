import type { Variant } from '../archive/archive.ts'
import type { RunPorts } from './cycle-ports.ts'
import { judgeChange } from './judge-change.ts'
import { flatChange, isNothing, unitsOf, withoutUnit } from './flat-change.ts'
import { storeFlat, storeReduced, wholeOf } from './minimise-winner.ts'
import { readProposal } from './read-proposal.ts'
import { isCompleteRepair, type MadeProposal, type RunState } from './run-state.ts'
import type { SettleContext } from './settle-winner.ts'

/** Hunks and files looked at; a repair of more keeps the rest as it is. */
const trialLimit = 12

/** A repair as one proposal on the baseline, without the hunks and files that it does not need: the smaller of two patches is the likelier to be right. */
export async function minimiseRepair(ports: RunPorts, context: SettleContext & { readonly variant: Variant }, signal: AbortSignal): Promise<MadeProposal> {
  const { state, readSources } = context
  const whole = await wholeOf(ports, context.variant)
  const { baseline } = state.started
  const before = await readSources(baseline)
  let kept = await flatChange({ revisions: ports.revisions, readSources }, { from: baseline, to: whole.commit })
  let offered = whole.proposal.parent === baseline ? whole : await storeFlat(ports, { ...context, whole, before, change: kept }, signal)
  for (const [index, unit] of unitsOf(kept).slice(0, trialLimit).entries()) {
    const rest = withoutUnit(kept, unit)
    if (isNothing(rest)) break
    const reduced = await storeReduced(ports, { ...context, whole, before, change: rest }, signal)
    if (reduced === null || !(await repairsAll(ports, { ...context, whole, reduced, trial: index + 1 }, signal))) continue
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
