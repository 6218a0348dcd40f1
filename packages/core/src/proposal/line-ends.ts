import type { TextEdit } from './proposal.ts'

/**
 * Edits whose new lines end as those of the file do, and which take no line end apart, where all lines of the file end as in Windows. In a file that has both nothing is changed: its own text would be among what is
 * written again.
 */
export function withLineEnds(text: string, edits: readonly TextEdit[]): readonly TextEdit[] {
  if (!text.includes('\r\n') || /(?<!\r)\n/.test(text)) return edits
  const isInside = (at: number): boolean => text[at - 1] === '\r' && text[at] === '\n'
  return edits.map((edit) => {
    const start = isInside(edit.start) ? edit.start - 1 : edit.start
    const end = isInside(edit.end) ? edit.end - 1 : edit.end
    const replacement = (end === edit.end ? edit.replacement : edit.replacement.replace(/\r$/, '')).replaceAll(/(?<!\r)\n/g, '\r\n')
    return { ...edit, start, end, replacement }
  })
}
