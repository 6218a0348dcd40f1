import { namesOf } from '../consent/explain-consent.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { SignatureVerifier } from '../signature/signature.ts'
import type { Config } from '../target/config.ts'
import { ProposalRecords, standingDecision, type ProposalRecord } from './proposal-record.ts'
import { consentRule, standingConsent } from './standing-consent.ts'

export interface ConsentVerificationPorts {
  readonly index: Pick<JournalIndex, 'ofKinds' | 'ofProposal'>
  readonly signatures: SignatureVerifier
  /** Of a baseline; null where it has none any more. */
  readonly configOf: (baseline: ObjectId) => Promise<Pick<Config, 'consent'> | null>
}

export type ConsentVerification = { readonly ok: true; readonly consented: number } | { readonly ok: false; readonly brokenAt: number; readonly problem: 'consent'; readonly detail: string }

type Intent = Extract<JournalEvent, { readonly kind: 'application-intended' }>

/**
 * Weighs the consents of every recorded application again, as things stood when it was made: what was not accepted by its facts alone must have been approved by the people whom its baseline names,
 * on exactly that change and evidence, with signatures that hold and have not expired. Reads only proposals that were applied.
 */
export async function verifyConsents(ports: ConsentVerificationPorts, signal: AbortSignal): Promise<ConsentVerification> {
  const applied = new Set<ProposalId>()
  for await (const { body } of ports.index.ofKinds(['application-intended'])) applied.add((body as Intent['body']).proposal)
  let consented = 0
  for (const proposal of applied) {
    const records = new ProposalRecords()
    for await (const event of ports.index.ofProposal(proposal)) {
      const record = records.get(proposal)
      if (event.kind === 'application-intended') {
        const detail = await problemOf(ports, { event, record }, signal)
        if (detail !== null) return { ok: false, brokenAt: event.sequence, problem: 'consent', detail: `proposal ${proposal}: ${detail}` }
        if (record !== undefined && needsConsent(record, event)) consented++
      }
      records.apply(event)
    }
  }
  return { ok: true, consented }
}

/** What a supervised run applies needs it whatever its facts say. */
function needsConsent(record: ProposalRecord, { body }: Intent): boolean {
  return standingDecision(record)?.decision.verdict === 'approval-required' || body.automatic?.mode === 'supervised'
}

async function problemOf(ports: ConsentVerificationPorts, { event, record }: { readonly event: Intent; readonly record: ProposalRecord | undefined }, signal: AbortSignal): Promise<string | null> {
  return (await consentProblem(ports, { event, record }, signal)) ?? (await mergedProblem(ports, event, signal))
}

/** What was merged with its branch rests on the verdict of the merged change, to which nobody may have said no either. */
async function mergedProblem({ index, configOf, signatures }: ConsentVerificationPorts, { body, at, sequence }: Intent, signal: AbortSignal): Promise<string | null> {
  const { judged, proposal, expected, tree } = body
  if (judged === undefined || judged === proposal) return null
  const records = new ProposalRecords()
  for await (const event of index.ofProposal(judged)) if (event.sequence < sequence) records.apply(event)
  const record = records.get(judged)
  const standing = record === undefined ? null : standingDecision(record)
  if (record === undefined || standing?.decision.verdict !== 'accepted') return `applied as ${judged}, which was not accepted`
  if (record.made.baseline !== expected || (tree !== undefined && record.made.tree !== tree)) return `applied as ${judged}, which is another change or was judged on another commit`
  if (record.consents.length === 0) return null
  const config = await configOf(record.made.baseline)
  if (config === null) return `people have answered to ${judged}, and the configuration that names its approvers is gone`
  const weight = await standingConsent(signatures, record, { rule: consentRule(config), constitution: standing.decision.policy?.constitution ?? null, now: new Date(at) }, signal)
  return weight.state === 'refused' ? `applied as ${judged}, although that was rejected by ${namesOf(weight.answers)}` : null
}

async function consentProblem({ configOf, signatures }: ConsentVerificationPorts, { event, record }: { readonly event: Intent; readonly record: ProposalRecord | undefined }, signal: AbortSignal): Promise<string | null> {
  const standing = record === undefined ? null : standingDecision(record)
  if (record === undefined || standing === null) return 'applied without a verdict'
  const isAsked = needsConsent(record, event)
  if (!isAsked && standing.decision.verdict === 'accepted' && record.consents.length === 0) return null
  if (!isAsked && standing.decision.verdict !== 'accepted') return `applied, but its verdict was ${standing.decision.verdict}`
  const config = await configOf(record.made.baseline)
  if (config === null) return 'people have answered, and the configuration that names its approvers is gone'
  const weight = await standingConsent(signatures, record, { rule: consentRule(config), constitution: standing.decision.policy?.constitution ?? null, now: new Date(event.at) }, signal)
  if (!isAsked) return weight.state === 'refused' ? `applied although it was rejected by ${namesOf(weight.answers)}` : null
  if (weight.state !== 'granted') return `applied without the approval that it needed: ${weight.approvals.length} of ${weight.needed} count${weight.discounted.length === 0 ? '' : ` (not those of ${namesOf(weight.discounted.map(({ consent }) => consent))})`}${weight.state === 'missing' ? '' : `, and it was ${weight.state}`}`
  const counted = new Set(weight.approvals.map(({ digest }) => digest))
  const named = event.body.consents ?? []
  if (named.length === 0 || !named.every((digest) => counted.has(digest))) return 'the approvals that its application names are not those that counted'
  return null
}
