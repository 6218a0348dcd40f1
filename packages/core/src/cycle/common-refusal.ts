import type { RunId } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ProposalRefusal } from '../proposal/proposer.ts'

/** What kept a whole run from making a single proposal. */
export interface CommonRefusal extends Pick<ProposalRefusal, 'code' | 'detail'> {
  /** How many steps it was. */
  readonly steps: number
}

/**
 * The reason for which every step of a run was refused, in the words of the last one; null where something was proposed, where a step ended otherwise, where reasons differ, or where there was no step. Then it is not the search that found
 * nothing: whoever proposes could not.
 */
export async function commonRefusal(index: Pick<JournalIndex, 'ofRun'>, run: RunId): Promise<CommonRefusal | null> {
  const refusals: ProposalRefusal[] = []
  for await (const { kind, body } of index.ofRun(run)) {
    if (kind === 'proposal-made') return null
    if (kind !== 'step-skipped') continue
    const { refusal } = body
    if (refusal === undefined || (refusals[0] ?? refusal).code !== refusal.code) return null
    refusals.push(refusal)
  }
  const last = refusals.at(-1)
  return last === undefined ? null : { code: last.code, detail: last.detail, steps: refusals.length }
}
