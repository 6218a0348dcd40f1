import type { Reason } from '../decision/decision.ts'
import type { NewEvent } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { RevisionReader, TargetBranch } from '../workspace/workspace.ts'
import { WorkspaceError } from '../workspace/workspace.ts'
import { advanceOrClose } from './advance-or-close.ts'
import { branchTip, containsCommit } from './branch-contains.ts'
import { revertMessage } from './commit-message.ts'
import { CycleError } from './cycle-error.ts'
import type { ProposalRecord, RecordedApplication } from './proposal-record.ts'

export interface RevertPorts {
  readonly journal: Journal
  readonly revisions: RevisionReader
  readonly branch: TargetBranch
  readonly clock: () => Date
}

export type Reversion =
  | { readonly kind: 'reverted'; readonly ref: string; readonly commit: ObjectId }
  | { readonly kind: 'refused'; readonly reasons: readonly Reason[] }

/** Makes the inverse commit on the branch the proposal was applied to; history is never rewritten. */
export async function revertChange(ports: RevertPorts, record: ProposalRecord): Promise<Reversion> {
  const applied = await standingApplication(ports.revisions, record)
  const state = await ports.branch.state(applied.ref)
  if (state.checkedOut && state.dirtyPaths.length > 0) {
    throw new WorkspaceError('dirty-working-tree', `the working tree has uncommitted changes: ${state.dirtyPaths.slice(0, 5).join(', ')}`, {
      remedy: 'Commit or stash them first; Ratchet never touches uncommitted work.',
    })
  }
  const tree = await inverseTree(ports, applied, state.tip)
  if (typeof tree !== 'string') return { kind: 'refused', reasons: [tree] }
  if (tree === (await ports.revisions.commit(state.tip)).tree) {
    return { kind: 'refused', reasons: [{ code: 'no-change', message: `${applied.ref} no longer holds this change: there is nothing to undo` }] }
  }
  const commit = await ports.branch.writeCommit({
    tree,
    parents: [state.tip],
    message: revertMessage(record, applied.commit),
    date: Math.floor(ports.clock().getTime() / 1000),
  })
  const { application, ref } = applied
  await ports.journal.append([{ kind: 'reversion-intended', body: { application, proposal: record.id, ref, expected: state.tip, commit } }])
  const settled = (outcome: 'reverted' | 'abandoned'): NewEvent => ({ kind: 'reversion-settled', body: { application, proposal: record.id, outcome } })
  const moved = await advanceOrClose(ports, { ref, expected: state.tip, next: commit }, settled('abandoned'))
  await ports.journal.append([settled(moved ? 'reverted' : 'abandoned')])
  if (moved) return { kind: 'reverted', ref, commit }
  return { kind: 'refused', reasons: [{ code: 'merge-conflict', message: `${ref} moved meanwhile; nothing was changed. Run revert again.` }] }
}

/** The latest application that its branch still holds; a branch that was deleted or set back holds nothing. */
async function standingApplication(revisions: RevisionReader, record: ProposalRecord): Promise<RecordedApplication> {
  const applied = record.applications.filter((held) => held.status === 'applied').toReversed()
  for (const held of applied) {
    const tip = await branchTip(revisions, held.ref)
    if (tip !== null && (await containsCommit(revisions, tip, held.commit))) return held
  }
  const gone = applied.map((held) => held.ref).join(', ')
  throw new CycleError('not-applied', applied.length === 0 ? `proposal ${record.id} is not applied anywhere` : `proposal ${record.id} was applied to ${gone}, which no longer holds its commit`)
}

/** The branch's tree without the change: exactly the old tree when nothing came after it, else a three-way merge. */
async function inverseTree(ports: RevertPorts, applied: RecordedApplication, tip: ObjectId): Promise<ObjectId | Reason> {
  const { parents } = await ports.revisions.commit(applied.commit)
  const before = parents[0]
  if (before === undefined) throw new CycleError('not-applied', `commit ${applied.commit} has no parent to go back to`)
  if (tip === applied.commit) return (await ports.revisions.commit(before)).tree
  const merge = await ports.branch.merge(applied.commit, tip, before)
  if (merge.kind === 'merged') return merge.tree
  return { code: 'merge-conflict', message: `later changes overlap with it in ${merge.paths.join(', ')}; revert those first` }
}
