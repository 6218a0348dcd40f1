import { ownerOfKey, personOf, type Approver, type ConsentRule } from './approvers.ts'
import type { CheckedConsent } from './check-signatures.ts'
import type { Consent, ConsentSubject } from './consent.ts'

/** Why an answer does not count. */
export type Discount =
  | 'not-genuine'
  | 'not-an-approver'
  | 'not-their-key'
  | 'unverified'
  | 'repeated'
  | 'superseded'
  | 'other-proposal'
  | 'other-base'
  | 'other-patch'
  | 'other-evidence'
  | 'other-constitution'
  | 'expired'
  | 'in-the-future'
  | 'too-late'

export interface DiscountedConsent {
  readonly consent: Consent
  readonly why: Discount
}

interface Weighed {
  readonly needed: number
  /** Whose approval counts, and on what it rests. */
  readonly approvals: readonly Consent[]
  readonly discounted: readonly DiscountedConsent[]
  /** Enough have said yes, but only such as have a hand in the change. */
  readonly onlyCoAuthors?: true
}

/** `refused`: somebody entitled has said no, and has not said yes since. `deferred`: too few have said yes, and somebody not yet. */
export type ConsentWeight =
  | (Weighed & { readonly state: 'granted' | 'missing' })
  | (Weighed & { readonly state: 'refused' | 'deferred'; readonly answers: readonly Consent[] })

export interface ConsentQuestion {
  /** As things stand today. */
  readonly subject: ConsentSubject
  /** When the verdict was reached that is asked about. */
  readonly decidedAt: string
  readonly now: Date
  /** The latest time that is known to have been since an answer was recorded: a clock that was set back makes nothing valid again. */
  readonly latestKnown?: (consent: Consent) => Date
  /** Who must not be the only ones to approve: whoever edited the change. */
  readonly coAuthors?: readonly string[]
}

/**
 * What the answers to one question come to, `consents` in the order in which they were recorded. The latest answer of each person counts, and no person twice. An approval counts for exactly what it
 * was given on; a rejection stands against the proposal whatever was measured since. Pure.
 */
export function weighConsents(consents: readonly CheckedConsent[], rule: ConsentRule, question: ConsentQuestion): ConsentWeight {
  const discounted: DiscountedConsent[] = []
  const latest = new Map<string, Consent>()
  const seen = new Set<string>()
  for (const { consent, isGenuine } of consents) {
    const person = personOf(consent.by.name)
    const repeated = seen.has(`${person} ${consent.digest}`)
    const why = isGenuine ? (notEntitled(consent.by, rule.approvers) ?? (consent.proposal === question.subject.proposal ? null : 'other-proposal')) : 'not-genuine'
    if (why !== null || repeated) {
      discounted.push({ consent, why: why ?? 'repeated' })
      continue
    }
    // A copy of an earlier answer must not become the latest one.
    seen.add(`${person} ${consent.digest}`)
    const before = latest.get(person)
    if (before !== undefined) discounted.push({ consent: before, why: 'superseded' })
    latest.set(person, consent)
  }
  const standing = [...latest.values()]
  const approvals = standing.filter((consent) => {
    const why = consent.answer === 'approved' ? notBinding(consent, rule, question) : null
    if (why !== null) discounted.push({ consent, why })
    return consent.answer === 'approved' && why === null
  })
  const said = (answer: Consent['answer']): readonly Consent[] => standing.filter((consent) => consent.answer === answer)
  const isEnough = approvals.length >= Math.max(1, rule.needed)
  const onlyCoAuthors = isEnough && !hasOther(approvals, question.coAuthors ?? [])
  const weighed: Weighed = { needed: rule.needed, approvals, discounted, ...(onlyCoAuthors ? { onlyCoAuthors } : {}) }
  if (said('rejected').length > 0) return { ...weighed, state: 'refused', answers: said('rejected') }
  if (isEnough && !onlyCoAuthors) return { ...weighed, state: 'granted' }
  return said('deferred').length > 0 ? { ...weighed, state: 'deferred', answers: said('deferred') } : { ...weighed, state: 'missing' }
}

/** A second pair of eyes: somebody who has not written any of it. */
function hasOther(approvals: readonly Consent[], coAuthors: readonly string[]): boolean {
  const authors = new Set(coAuthors.map(personOf))
  return approvals.some(({ by }) => !authors.has(personOf(by.name)))
}

/** Why somebody is not who they say, or none of those who are asked; null: they are. */
export function notEntitled(by: Consent['by'], approvers: readonly Approver[]): Discount | null {
  if (approvers.length === 0) return null
  const person = personOf(by.name)
  if (!approvers.some(({ name }) => personOf(name) === person)) return 'not-an-approver'
  switch (by.kind) {
    case 'unverified':
      return 'unverified'
    case 'ssh':
    case 'ed25519': {
      const owner = ownerOfKey(approvers, by.key)
      return owner !== null && personOf(owner) === person ? null : 'not-their-key'
    }
    case 'token':
      return approvers.some((approver) => 'token' in approver && personOf(approver.name) === person && isFirstWith(approvers, approver)) ? null : 'not-their-key'
  }
}

/** One token is one person's, as one key is. */
function isFirstWith(approvers: readonly Approver[], { name, token }: { readonly name: string; readonly token: string }): boolean {
  const first = approvers.find((approver) => 'token' in approver && approver.token.toLowerCase() === token.toLowerCase())
  return first !== undefined && personOf(first.name) === personOf(name)
}

/** Why an approval is none of this question, or not any more. */
function notBinding(consent: Consent, { longest, timeout }: ConsentRule, { subject, decidedAt, now, latestKnown = () => now }: ConsentQuestion): Discount | null {
  if (consent.baseline !== subject.baseline) return 'other-base'
  if (consent.commit !== subject.commit || consent.tree !== subject.tree) return 'other-patch'
  if (consent.evidence !== subject.evidence) return 'other-evidence'
  if (consent.constitution !== subject.constitution) return 'other-constitution'
  const given = Date.parse(consent.givenAt)
  // Not a number is never at most anything: what cannot be read does not count.
  if (!(given <= now.getTime())) return 'in-the-future'
  if (timeout !== null && !(given <= Date.parse(decidedAt) + timeout)) return 'too-late'
  const ends = Math.min(given + longest, consent.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(consent.expiresAt))
  return Math.max(now.getTime(), latestKnown(consent).getTime()) < ends ? null : 'expired'
}
