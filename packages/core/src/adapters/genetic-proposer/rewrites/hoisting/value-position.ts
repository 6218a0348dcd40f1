import type { SgNode } from '@ast-grep/napi'
import { isCalled, isTarget } from './effects.ts'
import { isWrapper } from './place.ts'

const unfit = new Set(['call_expression', 'decorator', 'expression_statement', 'extends_clause', 'class_heritage', 'nested_identifier', 'nested_type_identifier', 'new_expression', 'type_query'])

/** Stands where any value may: it is not called (its receiver would be lost), assigned, a type or a name in markup. */
export function isValuePosition(expression: SgNode): boolean {
  let node = expression
  let parent = node.parent()
  while (parent !== null && isWrapper(parent)) [node, parent] = [parent, parent.parent()]
  if (parent === null || isTarget(node, parent) || isCalled(node, parent) || unfit.has(String(parent.kind()))) return false
  return !String(parent.kind()).startsWith('jsx_') || parent.kind() === 'jsx_expression'
}
