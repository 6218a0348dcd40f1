import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isNode, isOptional, methodCall, namedChildren, withoutParentheses } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import { inlineCallback } from '../../analysis/inline-callback.ts'

/** One end of a sorted copy, as the program asks for it. */
export interface SortedEnd {
  /** The whole expression. */
  readonly node: SgNode
  /** What to walk through: the list that is copied, or the fresh list that is sorted itself. */
  readonly list: SgNode
  /** The expression as it was, with a name in place of the list. */
  readonly old: (list: string) => string
  /** A number takes the place of the best so far when it is `<`, `<=`, `>` or `>=` than it: of equal ones sorting puts the first first. */
  readonly comparison: '<' | '<=' | '>' | '>='
}

const freshMethods = new Set(['concat', 'filter', 'flatMap', 'map'])

/** Reads `[...a].sort((x, y) => x - y)[0]` and its like; null when the sorted list is used for anything else. */
export function sortedEnd(sort: SgNode, scopes: Scopes): SortedEnd | null {
  const parts = methodCall(sort)
  const [comparator, ...others] = parts?.values ?? []
  if (parts === null || (parts.method !== 'sort' && parts.method !== 'toSorted') || comparator === undefined || others.length > 0) return null
  const isAscending = directionOf(comparator, scopes)
  const list = parts.method === 'toSorted' ? parts.object : copiedList(parts.object, scopes)
  if (isAscending === null || list === null) return null
  const taking = endOf(sort, list)
  if (taking === null) return null
  const text = taking.node.text()
  const [from, to] = [list.range().start.index - taking.node.range().start.index, list.range().end.index - taking.node.range().start.index]
  const comparison = taking.isFirst ? (isAscending ? '<' : '>') : isAscending ? '>=' : '<='
  return { node: taking.node, list, old: (name) => text.slice(0, from) + name + text.slice(to), comparison }
}

/** `(x, y) => x - y` is true, `y - x` false; anything else null. */
function directionOf(comparator: SgNode, scopes: Scopes): boolean | null {
  const callback = inlineCallback(comparator)
  const result = callback?.result
  const [x, y, ...others] = callback?.parameters.map(({ name }) => name) ?? []
  if (result?.kind() !== 'binary_expression' || result.field('operator')?.text() !== '-' || typeof x !== 'string' || typeof y !== 'string' || x === y || others.length > 0) return null
  const sides = [result.field('left'), result.field('right')].map((side) => (side?.kind() === 'identifier' && scopes.resolve(side) !== null ? side.text() : null))
  if (sides[0] === x && sides[1] === y) return true
  return sides[0] === y && sides[1] === x ? false : null
}

/** The list behind a fresh copy; a list that is itself fresh; null when sorting changes a list that others may hold. */
function copiedList(object: SgNode, scopes: Scopes): SgNode | null {
  const node = withoutParentheses(object)
  if (node.kind() === 'array') {
    const [only, ...others] = namedChildren(node)
    return only?.kind() === 'spread_element' && others.length === 0 && !node.text().includes(',,') && /^\[\s*\.\.\./.test(node.text()) ? (namedChildren(only)[0] ?? null) : null
  }
  const parts = methodCall(node)
  if (parts !== null && (parts.method === 'slice' || parts.method === 'concat') && parts.values.length === 0) return parts.object
  if (node.kind() === 'call_expression' && node.field('function')?.text() === 'Array.from' && argumentsOf(node).length === 1) return scopes.isPlatformName('Array') ? (argumentsOf(node)[0] ?? null) : null
  return parts !== null && freshMethods.has(parts.method) ? node : null
}

function endOf(sort: SgNode, list: SgNode): { readonly node: SgNode; readonly isFirst: boolean } | null {
  const parent = sort.parent()
  if (parent === null || !isNode(parent.field('object'), sort) || isOptional(parent)) return null
  if (parent.kind() === 'subscript_expression') {
    const index = parent.field('index')?.text() ?? ''
    const isLast = list.kind() === 'identifier' && index === `${list.text()}.length - 1`
    return (index === '0' || isLast) && isValue(parent) ? { node: parent, isFirst: !isLast } : null
  }
  const call = parent.parent()
  const parts = call === null || call === undefined ? null : methodCall(call)
  if (call === null || parts === null || !isNode(parts.object, sort)) return null
  const position = parts.values.map((value) => value.text()).join(',')
  if ((parts.method === 'shift' && position === '') || (parts.method === 'at' && position === '0')) return { node: call, isFirst: true }
  return (parts.method === 'pop' && position === '') || (parts.method === 'at' && position === '-1') ? { node: call, isFirst: false } : null
}

/** Read, and neither assigned nor called (which would hand the list on as `this`). */
function isValue(place: SgNode): boolean {
  const parent = place.parent()
  const kind = String(parent?.kind())
  if (kind === 'call_expression' || kind === 'assignment_expression' || kind === 'augmented_assignment_expression' || kind === 'for_in_statement') return isNode(parent?.field('right'), place)
  return ['variable_declarator', 'return_statement', 'binary_expression', 'arguments', 'pair', 'array', 'template_substitution', 'ternary_expression', 'member_expression', 'arrow_function'].includes(kind)
}
