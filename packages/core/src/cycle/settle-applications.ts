import type { Journal } from '../journal/journal.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { RevisionReader, TargetBranch } from '../workspace/workspace.ts'
import { WorkspaceError } from '../workspace/workspace.ts'
import type { ProposalRecords } from './proposal-record.ts'

/** How far back a branch is searched for a commit that a killed process may have put there. */
const ancestryLimit = 10_000

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
 * Finishes or undoes what a killed apply or revert left open. The branch is either where it was (then the move is made now, or closed
 * when the working tree no longer allows it), or already moved (then only the working tree and the journal follow).
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

async function finish(ports: SettlePorts, { ref, expected, next }: Pending): Promise<boolean> {
  try {
    if ((await ports.branch.advance({ ref, expected, next })).moved) return true
    return await contains(ports.revisions, ref, next)
  } catch (error) {
    // The user has edited files since: leave them alone and close the intent, according to where the branch really is.
    if (error instanceof WorkspaceError && error.code === 'dirty-working-tree') return await contains(ports.revisions, ref, next)
    if (error instanceof WorkspaceError && error.code === 'unknown-revision') return false
    throw error
  }
}

async function contains(revisions: RevisionReader, ref: string, wanted: ObjectId): Promise<boolean> {
  const queue: ObjectId[] = [(await revisions.commit(ref)).id]
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
