import { printableText } from '../evaluation/printable-text.ts'

/** One line of printable text of at most `limit` characters; what was cut off is marked. */
export function oneLine(text: string, limit: number): string {
  const flat = printableText(text).replaceAll(/\s+/g, ' ').trim()
  if (flat.length <= limit) return flat
  // By code points, so that no character is cut in half.
  return `${Array.from(flat.slice(0, limit * 2)).slice(0, limit - 1).join('')}…`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '&#64;' }

/**
 * Prose of a stranger inside a line of Markdown (a table cell, never the start of a line): every character that could begin markup,
 * HTML, a table cell, a link or an automatic link is escaped. `@` becomes an entity, so that the source holds no mention.
 */
export function proseText(text: string, limit = 200): string {
  return oneLine(text, limit)
    .replaceAll(/[\\`*_[\]<>|~&$#@]/g, (mark) => entities[mark] ?? `\\${mark}`)
    // Automatic links need no brackets.
    .replaceAll('://', String.raw`\://`)
    .replaceAll(/www\./gi, (start) => `${start.slice(0, 3)}\\.`)
}

/** A name of a stranger as a code span: in it nothing is markup but backticks, and in a table the pipe. */
export function codeText(text: string, limit = 80): string {
  const line = oneLine(text, limit)
  if (line === '') return '(empty)'
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((ticks) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  // A pipe ends a table cell even inside a code span, and a backslash would be shown in one outside a table: the broken bar is safe in both.
  return `${fence}${pad}${line.replaceAll('|', '¦')}${pad}${fence}`
}
