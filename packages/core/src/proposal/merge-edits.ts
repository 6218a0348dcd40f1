import { doClash } from './introduced-names.ts'
import { lineEdits } from './line-edits.ts'
import type { TextEdit } from './proposal.ts'
import type { Mate, SourceFile } from './proposer.ts'

type Hunk = Omit<TextEdit, 'part'>

/**
 * What a mate does to the ancestor that it shares with the parent, as edits of the parent: a three-way merge by lines, one `part` for each hunk. What both did is in the parent already. Null for a conflict, which is
 * two hunks that overlap or touch, as git has it, and two that bring the same new name; empty where the mate has nothing that the parent lacks.
 */
export function mergeEdits(parent: readonly SourceFile[], { sources, base }: Pick<Mate, 'sources' | 'base'>): readonly TextEdit[] | null {
  const [bases, parents] = [textsOf(base), textsOf(parent)]
  const edits: TextEdit[] = []
  for (const { path, text: theirs } of sources) {
    const [before, ours] = [bases.get(path), parents.get(path)]
    if (before === theirs || ours === theirs) continue
    if (before === undefined || ours === undefined) return null
    const merged = mergeFile(path, { before, ours, theirs })
    if (merged === null) return null
    for (const hunk of merged) edits.push({ ...hunk, part: edits.length })
  }
  return edits
}

function mergeFile(path: string, { before, ours, theirs }: { readonly before: string; readonly ours: string; readonly theirs: string }): readonly Hunk[] | null {
  const done = lineEdits(path, { before, after: ours }, 0)
  const other = lineEdits(path, { before, after: theirs }, 0)
  const wanted = other.filter((hunk) => !done.some((one) => isSame(hunk, one)))
  if (wanted.some((hunk) => done.some((one) => hunk.start <= one.end && one.start <= hunk.end))) return null
  const own = done.filter((hunk) => !other.some((one) => isSame(hunk, one)))
  // Two variants choose the same name for two things where they can.
  if (doClash(before, own, wanted)) return null
  return wanted.map(({ start, end, replacement }) => {
    const shift = done.reduce((sum, other) => (other.end < start ? sum + other.replacement.length - (other.end - other.start) : sum), 0)
    return { path, start: start + shift, end: end + shift, replacement }
  })
}

function isSame(a: Hunk, b: Hunk): boolean {
  return a.start === b.start && a.end === b.end && a.replacement === b.replacement
}

function textsOf(sources: readonly SourceFile[]): ReadonlyMap<string, string> {
  return new Map(sources.map(({ path, text }) => [path, text]))
}
