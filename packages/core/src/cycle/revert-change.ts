import type { EffectGate } from '../autonomy/effect-gate.ts'
import type { Reason } from '../decision/decision.ts'
import type { BaselineTrouble } from '../evaluation/evaluation.ts'
import type { NewEvent } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { RevisionReader, TargetBranch } from '../workspace/workspace.ts'
import { WorkspaceError } from '../workspace/workspace.ts'
import { throughGate } from './apply-change.ts'
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
  /** What is wrong with a commit by its own build and tests; null: nothing. Only called where something came later: what was there before needs no test. Null: nothing is tested. */
  readonly examine: ((commit: ObjectId, signal: AbortSignal) => Promise<BaselineTrouble | null>) | null
  /** What the branch moves through; absent: nobody can give orders. */
  readonly gate?: EffectGate
  /** Why, for the record. */
  readonly reason?: string
}

/** `not-run`: nothing came later, or nobody wanted it. `failing-before`: they fail with the change as well. */
export type RevertedTests = 'passed' | 'failing-before' | 'not-run'

export type Reversion =
  | { readonly kind: 'reverted'; readonly ref: string; readonly commit: ObjectId; readonly tests: RevertedTests }
  | { readonly kind: 'refused'; readonly reasons: readonly Reason[] }

/** A change and where it stands. */
interface Standing {
  readonly record: ProposalRecord
  readonly applied: RecordedApplication
}

/** One inverse commit on top of another. */
interface Inverse extends Standing {
  readonly commit: ObjectId
  readonly tree: ObjectId
  readonly isMerged: boolean
}

/**
 * Makes one inverse commit for each change on the branch they were applied to, the latest first, and moves the branch once: all of them or none. Beneath later changes it is a three-way merge, which has to
 * pass the tests unless they fail already. History is never rewritten.
 */
export async function revertChanges(ports: RevertPorts, records: readonly ProposalRecord[], signal: AbortSignal): Promise<Reversion> {
  const standing = await standingOnOneBranch(ports.revisions, records)
  const ref = (standing[0] as Standing).applied.ref
  const state = await ports.branch.state(ref)
  if (state.checkedOut && state.dirtyPaths.length > 0) {
    throw new WorkspaceError('dirty-working-tree', `the working tree has uncommitted changes: ${state.dirtyPaths.slice(0, 5).join(', ')}`, {
      remedy: 'Commit or stash them first; Ratchet never touches uncommitted work.',
    })
  }
  const inverses: Inverse[] = []
  for (const one of standing) {
    const inverse = await inverseOf(ports, one, inverses.at(-1)?.commit ?? state.tip)
    if ('code' in inverse) return { kind: 'refused', reasons: [inverse] }
    inverses.push(inverse)
  }
  const last = inverses.at(-1) as Inverse
  const tests = inverses.some(({ isMerged }) => isMerged) ? await testsOf(ports, { tip: state.tip, commit: last.commit }, signal) : 'not-run'
  if (typeof tests !== 'string') return { kind: 'refused', reasons: [tests] }
  const moved = await throughGate(ports.gate, () => moveBranch(ports, { ref, tip: state.tip, inverses }))
  if (typeof moved !== 'boolean') return { kind: 'refused', reasons: moved }
  if (moved) return { kind: 'reverted', ref, commit: last.commit, tests }
  return { kind: 'refused', reasons: [{ code: 'merge-conflict', message: `${ref} moved meanwhile; nothing was changed. Run revert again.` }] }
}

async function moveBranch(ports: RevertPorts, { ref, tip, inverses }: { readonly ref: string; readonly tip: ObjectId; readonly inverses: readonly Inverse[] }): Promise<boolean> {
  await ports.journal.append(inverses.map(({ record, applied, commit }): NewEvent => ({ kind: 'reversion-intended', body: { application: applied.application, proposal: record.id, ref, expected: tip, commit, ...(ports.reason === undefined ? {} : { reason: ports.reason }) } })))
  const settled = (outcome: 'reverted' | 'abandoned'): readonly NewEvent[] => inverses.map(({ record, applied }) => ({ kind: 'reversion-settled', body: { application: applied.application, proposal: record.id, outcome } }))
  const moved = await advanceOrClose(ports, { ref, expected: tip, next: (inverses.at(-1) as Inverse).commit }, settled('abandoned'))
  await ports.journal.append(settled(moved ? 'reverted' : 'abandoned'))
  return moved
}

/** The latest first: one whose history holds another came after it. What lies side by side may be undone in any order. */
async function standingOnOneBranch(revisions: RevisionReader, records: readonly ProposalRecord[]): Promise<readonly Standing[]> {
  const standing: Standing[] = []
  for (const record of new Map(records.map((one) => [one.id, one])).values()) {
    const applied = await standingApplication(revisions, record)
    const isBefore = await Promise.all(standing.map((other) => containsCommit(revisions, applied.commit, other.applied.commit)))
    const place = isBefore.indexOf(true)
    standing.splice(place < 0 ? standing.length : place, 0, { record, applied })
  }
  const refs = [...new Set(standing.map(({ applied }) => applied.ref))]
  if (refs.length > 1) throw new CycleError('several-branches', `these proposals were applied to several branches: ${refs.join(', ')}`, { remedy: 'Revert those of one branch at a time.' })
  return standing
}

async function inverseOf(ports: RevertPorts, { record, applied }: Standing, tip: ObjectId): Promise<Inverse | Reason> {
  const undone = await inverseTree(ports, applied, tip)
  if ('code' in undone) return undone
  if (undone.tree === (await ports.revisions.commit(tip)).tree) return { code: 'no-change', message: `${applied.ref} no longer holds ${record.id}: there is nothing to undo` }
  const commit = await ports.branch.writeCommit({ tree: undone.tree, parents: [tip], message: revertMessage(record, applied.commit), date: Math.floor(ports.clock().getTime() / 1000) })
  return { record, applied, commit, ...undone }
}

/** A revert is the way out of trouble: what fails on the branch anyway does not bar it. */
async function testsOf({ examine }: RevertPorts, { tip, commit }: { readonly tip: ObjectId; readonly commit: ObjectId }, signal: AbortSignal): Promise<RevertedTests | Reason> {
  if (examine === null) return 'not-run'
  const trouble = await examine(commit, signal)
  if (trouble === null) return 'passed'
  if ((await examine(tip, signal)) !== null) return 'failing-before'
  const isBuild = trouble.stage === 'build'
  return { code: isBuild ? 'build-failed' : 'tests-failed', message: `later changes rest on it: without it ${isBuild ? 'the branch does not build' : 'tests fail'}: ${trouble.summary}` }
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
async function inverseTree(ports: RevertPorts, applied: RecordedApplication, tip: ObjectId): Promise<{ readonly tree: ObjectId; readonly isMerged: boolean } | Reason> {
  const { parents, tree } = await ports.revisions.commit(applied.commit)
  const before = parents[0]
  if (before === undefined) throw new CycleError('not-applied', `commit ${applied.commit} has no parent to go back to`)
  // Also where what came after it has been undone.
  if (tree === (await ports.revisions.commit(tip)).tree) return { tree: (await ports.revisions.commit(before)).tree, isMerged: false }
  const merge = await ports.branch.merge(applied.commit, tip, before)
  if (merge.kind === 'merged') return { tree: merge.tree, isMerged: true }
  return { code: 'merge-conflict', message: `later changes overlap with it in ${merge.paths.join(', ')}; revert those first, or together with it` }
}
