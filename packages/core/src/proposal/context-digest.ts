import { hash } from 'node:crypto'
import type { TextEdit } from './proposal.ts'
import type { SourceFile } from './proposer.ts'

/** Characters on either side of an edit that must be the same for it to be the same edit in another text. */
const context = 60

/**
 * Names what edits do wherever the text around them is the same: an edit that broke something in one variant is known again in another one, where its offsets differ. Null for edits of a file that is not among
 * the sources.
 */
export function contextDigest(edits: readonly TextEdit[], sources: readonly SourceFile[]): string | null {
  const texts = new Map(sources.map(({ path, text }) => [path, text]))
  const parts: (readonly string[])[] = []
  for (const { path, start, end, replacement } of edits) {
    const text = texts.get(path)
    if (text === undefined) return null
    parts.push([path, text.slice(Math.max(0, start - context), start), text.slice(start, end), replacement, text.slice(end, end + context)])
  }
  const canonical = parts.map((part) => JSON.stringify(part)).sort()
  return hash('sha256', canonical.join('\n'), 'hex')
}
