import type { Journal, JournalIndex, Settled } from '@ratchet/core'
import { foldProposals } from '@ratchet/core/cycle/proposal-record'
import { settleApplications } from '@ratchet/core/cycle/settle-applications'
import { settlePrunes } from '@ratchet/core/retention/prune-target'
import type { GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import type { Invocation } from './invocation.ts'

export { hearJournal } from './compose-notify.ts'
export { absorbOrders } from './compose-orders.ts'
export { openRecord } from './compose-record.ts'

/** Closes what a killed apply, revert or prune left open. */
export async function settle(invocation: Invocation, { workspace, journal }: { readonly workspace: GitWorkspace; readonly journal: Journal & JournalIndex }): Promise<readonly Settled[]> {
  const intents = new Set<string>()
  for await (const event of journal.ofKinds(['application-intended', 'application-settled', 'reversion-intended', 'reversion-settled'])) {
    if (event.kind === 'application-intended' || event.kind === 'reversion-intended') intents.add(event.body.proposal)
    else if (event.kind === 'application-settled' || event.kind === 'reversion-settled') intents.delete(event.body.proposal)
  }
  const settled: Settled[] = []
  for (const proposal of intents) {
    settled.push(...(await settleApplications({ journal, revisions: workspace.revisions, branch: workspace.branch }, await foldProposals(journal.ofProposal(proposal)))))
  }
  const prunes = await settlePrunes({ journal, index: journal })
  if (prunes > 0) invocation.console.note('a prune was interrupted; what it left behind goes with the next `ratchet prune`')
  for (const { proposal, outcome, ref } of settled) invocation.console.note(`an interrupted command was settled: ${proposal} ${outcome} on ${ref}`)
  return settled
}
