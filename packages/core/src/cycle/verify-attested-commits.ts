import type { CommitInfo, RevisionReader } from '../workspace/workspace.ts'
import { WorkspaceError } from '../workspace/workspace.ts'
import type { BrokenAttestation, VerifiedAttestation } from './verify-attestations.ts'

/**
 * Holds attestations whose statements are what the record makes of them against the repository: the commit has the tree that was judged, and an applied one stands on the commit that it was applied to. A commit that is gone
 * is wrong only where somebody asks for its attestation; candidates may have been cleared away.
 */
export async function verifyAttestedCommits(revisions: Pick<RevisionReader, 'commit'>, held: readonly VerifiedAttestation[], signal: AbortSignal): Promise<BrokenAttestation | null> {
  for (const one of held) {
    signal.throwIfAborted()
    const detail = await problemOf(revisions, one)
    if (detail !== null) return { ok: false, problem: 'attestation', brokenAt: one.about, detail: `attestation ${one.attestation.slice(0, 16)} of proposal ${one.proposal}: ${detail}` }
  }
  return null
}

async function problemOf(revisions: Pick<RevisionReader, 'commit'>, { commit, tree, base, kind, places }: VerifiedAttestation): Promise<string | null> {
  const found = await find(revisions, commit)
  if (found === null) return places.includes('given') ? `this repository does not hold commit ${commit}` : null
  if (found.tree !== tree) return `commit ${commit} has the tree ${found.tree}, and ${tree} was judged`
  if (kind === 'application' && (found.parents.length !== 1 || found.parents[0] !== base)) return `commit ${commit} stands on ${found.parents.join(' and ') || 'nothing'}, and was applied to ${base}`
  return null
}

async function find(revisions: Pick<RevisionReader, 'commit'>, commit: string): Promise<CommitInfo | null> {
  try {
    return await revisions.commit(commit)
  } catch (error) {
    if (error instanceof WorkspaceError && (error.code === 'unknown-revision' || error.code === 'shallow-clone')) return null
    throw error
  }
}
