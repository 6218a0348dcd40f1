import { createHash } from 'node:crypto'
import type { Reason } from '../decision/decision.ts'
import type { NewEvent } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { RevisionReader, TargetBranch } from '../workspace/workspace.ts'
import { WorkspaceError } from '../workspace/workspace.ts'
import { advanceOrClose } from './advance-or-close.ts'
import { commitMessage } from './commit-message.ts'
import { CycleError } from './cycle-error.ts'
import type { ChangeVerdict } from './evaluate-change.ts'
import { isOutdated } from './evaluator-version.ts'
import { isOffered, standingDecision, type ProposalRecord } from './proposal-record.ts'

export interface ApplyPorts {
  readonly journal: Journal
  readonly revisions: RevisionReader
  readonly branch: TargetBranch
  readonly clock: () => Date
  /** Judges a merged change anew, with `baseline` as the trusted commit. Only called when the branch has moved. */
  readonly judge: (candidate: { readonly commit: ObjectId; readonly tree: ObjectId }, baseline: ObjectId, signal: AbortSignal) => Promise<ChangeVerdict>
}

export type Application =
  | { readonly kind: 'applied'; readonly ref: string; readonly commit: ObjectId; readonly merged: boolean }
  | { readonly kind: 'refused'; readonly reasons: readonly Reason[] }

interface Destination {
  readonly ref: string
  /** Null: the branch does not exist yet. */
  readonly expected: ObjectId | null
  readonly tip: ObjectId
}

/** Turns an offered proposal into a commit on a branch. Intent is durable before the ref moves; the outcome follows. */
export async function applyChange(
  ports: ApplyPorts,
  { record, branchName, requireConfirmation, evaluatorVersion, constitution = null }: { readonly record: ProposalRecord; readonly branchName: string | null; readonly requireConfirmation: boolean; readonly evaluatorVersion: string | null; readonly constitution?: string | null },
  signal: AbortSignal,
): Promise<Application> {
  if (!isOffered(record, requireConfirmation)) {
    throw new CycleError('not-offered', `proposal ${record.id} has no accepted verdict from a confirmation or a whole evaluation`, {
      remedy: `\`ratchet show ${record.id}\` says why; \`ratchet proposals\` lists what may be applied.`,
    })
  }
  const destination = await findDestination(ports, branchName, record.made.baseline)
  // A branch that has moved has the merged change judged anew anyway, by today's judges.
  if (destination.tip === record.made.baseline && (isOutdated(record, evaluatorVersion) || (constitution !== null && standingDecision(record)?.decision.policy?.constitution !== constitution))) throw outdated(record)
  const result = await resultTree(ports, { record, destination }, signal)
  if ('reasons' in result) {
    const applied = record.applications.find((held) => held.status === 'applied' && held.ref === destination.ref)
    // The branch decides, not the journal: what was undone by hand may be applied again.
    if (applied !== undefined && result.reasons[0]?.code === 'no-change') throw new CycleError('already-applied', `proposal ${record.id} is already applied to ${applied.ref} as ${applied.commit}`)
    return { kind: 'refused', reasons: result.reasons }
  }
  const commit = await ports.branch.writeCommit({
    tree: result.tree,
    parents: [destination.tip],
    message: commitMessage(record),
    date: Math.floor(ports.clock().getTime() / 1000),
  })
  const { ref, expected } = destination
  const application = createHash('sha256').update(JSON.stringify([record.id, ref, commit])).digest('hex').slice(0, 12)
  await ports.journal.append([{ kind: 'application-intended', body: { application, proposal: record.id, ref, expected, commit } }])
  const settled = (outcome: 'applied' | 'abandoned'): NewEvent => ({ kind: 'application-settled', body: { application, proposal: record.id, outcome } })
  const moved = await advanceOrClose(ports, { ref, expected, next: commit }, [settled('abandoned')])
  await ports.journal.append([settled(moved ? 'applied' : 'abandoned')])
  if (moved) return { kind: 'applied', ref, commit, merged: result.merged }
  return { kind: 'refused', reasons: [{ code: 'merge-conflict', message: `${ref} moved while the change was being applied; nothing was changed. Run apply again.` }] }
}

function outdated({ id, made }: ProposalRecord): CycleError {
  return new CycleError('epoch-changed', `proposal ${id} was accepted by other tests, metrics or rules than today's`, {
    remedy: `Judge it again with \`ratchet evaluate ${made.commit.slice(0, 12)} --baseline ${made.baseline.slice(0, 12)}\`, and apply what that accepts.`,
  })
}

async function findDestination(ports: ApplyPorts, branchName: string | null, baseline: ObjectId): Promise<Destination> {
  try {
    const state = await ports.branch.state(branchName)
    if (state.checkedOut && state.dirtyPaths.length > 0) throw dirtyTree(state.dirtyPaths)
    return { ref: state.ref, expected: state.tip, tip: state.tip }
  } catch (error) {
    if (branchName === null || !(error instanceof WorkspaceError) || error.code !== 'unknown-revision') throw error
    return { ref: branchName.startsWith('refs/') ? branchName : `refs/heads/${branchName}`, expected: null, tip: baseline }
  }
}

function dirtyTree(paths: readonly string[]): WorkspaceError {
  const shown = paths.slice(0, 5).join(', ')
  return new WorkspaceError('dirty-working-tree', `the working tree has uncommitted changes: ${shown}${paths.length > 5 ? ', ...' : ''}`, {
    remedy: 'Commit or stash them first; Ratchet never touches uncommitted work.',
  })
}

async function resultTree(
  ports: ApplyPorts,
  { record, destination }: { readonly record: ProposalRecord; readonly destination: Destination },
  signal: AbortSignal,
): Promise<{ readonly tree: ObjectId; readonly merged: boolean } | { readonly reasons: readonly Reason[] }> {
  const { made } = record
  if (destination.tip === made.baseline) return { tree: made.tree, merged: false }
  const merge = await ports.branch.merge(made.baseline, destination.tip, made.commit)
  if (merge.kind === 'conflict') {
    return { reasons: [{ code: 'merge-conflict', message: `${destination.ref} has moved since, and the change conflicts in ${merge.paths.join(', ')}` }] }
  }
  if (merge.tree === (await ports.revisions.commit(destination.tip)).tree) {
    return { reasons: [{ code: 'no-change', message: `${destination.ref} already contains this change` }] }
  }
  const commit = await ports.branch.writeCommit({ tree: merge.tree, parents: [destination.tip], message: `merge trial of ${record.id}\n`, date: 0 })
  const verdict = await ports.judge({ commit, tree: merge.tree }, destination.tip, signal)
  if (verdict.decision.verdict !== 'accepted') {
    const context: Reason = { code: 'not-confirmed', message: `${destination.ref} has moved since; merged with it, the change did not pass again (${verdict.decision.verdict})` }
    return { reasons: [context, ...verdict.decision.reasons] }
  }
  return { tree: merge.tree, merged: true }
}
