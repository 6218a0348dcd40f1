import { editableText } from '../proposal/apply-edits.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { SourceFile } from '../proposal/proposer.ts'
import type { PathScope } from '../target/path-scope.ts'
import type { RevisionReader } from '../workspace/workspace.ts'

/** Larger files are generated or bundled: nothing a person would want edited, and slow to parse. */
const sizeLimit = 256 * 1024
const cachedCommits = 32

/** Reads the editable text files of variants; blobs shared between variants are read once. */
export function createSourceReader(revisions: RevisionReader, scope: PathScope): (commit: ObjectId) => Promise<readonly SourceFile[]> {
  const texts = new Map<ObjectId, string | null>()
  const commits = new Map<ObjectId, readonly SourceFile[]>()
  return async (commit) => {
    const known = commits.get(commit)
    if (known !== undefined) return known
    const entries = (await revisions.entries(commit)).filter(
      (entry) => entry.mode.startsWith('1007') || entry.mode.startsWith('1006') ? scope.isEditable(entry.path) && !scope.isProtected(entry.path) && (entry.size ?? 0) <= sizeLimit : false,
    )
    const unknown = [...new Set(entries.map((entry) => entry.id))].filter((id) => !texts.has(id))
    const blobs = await revisions.blobs(unknown)
    unknown.forEach((id, index) => texts.set(id, editableText(blobs[index] ?? new Uint8Array())))
    const sources = entries.flatMap((entry): SourceFile[] => {
      const text = texts.get(entry.id)
      return typeof text === 'string' ? [{ path: entry.path, text }] : []
    })
    if (commits.size >= cachedCommits) commits.delete(commits.keys().next().value as ObjectId)
    commits.set(commit, sources)
    return sources
  }
}
