import type { ProposalId } from '../proposal/proposal.ts'
import type { Author } from '../screening/screening-policy.ts'
import type { RunPorts } from './cycle-ports.ts'
import { readProposal } from './read-proposal.ts'

/**
 * Whoever made a step that something made from these proposals comes from: what a rule asks of one of them is not got around by another's last step, however little of the first is left. Each screening tells of those
 * before it, so one look-up a proposal is enough; none where no rule asks who made what.
 */
export async function authorsBehind({ index, screener }: Pick<RunPorts, 'index' | 'screener'>, proposals: readonly (ProposalId | null)[]): Promise<NonNullable<Author['others']>> {
  if (screener.readsAuthors !== true) return []
  const found = new Map<string, NonNullable<Author['others']>[number]>()
  for (const id of proposals) {
    if (id === null) continue
    const { made: { proposal: { proposer, operator } }, screening } = await readProposal(index, id)
    for (const author of [{ proposer, operator }, ...(screening.policy?.others ?? [])]) found.set(`${author.proposer} ${author.operator}`, author)
  }
  return [...found.values()]
}
