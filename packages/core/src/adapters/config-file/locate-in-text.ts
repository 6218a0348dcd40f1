import type { FieldPath, Position } from './config-source.ts'

/**
 * Best guess at where a script writes a field: each name of the path is searched after the one before it, as `name:` or
 * `'name':`. Computed or imported names are not found; then the place of the last one that was, or the first line.
 */
export function locateInText(text: string, path: FieldPath): Position {
  const code = blankComments(text)
  let offset = 0
  let found = 0
  for (const step of path) {
    const next = typeof step === 'number' ? nthItem(code, offset, step) : keyAt(code, offset, step)
    if (next === null) break
    found = next.start
    offset = next.end
  }
  const before = text.slice(0, found).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

interface Span {
  readonly start: number
  readonly end: number
}

function keyAt(code: string, from: number, key: string): Span | null {
  const name = key.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const pattern = new RegExp(`(?<![\\w$.-])(['"]?)${name}\\1\\s*(?::|,|\\}|\\()`, 'g')
  pattern.lastIndex = from
  const match = pattern.exec(code)
  return match === null ? null : { start: match.index, end: match.index + key.length }
}

/** The nth element of the list that opens next; counts commas outside brackets and quotes. */
function nthItem(code: string, from: number, index: number): Span | null {
  const open = code.indexOf('[', from)
  if (open === -1) return null
  let depth = 0
  let item = 0
  for (const token of code.slice(open + 1).matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|[[\]{}(),]|[^\s]/g)) {
    const at = open + 1 + token.index
    const text = token[0]
    if (depth === 0 && text === ']') return null
    if (depth === 0 && item === index && text !== ',') return { start: at, end: at }
    if (/^[[{(]$/.test(text)) depth++
    else if (/^[\]})]$/.test(text)) depth--
    else if (text === ',' && depth === 0) item++
  }
  return null
}

/** Comments become spaces of the same length, so that a field named in one is not mistaken for the field. */
function blankComments(text: string): string {
  return text.replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (token) =>
    token.startsWith('/') ? token.replaceAll(/[^\n]/g, ' ') : token,
  )
}
