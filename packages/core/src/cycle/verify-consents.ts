import { namesOf } from '../consent/explain-consent.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { SignatureVerifier } from '../signature/signature.ts'
import type { Config } from '../target/config.ts'
import { latestSince } from './latest-since.ts'
import { judgingProblem } from './judging-problem.ts'
import { ProposalRecords, standingDecision, type ProposalRecord } from './proposal-record.ts'
import { consentRule, standingConsent } from './standing-consent.ts'

export interface ConsentVerificationPorts {
  readonly index: Pick<JournalIndex, 'ofKinds' | 'ofProposal' | 'stored'>
  readonly signatures: SignatureVerifier
  /** Of a baseline; null where it has none any more. */
  readonly configOf: (baseline: ObjectId) => Promise<Pick<Config, 'consent'> | null>
  /** What the baseline's own commit says of how it is judged; null where it says nothing, so that what was recorded is all there is. */
  readonly judgingOf?: (baseline: ObjectId) => Promise<Pick<Config, 'accept' | 'metrics'> | null>
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
  return (await consentProblem(ports, { event, record }, signal)) ?? (await groundProblem(ports, { event, record })) ?? (await mergedProblem(ports, event, signal))
}

/** What was applied must rest on a verdict that no selection has touched, reached as the baseline says, and on the commit that it was applied to. Older journals do not hold enough to say. */
async function groundProblem({ index, judgingOf }: ConsentVerificationPorts, { event, record }: { readonly event: Intent; readonly record: ProposalRecord | undefined }): Promise<string | null> {
  const standing = record === undefined ? null : standingDecision(record)
  if (record === undefined || standing?.basis === undefined) return null
  const { expected, judged, proposal } = event.body
  const judging = judgingOf === undefined ? null : await judgingOf(record.made.baseline)
  const detail = judgingProblem(standing, judging)
  if (detail !== null) return detail
  if (expected === null || expected === record.made.baseline || (judged !== undefined && judged !== proposal)) return null
  return (await isJudgedOn(index, expected, event.sequence)) ? null : `applied to ${expected}, and judged on ${record.made.baseline}`
}

/** Whether anything was accepted on this baseline by then: before applications named what they rest on, the merged change was recorded all the same. */
async function isJudgedOn(index: ConsentVerificationPorts['index'], baseline: ObjectId, before: number): Promise<boolean> {
  for await (const { kind, body, sequence } of index.ofKinds(['proposal-made'])) {
    if (kind !== 'proposal-made' || sequence >= before || body.baseline !== baseline || body.run !== null) continue
    const records = new ProposalRecords()
    for await (const event of index.ofProposal(body.proposal.id)) if (event.sequence < before) records.apply(event)
    const record = records.get(body.proposal.id)
    if (record !== undefined && standingDecision(record)?.decision.verdict === 'accepted') return true
  }
  return false
}

/** What was merged with its branch rests on the verdict of the merged change, to which nobody may have said no either. */
async function mergedProblem({ index, configOf, judgingOf, signatures }: ConsentVerificationPorts, { body, at, sequence }: Intent, signal: AbortSignal): Promise<string | null> {
  const { judged, proposal, expected, tree } = body
  if (judged === undefined || judged === proposal) return null
  const records = new ProposalRecords()
  for await (const event of index.ofProposal(judged)) if (event.sequence < sequence) records.apply(event)
  const record = records.get(judged)
  const standing = record === undefined ? null : standingDecision(record)
  if (record === undefined || standing?.decision.verdict !== 'accepted') return `applied as ${judged}, which was not accepted`
  const odd = judgingProblem(standing, judgingOf === undefined ? null : await judgingOf(record.made.baseline))
  if (odd !== null) return `applied as ${judged}: ${odd}`
  if (record.made.baseline !== expected || (tree !== undefined && record.made.tree !== tree)) return `applied as ${judged}, which is another change or was judged on another commit`
  if (record.consents.length === 0) return null
  const config = await configOf(record.made.baseline)
  if (config === null) return `people have answered to ${judged}, and the configuration that names its approvers is gone`
  const weight = await standingConsent(signatures, record, { rule: consentRule(config), constitution: standing.decision.policy?.constitution ?? null, now: new Date(at), latestKnown: await latestSince(index, judged, sequence) }, signal)
  return weight.state === 'refused' ? `applied as ${judged}, although that was rejected by ${namesOf(weight.answers)}` : null
}

async function consentProblem({ index, configOf, signatures }: ConsentVerificationPorts, { event, record }: { readonly event: Intent; readonly record: ProposalRecord | undefined }, signal: AbortSignal): Promise<string | null> {
  const standing = record === undefined ? null : standingDecision(record)
  if (record === undefined || standing === null) return 'applied without a verdict'
  const isAsked = needsConsent(record, event)
  if (!isAsked && standing.decision.verdict === 'accepted' && record.consents.length === 0) return null
  if (!isAsked && standing.decision.verdict !== 'accepted') return `applied, but its verdict was ${standing.decision.verdict}`
  const config = await configOf(record.made.baseline)
  if (config === null) return 'people have answered, and the configuration that names its approvers is gone'
  const weight = await standingConsent(signatures, record, { rule: consentRule(config), constitution: standing.decision.policy?.constitution ?? null, now: new Date(event.at), latestKnown: await latestSince(index, record.id, event.sequence) }, signal)
  if (!isAsked) return weight.state === 'refused' ? `applied although it was rejected by ${namesOf(weight.answers)}` : null
  if (weight.state !== 'granted') return `applied without the approval that it needed: ${weight.approvals.length} of ${weight.needed} count${weight.discounted.length === 0 ? '' : ` (not those of ${namesOf(weight.discounted.map(({ consent }) => consent))})`}${weight.state === 'missing' ? '' : `, and it was ${weight.state}`}`
  const counted = new Set(weight.approvals.map(({ digest }) => digest))
  const named = event.body.consents ?? []
  if (named.length === 0 || !named.every((digest) => counted.has(digest))) return 'the approvals that its application names are not those that counted'
  return null
}
