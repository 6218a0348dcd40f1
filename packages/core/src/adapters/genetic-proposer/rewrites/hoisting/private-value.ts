import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, isOptional, methodCall, namedChildren, upwards } from '../../analysis/nodes.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'
import { isCollectionExpression } from '../../analysis/stability.ts'
import { changingMethods, contentMethods, deepMethods, isQuietFunction, iteratingMethods, iteratorMethods } from './known-methods.ts'

/** They give back the very object that they are called on. */
const selfMethods = new Set(['add', 'copyWithin', 'fill', 'reverse', 'set', 'sort'])
const copyingConstructors = new Set(['Map', 'Set'])
const conditions = new Set(['if_statement', 'while_statement', 'do_statement'])

/**
 * The list, object, Set or Map behind the name was made right here and nobody ever got hold of it but by this name: no call, no property, no second name, no callback. What
 * it holds may well be known to others. A parameter, an import, a property and the result of a call are somebody else's too.
 */
export function isPrivate(binding: Binding, scopes: Scopes): boolean {
  const { uses, declaration } = binding
  const isExported = declaration.parent()?.parent()?.parent()?.kind() === 'export_statement'
  return isMadeHere(binding) && !isExported && uses.every((use) => keeps(use, declaration, scopes))
}

/** The name only ever means one list, object, Set or Map, which is made where it is declared. */
export function isMadeHere({ kind, value, writes }: Binding): boolean {
  return writes.length === 0 && (kind === 'rest' || (value !== null && (isCollectionExpression(value) || isPlainObject(value))))
}

/** Without setters, and with no object behind it that could have some. */
function isPlainObject(value: SgNode): boolean {
  return value.kind() === 'object' && !value.text().includes('__proto__') && value.find({ rule: { kind: 'method_definition' } }) === null
}

/** The mention hands the object to nobody. */
function keeps(use: SgNode, declaration: SgNode, scopes: Scopes): boolean {
  const parent = use.parent()
  if (parent === null) return false
  switch (String(parent.kind())) {
    case 'member_expression':
      return isNode(parent.field('object'), use) && keepsMember(parent)
    case 'subscript_expression':
      // The function in `list[i]()` gets the list as `this`.
      return isNode(parent.field('index'), use) || !isCallee(parent)
    case 'for_in_statement':
      return isNode(parent.field('right'), use)
    case 'spread_element':
      return true
    case 'return_statement':
    case 'array':
    case 'object':
    case 'pair':
      return isReturned(use) && isNode(functionAround(use), functionAround(declaration))
    case 'binary_expression':
      return !['&&', '||', '??'].includes(parent.field('operator')?.text() ?? '')
    case 'unary_expression':
      return parent.field('operator')?.text() !== 'delete'
    case 'parenthesized_expression':
      return conditions.has(String(parent.parent()?.kind()))
    case 'arguments':
      return isLookedAt(parent.parent(), scopes)
    default:
      return false
  }
}

/** `return [list, count]`: with the end of the function nothing of it runs any more. */
function isReturned(node: SgNode): boolean {
  for (const around of upwards(node)) if (!['array', 'object', 'pair'].includes(String(around.kind()))) return around.kind() === 'return_statement'
  return false
}

function keepsMember(member: SgNode): boolean {
  const name = member.field('property')?.text() ?? ''
  const call = member.parent()
  if (call === null || !isCallee(member)) return true
  if (isOptional(member) || methodCall(call) === null) return false
  if (iteratingMethods.has(name)) return isBlind(call)
  if (selfMethods.has(name)) return call.parent()?.kind() === 'expression_statement'
  return [changingMethods, contentMethods, deepMethods, iteratorMethods].some((known) => known.has(name))
}

/** The callback is written in place and does not take the list itself. */
function isBlind(call: SgNode): boolean {
  const callback = namedChildren(call.field('arguments'))[0]
  const names = [callback?.field('parameter') ?? [], namedChildren(callback?.field('parameters'))].flat()
  const limit = methodCall(call)?.method.startsWith('reduce') === true ? 3 : 2
  const isInPlace = callback?.kind() === 'arrow_function' || (callback?.kind() === 'function_expression' && !/\barguments\b/.test(callback.text()))
  return isInPlace && names.length <= limit && !names.some((name) => name.text().includes('...'))
}

function isLookedAt(call: SgNode | null, scopes: Scopes): boolean {
  if (call?.kind() === 'new_expression') {
    const name = call.field('constructor')?.text() ?? ''
    return copyingConstructors.has(name) && scopes.isPlatformName(name)
  }
  const name = call?.kind() === 'call_expression' ? (call.field('function')?.text() ?? '') : ''
  return isQuietFunction(name) && scopes.isPlatformName(name.split('.', 1)[0] ?? '')
}

function isCallee(node: SgNode): boolean {
  const parent = node.parent()
  return (parent?.kind() === 'call_expression' && isNode(parent.field('function'), node)) || (parent?.kind() === 'new_expression' && isNode(parent.field('constructor'), node))
}

function functionAround(node: SgNode): SgNode | null {
  for (const around of upwards(node)) if (isFunction(around)) return around
  return null
}
