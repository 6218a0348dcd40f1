import { createHash } from 'node:crypto'
import { printableText } from '../evaluation/printable-text.ts'
import { checkPatch, type PatchRefusal } from '../proposal/check-patch.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { CandidateCommit, CandidateStore } from '../workspace/workspace.ts'
import { changeId } from './evaluate-change.ts'

export interface PatchRequest {
  /** What the patch was made from: the baseline, or a variant of it. */
  readonly base: ObjectId
  readonly baseline: ObjectId
  readonly diff: Uint8Array
}

export interface StoredPatch {
  /** The same for the same content on the same baseline, whoever proposes it. */
  readonly id: ProposalId
  readonly candidate: CandidateCommit
}

/**
 * Keeps what a patch makes of its base under `refs/ratchet/changes/`, or says why it makes nothing of it. Nothing of it is run, and nothing else is written: the same patch again is the same commit.
 */
export async function storePatch(candidates: Pick<CandidateStore, 'storePatch' | 'keep'>, { base, baseline, diff }: PatchRequest): Promise<StoredPatch | { readonly refused: PatchRefusal }> {
  const refused = checkPatch(diff)
  if (refused !== null) return { refused }
  const name = createHash('sha256').update(base).update('\0').update(diff).digest('hex').slice(0, 16)
  const stored = await candidates.storePatch({ base, diff, message: 'Proposed patch\n', ref: `refs/ratchet/patches/${name}` })
  if ('refused' in stored) {
    return { refused: { code: 'does-not-apply', message: `the patch does not apply to ${base.slice(0, 10)}: ${printableText(stored.refused)}`, remedy: 'Make it against exactly that commit, or name the proposal that it goes on from as its parent.' } }
  }
  const id = changeId(baseline, stored.tree)
  // A branch, or the patch of the same name, may be gone before the change is applied.
  await candidates.keep(stored.commit, `refs/ratchet/changes/${id}`)
  return { id, candidate: stored }
}

const rationaleLimit = 1000

/** One line that says why, fit for a list, a commit message and a terminal; whoever wrote it. */
export function rationaleOf(text: string): string {
  return printableText(text).replaceAll(/\s+/g, ' ').trim().slice(0, rationaleLimit).toWellFormed()
}
