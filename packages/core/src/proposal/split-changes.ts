import { createHash } from 'node:crypto'
import { editableText, ProposalError } from './apply-edits.ts'
import { lineEdits } from './line-edits.ts'
import type { FileChange, TextEdit, WholeFile } from './proposal.ts'
import type { SourceFile } from './proposer.ts'

export interface ChangesToSplit {
  readonly changes: readonly FileChange[]
  /** Text of the parent that edits can be made of. */
  readonly sources: readonly SourceFile[]
  /** Of every entry of the parent, by path; links and submodules included. */
  readonly modes: ReadonlyMap<string, string>
  readonly firstPart: number
}

export interface SplitChanges {
  readonly edits: readonly TextEdit[]
  readonly files: readonly FileChange[]
}

/**
 * Whole files as the smallest thing that each of them can be: edits of lines, one part for each hunk, where text of an editable file changes and nothing else; the file itself where it is new, goes, is no text, or changes its
 * mode. What changes nothing is left out. So a change that a program made file by file is minimised, merged and told like any other.
 */
export function splitChanges({ changes, sources, modes, firstPart }: ChangesToSplit): SplitChanges {
  const texts = new Map(sources.map(({ path, text }) => [path, text]))
  const edits: TextEdit[] = []
  const files: FileChange[] = []
  for (const change of changes) {
    const { path, content } = change
    const held = modes.get(path)
    if (content === null) {
      if (held !== undefined) files.push({ path, content })
      continue
    }
    const mode = change.mode ?? (held === '100755' ? held : '100644')
    const [before, after] = [texts.get(path), editableText(content)]
    if (before === undefined || after === null || held !== mode) files.push({ path, content, mode })
    else if (before !== after) edits.push(...lineEdits(path, { before, after }, firstPart + edits.length))
  }
  return { edits, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) }
}

/** @throws ProposalError where a file is named twice, or both edited and replaced */
export function wholeFiles(edits: readonly TextEdit[], files: readonly FileChange[]): readonly WholeFile[] {
  const seen = new Set(edits.map(({ path }) => path))
  return files.map(({ path, content, mode }) => {
    if (seen.has(path)) throw new ProposalError('edits-overlap', `${JSON.stringify(path)} is changed twice in one proposal`)
    seen.add(path)
    return { path, digest: content === null ? null : createHash('sha256').update(content).digest('hex'), mode: content === null ? null : (mode ?? '100644'), bytes: content?.length ?? 0 }
  })
}
