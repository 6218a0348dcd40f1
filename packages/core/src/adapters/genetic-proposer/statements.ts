import type { SgNode } from '@ast-grep/napi'
import type { Span } from './edit-operator.ts'

const blockKinds = ['statement_block', 'program', 'switch_case', 'switch_default']
const keptKinds = new Set(['import_statement', 'export_statement', 'function_declaration', 'class_declaration', 'comment', 'empty_statement', 'hash_bang_line'])

/** A statement that the classic edits may delete, swap, copy and move. Offsets count UTF-16 code units. */
export interface Statement extends Span {
  readonly node: { text(): string }
  /** Only calls something and leaves the answer: what it does may be needed by nobody. */
  readonly isCall: boolean
  /** What must stand where it stood, when the language allows no empty block. */
  readonly idle?: string
}

/** The statements of every block, in order; imports, exports, declarations of functions and classes, and directives are no statements to edit. */
export function listStatements(root: SgNode): readonly (readonly Statement[])[] {
  const blocks = root.findAll({ rule: { any: blockKinds.map((kind) => ({ kind })) } })
  return [...(blockKinds.includes(String(root.kind())) ? [root] : []), ...blocks.filter((block) => block.id() !== root.id())].map((block) =>
    block.children().flatMap((node): Statement[] => {
      if (!node.isNamed() || !isStatement(node)) return []
      const { start, end } = node.range()
      return [{ node, isCall: isCall(node), start: start.index, end: end.index }]
    }),
  )
}

function isStatement(node: SgNode): boolean {
  const kind = String(node.kind())
  if (keptKinds.has(kind)) return false
  if (kind === 'expression_statement') return !/^['"]/.test(node.text())
  return kind.endsWith('_statement') || kind === 'lexical_declaration' || kind === 'variable_declaration'
}

function isCall(node: SgNode): boolean {
  return node.kind() === 'expression_statement' && node.child(0)?.kind() === 'call_expression'
}

/** The statement with its indentation and line end when it is alone on its lines: what to take out so that no blank line stays. */
export function wholeLines(text: string, { start, end }: Span): Span {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = text.indexOf('\n', end)
  const rest = text.slice(end, lineEnd < 0 ? text.length : lineEnd)
  const alone = text.slice(lineStart, start).trim() === '' && rest.trim() === ''
  return alone ? { start: lineStart, end: lineEnd < 0 ? text.length : lineEnd + 1 } : { start, end }
}

/** One line of a node's text, for a rationale. */
export function excerpt(node: { text(): string }): string {
  const text = node.text().replaceAll(/\s+/g, ' ')
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
