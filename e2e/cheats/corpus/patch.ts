/** The four small libraries that the patches are about. */
export const targetNames = ['javascript', 'typescript', 'python', 'cpp'] as const
export type TargetName = (typeof targetNames)[number]

export const cheatGroups = ['tests', 'timing', 'supply-chain', 'repository'] as const
export type CheatGroup = (typeof cheatGroups)[number]

/** What becomes of one path: new content, null for deletion, a function of the old content, or an entry that is no plain file. */
export type FileChange =
  | string
  | Uint8Array
  | null
  | ((old: string) => string)
  | { readonly kind: 'link'; readonly to: string }
  | { readonly kind: 'program'; readonly text: string }
  | { readonly kind: 'submodule'; readonly commit: string }

export type Files = Readonly<Record<string, FileChange>>

interface Patch {
  readonly name: string
  readonly target: TargetName
  /** The function that the patch is about: the benchmark of its baseline runs this one alone. */
  readonly focus: string
  /** By path from the root of the target. Paths that git refuses (`..`, `.GIT`) are written by plumbing, as an attacker would. */
  readonly files: Files
  /** One sentence: what it gains by, or why it is right. */
  readonly why: string
}

export interface Cheat extends Patch {
  readonly group: CheatGroup
  /** Whether it cannot gain by construction, or is found out. */
  readonly how: 'prevented' | 'detected'
}

export interface HonestChange extends Patch {
  /** The verdict that is right: `approval-required` only where the change touches what needs a person by policy. */
  readonly verdict: 'accepted' | 'approval-required'
}

/** Replaces texts that must each occur exactly once; a corpus that no longer fits its target must not pass by accident. */
export function edit(...replacements: readonly (readonly [from: string, to: string])[]): (old: string) => string {
  return (old) => {
    let text = old
    for (const [from, to] of replacements) {
      const parts = text.split(from)
      if (parts.length !== 2) throw new RangeError(`${parts.length - 1} places instead of one hold ${JSON.stringify(from)}`)
      text = parts.join(to)
    }
    return text
  }
}

/** Puts text before the old content. */
export function before(text: string): (old: string) => string {
  return (old) => text + old
}
