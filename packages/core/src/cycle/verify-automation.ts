import { AutonomyFold } from '../autonomy/autonomy-fold.ts'
import type { AutomationRules } from '../autonomy/automatic.ts'
import { isStricter, type RunMode } from '../autonomy/run-mode.ts'
import { autonomyKinds } from '../autonomy/breaker-signals.ts'
import { standingText } from '../autonomy/standing-orders.ts'
import { canonicalJson } from '../journal/canonical-json.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { automationProblem } from './automation-problem.ts'
import { ProposalRecords, type ProposalRecord } from './proposal-record.ts'
import { bringsRefusedIfKnown, RefusedContent } from './refused-content.ts'

export interface AutomationVerificationPorts {
  readonly index: Pick<JournalIndex, 'ofKinds' | 'ofProposal'>
  /** What was applied is held against what people had refused as far as the repository still holds it. */
  readonly revisions: Pick<RevisionReader, 'entries' | 'changes' | 'diff'>
  /** By the configuration of a baseline; null where its commit holds none, so that what was recorded is all there is. */
  readonly rulesOf: (baseline: ObjectId) => Promise<{ readonly rules: AutomationRules; readonly highest: RunMode } | null>
}

export type AutomationVerification = { readonly ok: true; readonly automatic: number } | { readonly ok: false; readonly brokenAt: number; readonly problem: 'automation'; readonly detail: string }

type Intent = Extract<JournalEvent, { readonly kind: 'application-intended' }>

/**
 * Folds everything again that automation rests on, and asks at every application what was asked then: nothing was applied while somebody had said to wait, and what nobody asked for was within mode, constitution,
 * breaker, limit and deadline, by the rules of its baseline. Approvals are weighed by `verifyConsents`.
 */
export async function verifyAutomation(ports: AutomationVerificationPorts): Promise<AutomationVerification> {
  const fold = new AutonomyFold()
  const content = new RefusedContent()
  let automatic = 0
  for await (const event of ports.index.ofKinds(autonomyKinds)) {
    if (event.kind === 'application-intended') {
      const detail = await problemOf(ports, { event, fold, content })
      if (detail !== null) return { ok: false, brokenAt: event.sequence, problem: 'automation', detail: `proposal ${event.body.proposal}: ${detail}` }
      if (event.body.automatic !== undefined) automatic++
    }
    fold.apply(event)
    content.apply(event)
  }
  return { ok: true, automatic }
}

async function problemOf({ index, rulesOf, revisions }: AutomationVerificationPorts, { event, fold, content }: { readonly event: Intent; readonly fold: AutonomyFold; readonly content: RefusedContent }): Promise<string | null> {
  if (fold.standing.state !== 'going') return `applied although ${standingText(fold.standing)}`
  const { proposal, automatic, expected } = event.body
  if (automatic === undefined) return null
  const records = new ProposalRecords()
  for await (const earlier of index.ofProposal(proposal)) if (earlier.sequence < event.sequence) records.apply(earlier)
  const record = records.get(proposal)
  if (record === undefined) return 'applied without a proposal'
  if (expected !== record.made.baseline) return 'applied automatically to a branch that had moved'
  const known = await rulesOf(record.made.baseline)
  if (known !== null && isStricter(known.highest, automatic.mode)) return `applied in mode ${automatic.mode} where its baseline allows no more than ${known.highest}`
  if (known !== null && canonicalJson(known.rules) !== canonicalJson(automatic.rules)) return 'applied automatically by other limits than those of its baseline'
  const refused = content.recordedMatch(record.made) ?? (await broughtBy(revisions, record, content))
  if (refused !== null) return `applied automatically although a person had rejected or deferred ${refused === proposal ? 'it' : refused}`
  const problem = automationProblem(fold, { record, automatic, ref: event.body.ref, now: Date.parse(event.at) || 0 })
  return problem === null ? null : `applied automatically although ${problem}`
}

/** The refused proposal that the change brings again in its content, where that can still be said: what was refused may have been pruned since. */
async function broughtBy(revisions: AutomationVerificationPorts['revisions'], { made }: ProposalRecord, content: RefusedContent): Promise<ProposalId | null> {
  for (const refused of content.refused) if ((await bringsRefusedIfKnown(revisions, made, refused)) === true) return refused.proposal.id
  return null
}
