/** What a reply asks for in one place of one file, before it is looked up there. */
export type ChangeRequest =
  | { readonly kind: 'replace'; readonly path: string; readonly search: readonly string[]; readonly replace: readonly string[]; readonly near: number | null }
  | { readonly kind: 'whole'; readonly path: string; readonly content: string }

export interface ReadReply {
  readonly requests: readonly ChangeRequest[]
  /** What it says besides. */
  readonly prose: string
}
