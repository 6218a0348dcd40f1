import type { SgNode } from '@ast-grep/napi'
import { isFunction } from './binding.ts'

const loops = new Set(['for_statement', 'for_in_statement', 'while_statement', 'do_statement'])
const iterators = new Set(['filter', 'map', 'forEach', 'some', 'every', 'find', 'findIndex', 'findLast', 'flatMap', 'reduce', 'reduceRight'])
const blocks = new Set(['statement_block', 'program', 'switch_case', 'switch_default'])

/**
 * The statement of `scope` around the outermost loop or iteration callback that repeats `node`; null when nothing repeats it, or when a function
 * in between may run at another time. What is computed right before that statement is computed once.
 */
export function enclosingRepetition(node: SgNode, scope: SgNode): SgNode | null {
  let repeated: SgNode | null = null
  for (const ancestor of node.ancestors()) {
    if (ancestor.id() === scope.id()) break
    if (loops.has(String(ancestor.kind()))) repeated = ancestor
    if (!isFunction(ancestor)) continue
    const call = iterationCall(ancestor)
    if (call === null) return null
    repeated = call
  }
  return repeated === null ? null : statementAround(repeated)
}

/** The call that runs this function once for each element, now. */
function iterationCall(callback: SgNode): SgNode | null {
  const text = callback.text()
  if (text.startsWith('async') || /^function\s*\*/.test(text)) return null
  const list = callback.parent()
  const call = list?.kind() === 'arguments' ? list.parent() : null
  const callee = call?.field('function')
  return call !== null && call !== undefined && callee?.kind() === 'member_expression' && iterators.has(callee.field('property')?.text() ?? '') ? call : null
}

function statementAround(node: SgNode): SgNode | null {
  const line = [node, ...node.ancestors()]
  for (const [index, ancestor] of line.entries()) {
    if (blocks.has(String(line[index + 1]?.kind()))) return ancestor
    // An arrow with an expression for a body has no place for a statement.
    if (index > 0 && isFunction(ancestor)) return null
  }
  return null
}
