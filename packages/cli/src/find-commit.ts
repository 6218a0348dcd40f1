import type { CommitInfo, RevisionReader } from '@ratchet/core'
import { WorkspaceError } from '@ratchet/core/workspace/workspace'

/** The commit, or null when git knows no such name; HEAD in a repository without commits is none. */
export async function findCommit({ revisions }: { readonly revisions: RevisionReader }, name: string): Promise<CommitInfo | null> {
  try {
    return await revisions.commit(name)
  } catch (error) {
    if (error instanceof WorkspaceError && error.code === 'unknown-revision') return null
    throw error
  }
}
