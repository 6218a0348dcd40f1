import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { Author } from '../screening/screening-policy.ts'
import type { RunPorts } from './cycle-ports.ts'
import { readProposal } from './read-proposal.ts'

/**
 * Whoever made a step that something made from these proposals comes from: what a rule asks of one of them is not got around by another's last step, however little of the first is left. Each screening tells of those
 * before it, so one look-up a proposal is enough; none where no rule asks who made what.
 */
export async function authorsBehind({ index, screener }: Pick<RunPorts, 'index' | 'screener'>, proposals: readonly (ProposalId | null)[]): Promise<NonNullable<Author['others']>> {
  if (!screener.readsAuthors) return []
  const found = new Map<string, NonNullable<Author['others']>[number]>()
  for (const id of proposals) {
    if (id === null) continue
    const { made: { proposal: { proposer, operator } }, screening } = await readProposal(index, id)
    for (const author of [{ proposer, operator }, ...(screening.policy?.others ?? [])]) found.set(`${author.proposer} ${author.operator}`, author)
  }
  return [...found.values()]
}

/** The same of a change that is brought by itself: whoever made what has this content, or one of these commits, has not stopped being its author because somebody brings, edits or merges it. People are no authors in this sense. */
export async function authorsOfContent(ports: Pick<RunPorts, 'index' | 'screener'>, { commits, tree }: { readonly commits: readonly ObjectId[]; readonly tree: ObjectId }): Promise<NonNullable<Author['others']>> {
  if (!ports.screener.readsAuthors) return []
  const found = new Set<ProposalId>()
  for await (const event of ports.index.ofKinds(['proposal-made'])) {
    if (event.kind === 'proposal-made' && event.body.proposal.proposer !== 'human' && (event.body.tree === tree || commits.includes(event.body.commit))) found.add(event.body.proposal.id)
  }
  return authorsBehind(ports, [...found])
}
