import { lineEdits } from '../proposal/line-edits.ts'
import type { FileChange, ObjectId, TextEdit } from '../proposal/proposal.ts'
import type { SourceFile } from '../proposal/proposer.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import type { ReadSources } from './propose-step.ts'

/** What leads from one commit straight to another: edits of whole lines, a part for each hunk, and files that are new, go, or are no text. */
export interface FlatChange {
  readonly edits: readonly TextEdit[]
  readonly files: readonly FileChange[]
}

/** Something that can be left out by itself: a hunk by its part, a file by its path. */
export type FlatUnit = number | string

/** @throws TypeError where the commit holds a link or a submodule that the baseline has not: nobody who proposes in a run can make one */
export async function flatChange({ revisions, readSources }: { readonly revisions: RevisionReader; readonly readSources: ReadSources }, { from, to }: { readonly from: ObjectId; readonly to: ObjectId }): Promise<FlatChange> {
  const [before, after] = [await readSources(from), await readSources(to)]
  const editable = new Set(after.map(({ path }) => path))
  const known = new Set(before.flatMap(({ path }) => (editable.has(path) ? [path] : [])))
  const whole = (await revisions.changes(from, to)).filter(({ path, oldMode, newMode }) => !known.has(path) || oldMode !== newMode)
  if (whole.length === 0) return { edits: flatHunks(before, after), files: [] }
  const ids = new Map((await revisions.entries(to)).map(({ path, id }) => [path, id]))
  const kept = whole.filter(({ status }) => status !== 'deleted')
  const contents = await revisions.blobs(kept.map(({ path }) => ids.get(path) ?? ''))
  const files = [
    ...whole.filter(({ status }) => status === 'deleted').map(({ path }): FileChange => ({ path, content: null })),
    ...kept.map(({ path, newMode }, index): FileChange => {
      const content = contents[index] ?? null
      if (content === null || (newMode !== '100644' && newMode !== '100755')) throw new TypeError(`${path} in ${to} is no plain file`)
      return { path, content, mode: newMode }
    }),
  ]
  const replaced = new Set(whole.map(({ path }) => path))
  return { edits: flatHunks(before, after.filter(({ path }) => !replaced.has(path))), files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) }
}

export function unitsOf({ edits, files }: FlatChange): readonly FlatUnit[] {
  return [...new Set(edits.map(({ part }) => part)), ...files.map(({ path }) => path)]
}

export function withoutUnit({ edits, files }: FlatChange, unit: FlatUnit): FlatChange {
  return { edits: edits.filter(({ part }) => part !== unit), files: files.filter(({ path }) => path !== unit) }
}

export function isNothing({ edits, files }: FlatChange): boolean {
  return edits.length === 0 && files.length === 0
}

/** The difference as edits of whole lines, a part for each hunk. */
function flatHunks(before: readonly SourceFile[], after: readonly SourceFile[]): readonly TextEdit[] {
  const texts = new Map(before.map((file) => [file.path, file.text]))
  const edits: TextEdit[] = []
  for (const file of after) {
    const text = texts.get(file.path)
    if (text !== undefined && text !== file.text) edits.push(...lineEdits(file.path, { before: text, after: file.text }, edits.length))
  }
  return edits
}
