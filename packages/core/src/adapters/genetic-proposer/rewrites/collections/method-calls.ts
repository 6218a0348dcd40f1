import type { SgNode } from '@ast-grep/napi'

/** Every call of a method with one of these names, found by the parser's own search: asking each call for its parts takes many times as long. */
export function methodCalls(root: SgNode, names: readonly string[]): readonly SgNode[] {
  const property = { field: 'property', regex: `^(?:${names.join('|')})$` }
  return root.findAll({ rule: { kind: 'call_expression', has: { field: 'function', kind: 'member_expression', has: property } } })
}
