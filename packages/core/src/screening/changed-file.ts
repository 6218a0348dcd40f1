/** Why the content of a file cannot be judged; then a person has to. */
export type ContentProblem = 'binary' | 'wide-encoding' | 'too-large' | 'ambiguous-path'

/** One file of a change with its texts, from git's own objects. */
export interface ChangedFile {
  readonly path: string
  /** Null where the file did not exist, or held no text. */
  readonly before: string | null
  /** Null where the file is gone, or holds no text that can be judged. */
  readonly after: string | null
  /** Numbers (from 1) of the lines of `after` that the change adds. */
  readonly addedLines: ReadonlySet<number>
  /** Tests, benchmarks and the like: code rules are about what runs as the candidate, and these never do. */
  readonly isProtected: boolean
  /** About `after`. */
  readonly problem: ContentProblem | null
  /** Why there is no `before` though the file existed: then nobody knows what the change takes away. Absent or null where it could be read, or there was none. */
  readonly oldProblem?: ContentProblem | null
}

/** The added lines of a file in order, with their numbers. */
export function addedText(file: ChangedFile): readonly { readonly number: number; readonly text: string }[] {
  if (file.after === null || file.addedLines.size === 0) return []
  const lines = file.after.split('\n')
  return [...file.addedLines].flatMap((number) => {
    const text = lines[number - 1]
    return text === undefined ? [] : [{ number, text }]
  })
}
