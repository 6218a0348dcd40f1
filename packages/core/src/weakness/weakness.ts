import type { ProposalModel } from '../proposal/proposal.ts'

/** What keeps an agent from solving more tasks. A hint for whoever improves it, never evidence. */
export interface Weakness {
  /** Each of them printable text of a sentence or a few. */
  readonly primary: string
  readonly rootCause: string
  readonly suggestedFix: string
  /** Who says so: Ratchet, from recorded facts, or a model that was shown them. */
  readonly source: 'facts' | 'model'
  /** The tasks that it was found in, of all that were not solved. */
  readonly tasks: readonly string[]
  readonly unsolved: number
  /** Of a model that was asked, also where what it said could not be used. */
  readonly model?: ProposalModel
}

const mostText = 1_200

/** One paragraph of printable text, shortened: it comes to stand in statements, in reports and in the journal. */
export function weaknessText(text: string): string {
  const plain = text.slice(0, mostText * 8).replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return plain.length <= mostText ? plain : `${plain.slice(0, mostText - 3).toWellFormed()}...`
}
