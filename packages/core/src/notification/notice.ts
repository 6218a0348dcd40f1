export const noticeKinds = ['run', 'approval', 'applied', 'reverted', 'left', 'order', 'alert'] as const

/** run: a run has ended; approval: people are asked; left: what a run might have applied waits for a person; order: somebody paused, stopped or resumed. */
export type NoticeKind = (typeof noticeKinds)[number]

/** What somebody is told: words of ours, ids and codes. Never a patch, nor what a proposal says of itself. */
export interface Notice {
  readonly kind: NoticeKind
  /** Number of the journal's event that it is about. */
  readonly sequence: number
  /** ISO 8601. */
  readonly at: string
  readonly severity: 'info' | 'warning' | 'critical'
  readonly text: string
  readonly run: string | null
  readonly proposal: string | null
}
