import { AutonomyFold } from '../autonomy/autonomy-fold.ts'
import type { Automatic } from '../autonomy/automatic.ts'
import { autonomyKinds } from '../autonomy/breaker-signals.ts'
import type { Reason } from '../decision/decision.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { automationProblem } from './automation-problem.ts'
import type { ProposalRecord } from './proposal-record.ts'
import { bringsRefusedIfKnown, RefusedContent } from './refused-content.ts'

export interface PermissionPorts {
  readonly index: Pick<JournalIndex, 'ofKinds'>
  readonly revisions: Pick<RevisionReader, 'entries' | 'changes' | 'diff'>
  readonly clock: () => Date
}

/** Why a run may not apply a proposal by itself to a branch now; null where it may. Reads proposals and verdicts of the whole journal, once an application: the caller is the only writer, so nothing of it changes until it applies. */
export async function automaticRefusal(ports: PermissionPorts, record: ProposalRecord, automatic: Automatic, ref: string): Promise<Reason | null> {
  const fold = new AutonomyFold()
  const content = new RefusedContent()
  for await (const event of ports.index.ofKinds(autonomyKinds)) {
    fold.apply(event)
    content.apply(event)
  }
  const problem = automationProblem(fold, { record, automatic, ref, now: ports.clock().getTime() }) ?? (await refusedProblem(ports.revisions, content, record))
  return problem === null ? null : { code: 'not-automatic', message: problem }
}

async function refusedProblem(revisions: PermissionPorts['revisions'], content: RefusedContent, { id, made }: ProposalRecord): Promise<string | null> {
  const known = content.recordedMatch(made)
  if (known !== null) return refusedText(known, id)
  for (const refused of content.refused) {
    const brings = await bringsRefusedIfKnown(revisions, made, refused)
    if (brings === null) return `nobody can say whether it brings what a person has rejected or deferred as ${refused.proposal.id}: the repository no longer holds that`
    if (brings) return refusedText(refused.proposal.id, id)
  }
  return null
}

function refusedText(refused: string, id: string): string {
  return refused === id ? 'a person has rejected or deferred it' : `it brings what a person has rejected or deferred as ${refused}`
}
