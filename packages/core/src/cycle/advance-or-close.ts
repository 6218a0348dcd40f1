import type { NewEvent } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { RevisionReader, TargetBranch } from '../workspace/workspace.ts'
import { branchTip } from './branch-contains.ts'

export interface AdvancePorts {
  readonly journal: Journal
  readonly revisions: RevisionReader
  readonly branch: TargetBranch
}

/** Moves a branch. A move that fails before the branch has moved is closed at once by `abandoned`: no later command may find its intent open and make it. */
export async function advanceOrClose(
  { journal, revisions, branch }: AdvancePorts,
  move: { readonly ref: string; readonly expected: ObjectId | null; readonly next: ObjectId },
  abandoned: readonly NewEvent[],
): Promise<boolean> {
  try {
    return (await branch.advance(move)).moved
  } catch (error) {
    if ((await branchTip(revisions, move.ref)) !== move.next) await journal.append(abandoned)
    throw error
  }
}
