export const replyProblems = ['empty', 'filtered', 'truncated', 'huge', 'no-edits', 'malformed', 'unknown-file', 'not-found', 'ambiguous', 'overlap', 'redacted', 'no-change'] as const

/** Why a reply is no proposal: ordinary endings, of which the model is told once. */
export type ReplyProblem = (typeof replyProblems)[number]

export interface UnusableReply {
  readonly kind: 'unusable'
  readonly problem: ReplyProblem
  /** For the model, and for a person: one sentence. */
  readonly detail: string
}

export function unusable(problem: ReplyProblem, detail: string): UnusableReply {
  return { kind: 'unusable', problem, detail }
}
