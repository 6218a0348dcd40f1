import { joinAuthors, type Authors } from '../consent/edit-statement.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'

/**
 * Whose a change is that is brought as a mere commit or patch: who edited the very same one before, or the one that it goes on from, has not stopped being its author by bringing it again, or on another
 * baseline. Null: nobody's that is known.
 */
export async function inheritedAuthors(index: Pick<JournalIndex, 'ofKinds'>, { proposal, commit, tree, parent = null }: { readonly proposal: ProposalId; readonly commit: ObjectId; readonly tree: ObjectId; readonly parent?: ObjectId | null }): Promise<Pick<Authors, 'from' | 'coAuthors' | 'edit'> | null> {
  const found: Authors[] = []
  for await (const event of index.ofKinds(['authors-named'])) {
    if (event.kind !== 'authors-named' || event.body.proposal === proposal || (event.body.commit !== commit && event.body.tree !== tree && event.body.commit !== parent)) continue
    found.push(event.body)
  }
  const last = found.at(-1)
  return last === undefined ? null : { from: last.proposal, coAuthors: joinAuthors(...found.map(({ coAuthors }) => coAuthors)), edit: null }
}
