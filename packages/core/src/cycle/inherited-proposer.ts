import type { JournalIndex } from '../journal/journal-index.ts'
import type { ObjectId, Proposal, ProposerName } from '../proposal/proposal.ts'

/** Of whom people are the most careful comes first: what two have made alike is that one's. */
const careful: readonly ProposerName[] = ['llm', 'agent', 'genetic', 'few-shot', 'repair', 'replay']

/**
 * Who made a change that is brought as a mere commit, patch or edit: what a program or a model has made is no person's because a person brings it again, or changes it. Null: nobody but a person is known.
 */
export async function inheritedProposer(index: Pick<JournalIndex, 'ofKinds'>, { commit, tree, parent = null }: { readonly commit: ObjectId; readonly tree: ObjectId; readonly parent?: ObjectId | null }): Promise<Pick<Proposal, 'proposer' | 'model'> | null> {
  const found: Proposal[] = []
  for await (const event of index.ofKinds(['proposal-made'])) {
    if (event.kind !== 'proposal-made' || (event.body.commit !== commit && event.body.tree !== tree && event.body.commit !== parent)) continue
    found.push(event.body.proposal)
  }
  for (const name of careful) {
    const made = found.findLast(({ proposer }) => proposer === name)
    if (made !== undefined) return madeBy(made)
  }
  return null
}

/** What of a proposal says who made it. */
export function madeBy({ proposer, model }: Pick<Proposal, 'proposer' | 'model'>): Pick<Proposal, 'proposer' | 'model'> {
  return { proposer, ...(model === undefined ? {} : { model }) }
}
