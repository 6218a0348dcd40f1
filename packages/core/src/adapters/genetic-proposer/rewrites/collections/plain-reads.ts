import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isFunction, isNode, methodCall, namedChildren, upwards } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'

const copyingMethods = new Set(['at', 'concat', 'includes', 'indexOf', 'join', 'lastIndexOf', 'slice'])
const callbackMethods = new Set(['every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap', 'forEach', 'map', 'some'])
const copyingFunctions = new Set(['Array.from', 'Array.isArray', 'JSON.stringify', 'Object.entries', 'Object.keys', 'Object.values'])
/** What may stand around a place that is assigned or called: `(list[0]) = 1` and TypeScript's `list[0]! = 1`. */
const wrappers = new Set(['parenthesized_expression', 'non_null_expression', 'as_expression', 'satisfies_expression', 'instantiation_expression'])
const comparisons = new Set(['===', '!==', '==', '!=', 'in'])

/** What the collection is: the methods of an array are known, those of an object are the program's own. */
export type CollectionKind = 'array' | 'object'

/**
 * This mention of a collection reads from it, is done when its expression has been evaluated (a `for-of` when its loop has), and hands the
 * collection to nobody: not as a value, not as `this`, not as the last argument of a callback. Stricter than `onlyReads`: made for collections that change in place.
 */
export function isPlainRead(use: SgNode, kind: CollectionKind, scopes: Scopes): boolean {
  const parent = use.parent()
  if (parent === null) return false
  switch (String(parent.kind())) {
    case 'member_expression':
      return isNode(parent.field('object'), use) && isPlainMember(parent, kind)
    case 'subscript_expression':
      return isNode(parent.field('object'), use) && isPlainElement(parent)
    case 'binary_expression':
      return comparisons.has(parent.field('operator')?.text() ?? '')
    case 'unary_expression':
      return ['!', 'typeof'].includes(parent.field('operator')?.text() ?? '')
    case 'for_in_statement':
      return isNode(parent.field('right'), use)
    case 'spread_element':
      return ['array', 'arguments', 'object'].includes(String(parent.parent()?.kind()))
    case 'arguments':
      return isCopied(parent, scopes)
    default:
      return false
  }
}

function isPlainMember(member: SgNode, kind: CollectionKind): boolean {
  if (isTarget(member)) return false
  if (!isCallee(member)) return true
  // A method of an object accumulator would get it as `this`.
  const call = member.parent()
  const parts = call === null || kind === 'object' ? null : methodCall(call)
  if (parts === null) return false
  return copyingMethods.has(parts.method) || (callbackMethods.has(parts.method) && keepsCollectionAway(parts.values[0]))
}

/** `every`, `map` and the like hand the collection to their callback as its third argument. */
function keepsCollectionAway(callback: SgNode | undefined): boolean {
  if (callback === undefined || !['arrow_function', 'function_expression'].includes(String(callback.kind()))) return false
  const parameters = namedChildren(callback.field('parameters'))
  return parameters.length < 3 && !parameters.some((parameter) => /\.\.\./.test(parameter.text())) && !/\barguments\b/.test(callback.text())
}

function isPlainElement(element: SgNode): boolean {
  return !isCallee(element) && !isTarget(element)
}

/** Called, also as `(list.f)()`, as a template's tag or, in TypeScript, as `list.f!()`. */
function isCallee(place: SgNode): boolean {
  const parent = place.parent()
  if (parent === null) return false
  if (wrappers.has(String(parent.kind()))) return isCallee(parent)
  return parent.kind() === 'call_expression' && isNode(parent.field('function'), place)
}

function isCopied(list: SgNode, scopes: Scopes): boolean {
  const call = list.parent()
  const name = call?.kind() === 'call_expression' ? (call.field('function')?.text() ?? '') : ''
  return call !== null && call !== undefined && copyingFunctions.has(name) && argumentsOf(call).length === 1 && scopes.isPlatformName(name.split('.', 1)[0] ?? '')
}

/** Assigned to, stepped, deleted or filled by a pattern. */
export function isTarget(place: SgNode): boolean {
  const parent = place.parent()
  switch (String(parent?.kind())) {
    case 'assignment_expression':
    case 'augmented_assignment_expression':
    case 'for_in_statement':
    case 'assignment_pattern':
    case 'object_assignment_pattern':
      return isNode(parent?.field('left'), place)
    case 'unary_expression':
      return parent?.field('operator')?.text() === 'delete'
    case 'update_expression':
    case 'array_pattern':
    case 'pair_pattern':
    case 'rest_pattern':
      return true
    default:
      return parent !== null && wrappers.has(String(parent.kind())) && isTarget(parent)
  }
}

/** What has to be evaluated until a plain read is over: its statement's expression, or the whole loop when it is what a `for-of` walks through. */
export function readingRegion(use: SgNode): SgNode {
  let region = use
  for (const ancestor of upwards(use)) {
    const kind = String(ancestor.kind())
    if (kind === 'for_in_statement' && isNode(ancestor.field('right'), region)) return ancestor
    if (kind.endsWith('_statement') || kind === 'lexical_declaration' || kind === 'variable_declaration' || kind === 'statement_block' || kind === 'program') return region
    region = ancestor
  }
  return region
}

/** The functions between a node and the block it is seen from, innermost first. */
export function functionsBetween(node: SgNode, outer: SgNode): readonly SgNode[] {
  const line = node.ancestors()
  const end = line.findIndex((ancestor) => isNode(ancestor, outer))
  return line.slice(0, end < 0 ? line.length : end).filter(isFunction)
}
