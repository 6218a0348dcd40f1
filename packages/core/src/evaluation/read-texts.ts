import { isUtf8 } from 'node:buffer'
import type { RevisionReader, TreeEntry } from '../workspace/workspace.ts'

/** Texts of files, by path; without what is larger, binary, or no UTF-8: as a mutant it would be written back with other bytes all over. */
export async function readTexts(revisions: RevisionReader, entries: readonly TreeEntry[], byteLimit: number): Promise<ReadonlyMap<string, string>> {
  const blobs = await revisions.blobs(entries.map((entry) => entry.id), byteLimit)
  return new Map(entries.flatMap((entry, index) => {
    const bytes = blobs[index]
    return bytes === null || bytes === undefined || bytes.includes(0) || !isUtf8(bytes) ? [] : [[entry.path, Buffer.from(bytes).toString('utf8')] as const]
  }))
}
