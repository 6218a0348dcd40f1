import { Failure } from '../failure/failure.ts'
import type { FileChange, TextEdit } from './proposal.ts'
import type { SourceFile } from './proposer.ts'

export type ProposalErrorCode = 'edit-out-of-range' | 'edits-overlap' | 'unknown-file'

/** A proposer handed over edits that cannot be applied. */
export class ProposalError extends Failure<ProposalErrorCode> {}

/** Applies edits of one file, in any order. Two insertions at one place keep their order in the list. */
export function applyEdits(text: string, edits: readonly Pick<TextEdit, 'start' | 'end' | 'replacement'>[]): string {
  const ordered = edits.map((edit, index) => ({ edit, index })).sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.index - b.index)
  const parts: string[] = []
  let at = 0
  for (const { edit } of ordered) {
    const { start, end, replacement } = edit
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || end > text.length) {
      throw new ProposalError('edit-out-of-range', `an edit of [${start}, ${end}) does not fit a text of ${text.length} characters`)
    }
    if (start < at) throw new ProposalError('edits-overlap', `an edit at ${start} overlaps the one before it, which ends at ${at}`)
    parts.push(text.slice(at, start), replacement)
    at = end
  }
  return [...parts, text.slice(at)].join('')
}

/** Whole-file changes for edits over several files of a parent; files that end up unchanged are left out. */
export function editedFiles(sources: readonly SourceFile[], edits: readonly TextEdit[]): readonly FileChange[] {
  const texts = new Map(sources.map((source) => [source.path, source.text]))
  return [...Map.groupBy(edits, (edit) => edit.path)].flatMap(([path, own]): FileChange[] => {
    const text = texts.get(path)
    if (text === undefined) throw new ProposalError('unknown-file', `an edit names ${JSON.stringify(path)}, which may not be edited`)
    const edited = applyEdits(text, own)
    return edited === text ? [] : [{ path, content: Buffer.from(edited, 'utf8') }]
  })
}

/** The text of a file that can be edited without loss: valid UTF-8 (a BOM stays a character) without NUL. Null otherwise. */
export function editableText(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  const text = Buffer.from(bytes).toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null
}
