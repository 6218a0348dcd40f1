import type { ProposalId } from '../proposal/proposal.ts'

export const alertKinds = ['constitution-violation', 'objective-hacking', 'sandbox-escape', 'repeated-failures'] as const

/** An attempt at what no proposal may do, or a sign that things go wrong: something for a person to look at. */
export type AlertKind = (typeof alertKinds)[number]

export interface Alert {
  readonly kind: AlertKind
  readonly severity: 'warning' | 'critical'
  /** Of the event that shows it. */
  readonly sequence: number
  readonly at: string
  readonly proposal: ProposalId | null
  /** Codes of the rules, checks or reasons that show it: words of ours or of the constitution, never the candidate's. */
  readonly signs: readonly string[]
}

const titles: Readonly<Record<AlertKind, string>> = {
  'constitution-violation': 'a proposal tried what is forbidden, by the constitution or to every proposal',
  'objective-hacking': 'a proposal looked like it meant to fool its judges instead of getting better',
  'sandbox-escape': 'a proposal reached for what lies outside of its sandbox',
  'repeated-failures': 'too much went wrong: nothing is applied automatically for a while',
}

export function alertText({ kind, proposal, signs }: Pick<Alert, 'kind' | 'proposal' | 'signs'>): string {
  return `${titles[kind]}${proposal === null ? '' : ` (${proposal}: ${signs.join(', ')})`}`
}
