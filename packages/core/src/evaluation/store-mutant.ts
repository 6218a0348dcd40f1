import type { Mutant } from '../canary/canary-source.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { CandidateStore } from '../workspace/workspace.ts'

/** A commit on top of `parent` in which one file is the mutant's. `ref` keeps it, below `refs/ratchet/`. */
export async function storeMutant(candidates: CandidateStore, { parent, mutant, purpose, ref }: { readonly parent: ObjectId; readonly mutant: Mutant; readonly purpose: 'canary' | 'tripwire'; readonly ref: string }): Promise<ObjectId> {
  const { commit } = await candidates.store({ parent, changes: [{ path: mutant.path, content: Buffer.from(mutant.text) }], message: `${purpose}: ${mutant.description}\n`, ref: `refs/ratchet/${ref}` })
  return commit
}
