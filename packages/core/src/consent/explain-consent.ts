import type { Consent } from './consent.ts'
import type { ConsentWeight, Discount } from './weigh-consents.ts'

const words: Readonly<Record<Discount, string>> = {
  'not-genuine': 'its signature or digest does not hold',
  'not-an-approver': 'the configuration does not name them as an approver',
  'not-their-key': 'it was given with a key or token that is not theirs',
  'unverified': 'approvers are configured, and it carries no proof of who gave it',
  'repeated': 'it is a copy of an earlier answer',
  'superseded': 'the same person has answered again since',
  'other-proposal': 'it was given on another proposal',
  'other-base': 'it was given on another base',
  'other-patch': 'it was given on another patch',
  'other-evidence': 'the change was judged again since',
  'other-constitution': 'the constitution has changed since',
  'expired': 'it has expired',
  'in-the-future': 'it is dated in the future',
  'too-late': 'it was given after the time for an answer had run out',
}

/** Why one answer does not count, for a person. */
export function discountText(why: Discount): string {
  return words[why]
}

/** What is missing, in one line for a person. Names are text that somebody else wrote. */
export function consentText(weight: ConsentWeight, proposal: string): string {
  switch (weight.state) {
    case 'granted':
      return `approved by ${namesOf(weight.approvals)}: ratchet apply ${proposal}`
    case 'refused':
      return `rejected by ${weight.answers.map(({ by, reason }) => `${by.name} (${reason})`).join(', ')}; only they can take that back`
    case 'deferred':
      return `deferred by ${weight.answers.map(({ by, reason }) => `${by.name} (${reason})`).join(', ')}; ${missing(weight, proposal)}`
    case 'missing':
      return missing(weight, proposal)
  }
}

function missing({ needed, approvals, onlyCoAuthors }: ConsentWeight, proposal: string): string {
  if (onlyCoAuthors === true) return `approved by ${namesOf(approvals)}, who edited it: needs an approval by somebody who did not: ratchet approve ${proposal} --reason "..."`
  const have = approvals.length
  return `needs ${needed} approval${needed === 1 ? '' : 's'}${have === 0 ? '' : `, has ${have}`}: ratchet approve ${proposal} --reason "..."`
}

export function namesOf(consents: readonly Consent[]): string {
  return consents.map(({ by }) => (by.kind === 'unverified' ? `${by.name}, unverified` : by.name)).join(', ')
}
