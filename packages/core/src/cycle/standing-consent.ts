import type { ConsentRule } from '../consent/approvers.ts'
import { checkSignatures } from '../consent/check-signatures.ts'
import type { Consent, ConsentSubject } from '../consent/consent.ts'
import { weighConsents, type ConsentWeight } from '../consent/weigh-consents.ts'
import type { SignatureVerifier } from '../signature/signature.ts'
import type { Config } from '../target/config.ts'
import { CycleError } from './cycle-error.ts'
import { coAuthorsOf, standingDecision, type ProposalRecord } from './proposal-record.ts'

export interface ConsentCircumstances {
  readonly rule: ConsentRule
  /** Digest of the constitution that is in force on the proposal's baseline. */
  readonly constitution: string | null
  readonly now: Date
  /** See `latestSince`. */
  readonly latestKnown?: (consent: Consent) => Date
}

/** As long as the schema's own default: nobody's word lasts for ever because nobody configured it. */
const unconfigured: ConsentRule = { approvers: [], needed: 1, longest: 7 * 86_400_000, timeout: null }

/** Who must say yes, from the trusted baseline's configuration. */
export function consentRule({ consent }: Pick<Config, 'consent'>): ConsentRule {
  return consent === undefined ? unconfigured : { approvers: consent.approvers, needed: consent.needed, longest: consent.expires, timeout: consent.timeout ?? null }
}

/** What a person is asked about when the proposal is put before them now. */
export function consentSubject({ id, made, ...record }: ProposalRecord, constitution: string | null): ConsentSubject {
  const standing = standingDecision({ id, made, ...record })
  if (standing === null) throw new CycleError('not-offered', `proposal ${id} has not been judged`, { remedy: `\`ratchet show ${id}\` says how far it came.` })
  return { proposal: id, baseline: made.baseline, commit: made.commit, tree: made.tree, evidence: standing.hash, constitution }
}

/** What the recorded answers come to at this moment; every signature is verified anew. */
export async function standingConsent(signatures: SignatureVerifier, record: ProposalRecord, { constitution, rule, ...times }: ConsentCircumstances, signal: AbortSignal): Promise<ConsentWeight> {
  const subject = consentSubject(record, constitution)
  const decidedAt = standingDecision(record)?.at ?? ''
  return weighConsents(await checkSignatures(record.consents, signatures, signal), rule, { subject, decidedAt, coAuthors: needsOthers(record, rule) ? coAuthorsOf(record) : [], ...times })
}

/**
 * Whether those who edited a change may not approve it by themselves. Where nobody is named who approves, nobody could be told apart either: there only a constitution that asks makes it count. The
 * constitution's leave is that of the verdict's own basis, so that `verify` finds what held at the time.
 */
function needsOthers(record: ProposalRecord, { approvers }: ConsentRule): boolean {
  const standing = standingDecision(record)
  if (standing?.basis?.policy?.coAuthorsMayApprove === true) return false
  return approvers.length > 0 || standing?.decision.policy?.decision === 'ask'
}
