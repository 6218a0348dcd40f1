import type { TextEdit } from '../../proposal/proposal.ts'
import { indentAt } from './analysis/nodes.ts'
import type { EditSite, Span } from './edit-operator.ts'
import type { Syntax, SyntaxTree } from './syntax-tree.ts'

export type Replacement = Omit<TextEdit, 'path' | 'part'>

export function siteAt({ path }: { readonly path: string }, node: Syntax, { variant, rationale, edits }: { readonly variant: string; readonly rationale: string; readonly edits: () => readonly Replacement[] }): EditSite {
  return { offset: node.start, key: `${node.start}:${variant}`, rationale, edits: () => edits().map((edit) => ({ ...edit, path, part: 0 })) }
}

export function replaced({ start, end }: Span, replacement: string): Replacement {
  return { start, end, replacement }
}

/** Lines before a statement that is first on its own. */
export function before(tree: SyntaxTree, statement: Syntax, lines: readonly string[]): Replacement {
  const indent = indentAt(tree.text, statement.start)
  return { start: statement.start, end: statement.start, replacement: lines.map((line) => `${line}${lineEnd(tree)}${indent}`).join('') }
}

/** Lines after a statement that is last on its own, in the statement's column. */
export function after(tree: SyntaxTree, statement: Syntax, lines: readonly string[]): Replacement {
  const indent = indentAt(tree.text, statement.start)
  const end = tree.text.indexOf('\n', statement.end)
  const at = end < 0 ? tree.text.length : tree.text[end - 1] === '\r' ? end - 1 : end
  return { start: at, end: at, replacement: lines.map((line) => `${lineEnd(tree)}${indent}${line}`).join('') }
}

/** Takes out a statement with its lines. */
export function without(tree: SyntaxTree, { start, end }: Span): Replacement {
  const lineStart = tree.text.lastIndexOf('\n', start - 1) + 1
  const next = tree.text.indexOf('\n', end)
  const stop = next < 0 ? tree.text.length : next
  return tree.text.slice(lineStart, start).trim() === '' && tree.text.slice(end, stop).trim() === '' ? { start: lineStart, end: Math.min(stop + 1, tree.text.length), replacement: '' } : { start, end, replacement: 'pass' }
}

/** One level deeper, as the file does it. */
export function step(tree: SyntaxTree): string {
  return /^(?: +|\t)/m.exec(tree.text)?.[0] ?? '    '
}

export function lineEnd(tree: SyntaxTree): string {
  return tree.text.includes('\r\n') ? '\r\n' : '\n'
}
