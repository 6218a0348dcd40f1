import type { JournalIndex } from '../journal/journal-index.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import type { Screening } from '../screening/screening.ts'
import { CycleError } from './cycle-error.ts'
import type { MadeProposal } from './run-state.ts'

export interface ScreenedProposal {
  readonly made: MadeProposal
  readonly screening: Screening
}

/** A proposal of this journal as it was made and screened. */
export async function readProposal(index: Pick<JournalIndex, 'ofProposal'>, id: ProposalId): Promise<ScreenedProposal> {
  let made: MadeProposal | undefined
  let screening: Screening | undefined
  for await (const event of index.ofProposal(id)) {
    if (event.kind === 'proposal-made') made = event.body
    else if (event.kind === 'proposal-screened') screening = event.body.screening
  }
  if (made === undefined || screening === undefined) throw new CycleError('unknown-proposal', `the journal does not say how proposal ${id} came about`, { remedy: 'Run `ratchet verify`.' })
  return { made, screening }
}
