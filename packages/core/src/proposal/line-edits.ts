import { diffArrays } from 'diff'
import type { TextEdit } from './proposal.ts'

/** Lines with their terminators, so that joining gives the text back exactly (CRLF and a missing final newline included). */
function splitLines(text: string): string[] {
  return text.split(/(?<=\n)/)
}

/**
 * The difference between two texts as edits of whole lines, one `part` per hunk, numbered from `firstPart`.
 * Applying all of them to `before` gives `after`.
 */
export function lineEdits(path: string, texts: { readonly before: string; readonly after: string }, firstPart: number): readonly TextEdit[] {
  const edits: TextEdit[] = []
  let offset = 0
  let open: { start: number; end: number; replacement: string } | null = null
  const close = (): void => {
    if (open !== null) edits.push({ path, ...open, part: firstPart + edits.length })
    open = null
  }
  for (const change of diffArrays(splitLines(texts.before), splitLines(texts.after))) {
    const text = change.value.join('')
    if (!change.added && !change.removed) {
      close()
      offset += text.length
      continue
    }
    open ??= { start: offset, end: offset, replacement: '' }
    if (change.added) open.replacement += text
    else {
      offset += text.length
      open.end = offset
    }
  }
  close()
  return edits
}
