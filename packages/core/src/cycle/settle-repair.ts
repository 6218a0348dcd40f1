import { mayPass } from '../decision/decision.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import type { RunPorts } from './cycle-ports.ts'
import { judgeChange } from './judge-change.ts'
import { minimiseRepair, repairRequest } from './minimise-repair.ts'
import type { SettleContext } from './settle-winner.ts'

/** Repairs that are held against what the search may not see. After more of them it would be chosen by the held-out tests, and those were none any longer. */
export const repairAttempts = 5

/**
 * Minimises repairs and looks at them as a whole, those first that were found first (which are the likeliest). Null: none of those found so far holds, or none was found. An offer waits for a
 * person. One that was judged before is not judged again.
 */
export async function settleRepair(ports: RunPorts, context: SettleContext, signal: AbortSignal): Promise<ProposalId | null> {
  const { state, record } = context
  for (const [index, variant] of state.repairs().slice(0, repairAttempts).entries()) {
    const made = await minimiseRepair(ports, { ...context, variant }, signal)
    const trial = index + 1
    let decision = state.decision(made.proposal.id, 'confirm', trial)
    if (decision === undefined) {
      ports.observe({ kind: 'settling', proposal: made.proposal, action: 'confirm' })
      const judged = await judgeChange(ports, await repairRequest(ports, state, { proposal: made, candidate: made, purpose: 'confirm', trial }), signal)
      await record(judged.events)
      decision = judged.decision
      ports.observe({ kind: 'decided', proposal: made.proposal, purpose: 'confirm', decision, evaluated: state.evaluated, best: state.archive.best() })
    }
    if (mayPass(decision)) return made.proposal.id
  }
  return null
}
