import type { Journal } from '../journal/journal.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { RevisionReader, TargetBranch } from '../workspace/workspace.ts'
import { WorkspaceError } from '../workspace/workspace.ts'
import { branchTip, containsCommit } from './branch-contains.ts'
import type { ProposalRecords } from './proposal-record.ts'

export interface SettlePorts {
  readonly journal: Journal
  readonly revisions: RevisionReader
  readonly branch: TargetBranch
}

export interface Settled {
  readonly proposal: string
  readonly ref: string
  readonly outcome: 'applied' | 'reverted' | 'abandoned'
}

interface Pending {
  readonly application: string
  readonly proposal: string
  readonly ref: string
  readonly expected: ObjectId | null
  readonly next: ObjectId
  readonly direction: 'apply' | 'revert'
}

/**
 * Finishes or undoes what a killed apply or revert left open. Where the branch has moved already, working tree and journal follow; where it has not, the
 * intent is closed and nothing moves: a branch is never moved by a command that was asked for something else.
 */
export async function settleApplications(ports: SettlePorts, records: ProposalRecords): Promise<readonly Settled[]> {
  const settled: Settled[] = []
  for (const pending of pendingMoves(records)) {
    const done = await finish(ports, pending)
    const { application, proposal, ref, direction } = pending
    await ports.journal.append([
      direction === 'apply'
        ? { kind: 'application-settled', body: { application, proposal, outcome: done ? 'applied' : 'abandoned' } }
        : { kind: 'reversion-settled', body: { application, proposal, outcome: done ? 'reverted' : 'abandoned' } },
    ])
    settled.push({ proposal, ref, outcome: !done ? 'abandoned' : direction === 'apply' ? 'applied' : 'reverted' })
  }
  return settled
}

function* pendingMoves(records: ProposalRecords): Iterable<Pending> {
  for (const record of records.all()) {
    for (const held of record.applications) {
      const { application, proposal, ref } = held
      if (held.status === 'intended') yield { application, proposal, ref, expected: held.expected, next: held.commit, direction: 'apply' }
      if (held.status === 'revert-intended' && held.revert !== null) {
        yield { application, proposal, ref, expected: held.revert.expected, next: held.revert.commit, direction: 'revert' }
      }
    }
  }
}

/** Whether the move was made. */
async function finish({ branch, revisions }: SettlePorts, { ref, expected, next }: Pending): Promise<boolean> {
  const tip = await branchTip(revisions, ref)
  if (tip === null) return false
  if (tip !== next) return containsCommit(revisions, tip, next)
  try {
    return (await branch.advance({ ref, expected, next })).moved
  } catch (error) {
    // The user has edited files since: leave them alone.
    if (error instanceof WorkspaceError && error.code === 'dirty-working-tree') return true
    throw error
  }
}
