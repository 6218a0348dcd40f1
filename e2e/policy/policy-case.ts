/** What a case shows: an ordinary change that goes on, one that is stopped, or one that is meant to slip through and is stopped as well. */
export type CaseKind = 'allow' | 'deny' | 'evasion'

/** A file of a change: its text, or its mode and text (for links: where they lead; for submodules: a commit). Null deletes it. */
export type CaseFile = string | { readonly mode: '100755' | '120000' | '160000'; readonly text: string } | null

export interface PolicyCase {
  readonly name: string
  readonly kind: CaseKind
  readonly before: Readonly<Record<string, CaseFile>>
  readonly after: Readonly<Record<string, CaseFile>>
  /** What the proposal says of itself. */
  readonly rationale?: string
  /** Denied whatever a person says; without it, being asked about is enough. */
  readonly denied?: true
}

/** Cases that add a text at the end of one file. */
export function additions(path: string, before: string, cases: Readonly<Record<CaseKind, Readonly<Record<string, string>>>>): readonly PolicyCase[] {
  return (['allow', 'deny', 'evasion'] as const).flatMap((kind) => Object.entries(cases[kind]).map(([name, text]) => ({ name: `${path}: ${name}`, kind, before: { [path]: before }, after: { [path]: `${before}${text}\n` } })))
}
