import type { ObjectId } from '../proposal/proposal.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { WorkspaceError } from '../workspace/workspace.ts'

/** How far back a branch is searched. */
const ancestryLimit = 10_000

/** Where a branch stands; null when there is no such branch (any more). */
export async function branchTip(revisions: RevisionReader, ref: string): Promise<ObjectId | null> {
  try {
    return (await revisions.commit(ref)).id
  } catch (error) {
    if (error instanceof WorkspaceError && error.code === 'unknown-revision') return null
    throw error
  }
}

/** Whether a commit is in the history that ends at `tip`, as far as it is searched. */
export async function containsCommit(revisions: RevisionReader, tip: ObjectId, wanted: ObjectId): Promise<boolean> {
  const queue: ObjectId[] = [tip]
  const seen = new Set<ObjectId>(queue)
  for (let index = 0; index < queue.length && index < ancestryLimit; index++) {
    const id = queue[index] as ObjectId
    if (id === wanted) return true
    for (const parent of (await revisions.commit(id)).parents) {
      if (!seen.has(parent)) {
        seen.add(parent)
        queue.push(parent)
      }
    }
  }
  return false
}
