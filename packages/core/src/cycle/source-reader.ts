import { editableText } from '../proposal/apply-edits.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { SourceFile } from '../proposal/proposer.ts'
import type { PathScope } from '../target/path-scope.ts'
import type { RevisionReader } from '../workspace/workspace.ts'

/** Larger files are generated or bundled: nothing a person would want edited, and slow to parse. */
const sizeLimit = 256 * 1024
const cachedCommits = 32
/** Texts remembered besides those of the commit at hand: versions of single files, which come again with their descendants. */
const textsKept = 1024

/** Reads the editable text files of variants; blobs shared between variants are read once. */
export function createSourceReader(revisions: RevisionReader, scope: PathScope): (commit: ObjectId) => Promise<readonly SourceFile[]> {
  const texts = new Map<ObjectId, string | null>()
  const commits = new Map<ObjectId, readonly SourceFile[]>()
  const editable = new Map<string, boolean>()
  const isEditable = (path: string): boolean => {
    const known = editable.get(path) ?? scope.isEditable(path)
    editable.set(path, known)
    return known
  }
  return async (commit) => {
    const known = commits.get(commit)
    if (known !== undefined) return known
    const entries = (await revisions.entries(commit)).filter((entry) => entry.mode.startsWith('100') && isEditable(entry.path))
    const unknown = [...new Set(entries.map((entry) => entry.id))].filter((id) => !texts.has(id))
    const blobs = await revisions.blobs(unknown, sizeLimit)
    unknown.forEach((id, index) => texts.set(id, textOf(blobs[index])))
    const sources = entries.flatMap((entry): SourceFile[] => {
      const text = texts.get(entry.id)
      return typeof text === 'string' ? [{ path: entry.path, text }] : []
    })
    if (texts.size > entries.length + textsKept) keepOnly(texts, new Set(entries.map((entry) => entry.id)))
    if (commits.size >= cachedCommits) commits.delete(commits.keys().next().value as ObjectId)
    commits.set(commit, sources)
    return sources
  }
}

/** All at once and seldom: a run makes a new text a step, for ever. */
function keepOnly(texts: Map<ObjectId, unknown>, ids: ReadonlySet<ObjectId>): void {
  for (const id of texts.keys()) if (!ids.has(id)) texts.delete(id)
}

function textOf(bytes: Uint8Array | null | undefined): string | null {
  return bytes === null || bytes === undefined ? null : editableText(bytes)
}
