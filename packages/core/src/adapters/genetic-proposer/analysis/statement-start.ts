import type { SgNode } from '@ast-grep/napi'

/**
 * The expression may be replaced by one that begins with a parenthesis. At the start of a statement, in code that leaves semicolons out, that would make
 * a call of whatever stands on the line before.
 */
export function mayBeginWithParenthesis(expression: SgNode): boolean {
  const start = expression.range().start.index
  const statement = expression.ancestors().find((ancestor) => ancestor.kind() === 'expression_statement')
  if (statement === undefined || statement.range().start.index !== start) return true
  let before = statement.prev()
  while (before?.kind() === 'comment') before = before.prev()
  // Before it stands nothing, a brace, `else`, a condition; or another statement, which has to end visibly.
  return before === null || !/_(?:statement|declaration)$/.test(String(before.kind())) || before.text().endsWith(';') || endsInBlock(before)
}

const compounds = new Set(['if_statement', 'else_clause', 'for_statement', 'for_in_statement', 'while_statement', 'labeled_statement', 'try_statement', 'catch_clause', 'finally_clause', 'switch_statement', 'function_declaration', 'class_declaration'])

/** The brace at its end closes statements, no object or function in an expression. */
function endsInBlock(statement: SgNode): boolean {
  if (['statement_block', 'switch_body', 'class_body'].includes(String(statement.kind()))) return true
  const last = compounds.has(String(statement.kind())) ? statement.children().at(-1) : undefined
  return last !== undefined && endsInBlock(last)
}
