import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isFunction, methodCall } from '../../analysis/nodes.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'
import { isArrayExpression, isCollectionExpression, isPrimitiveForm, onlyValueOf } from '../../analysis/stability.ts'
import { changingMethods, contentMethods, deepMethods, isQuietFunction, iteratingMethods, iteratorMethods, patternMethods, scalarMethods } from '../hoisting/known-methods.ts'
import { foreignChanges } from '../hoisting/foreign-changes.ts'
import { isPrivate } from '../hoisting/private-value.ts'
import { readsOf } from '../hoisting/reads.ts'
import { isTarget } from './plain-reads.ts'

const quietConstructors = new Set(['Array', 'Error', 'Map', 'RangeError', 'RegExp', 'Set', 'TypeError', 'WeakMap', 'WeakSet'])
const names = { rule: { any: [{ kind: 'identifier' }, { kind: 'this' }, { kind: 'super' }, { kind: 'shorthand_property_identifier' }, { kind: 'shorthand_property_identifier_pattern' }] } }

/**
 * Nobody who is called within `region` may get at the list behind its back: neither the list, an element of it, nor anything it came from or went into is handed to a
 * call that could do more than read, no method of `this` is called, and where somebody else may have the list, nothing unknown is called and nothing that may be his is
 * changed at all. `allowsFields`: the caller looks himself at what is stored under names, and setters are out of sight. Names are told apart by how they are written: more is
 * refused than needed.
 */
export function isUndisturbed(binding: Binding, region: SgNode, { scopes, allowsFields = false }: { readonly scopes: Scopes; readonly allowsFields?: boolean }): boolean {
  const isMade = binding.kind === 'rest' || (binding.value !== null && isArrayExpression(binding.value))
  if (!isMade && region.find({ rule: { any: [{ kind: 'await_expression' }, { kind: 'yield_expression' }] } }) !== null) return false
  // A parameter, a property, the result of a call, an import, and what was handed on: somebody else has it too.
  const everything = { binding, steps: [], deep: true }
  const isField = (target: SgNode | null): boolean => allowsFields && target?.kind() === 'member_expression' && target.field('property')?.text() !== 'length'
  if (!isPrivate(binding, scopes) && foreignChanges(region, scopes).some(({ changes, target }) => changes(everything) && !isField(target))) return false
  const linked = linkedNames(binding, region)
  const isLinked = (node: SgNode | null | undefined): boolean => node !== null && node !== undefined && namesIn(node).some((name) => linked.has(name))
  const isHarmless = (call: SgNode): boolean => {
    const handed = call.field('arguments')
    if (call.kind() === 'new_expression') return isQuietConstructor(call, scopes) || !isLinked(handed)
    const parts = methodCall(call)
    if (parts !== null && ['this', 'super'].includes(String(parts.object.kind()))) return false
    if (parts !== null && changingMethods.has(parts.method)) return isOwnCollection(parts.object, scopes) || !isLinked(parts.object)
    return isKnownCall(call, scopes) || (!isLinked(handed) && !isLinked(call.field('function')))
  }
  const stored = region.findAll({ rule: { any: [{ kind: 'subscript_expression' }, { kind: 'member_expression', has: { field: 'property', regex: '^length$' } }] } }).filter((place) => isTarget(place))
  if (stored.some((place) => isLinked(place.field('object')) && !isOwnCollection(place.field('object'), scopes))) return false
  return [region, ...region.findAll({ rule: { any: [{ kind: 'call_expression' }, { kind: 'new_expression' }] } })].every((node) => !['call_expression', 'new_expression'].includes(String(node.kind())) || isHarmless(node))
}

function isQuietConstructor(call: SgNode, scopes: Scopes): boolean {
  const name = call.field('constructor')?.text() ?? ''
  return quietConstructors.has(name) && scopes.isPlatformName(name)
}

/** A list, object, Set or Map made in this file: changing it changes no other. */
function isOwnCollection(object: SgNode | null, scopes: Scopes): boolean {
  const value = onlyValueOf(object, scopes)
  return value !== null && (isCollectionExpression(value) || value.kind() === 'object')
}

/** Reads, and calls nothing but callbacks that are written in place and looked through like the rest. */
function isKnownCall(call: SgNode, scopes: Scopes): boolean {
  const name = call.field('function')?.text() ?? ''
  if (isQuietFunction(name) && scopes.isPlatformName(name.split('.', 1)[0] ?? '')) return true
  const parts = methodCall(call)
  if (parts === null) return readsOf(call, scopes) !== null
  if (parts.object.kind() === 'regex') return true
  const isKnown = [scalarMethods, patternMethods, contentMethods, deepMethods, iteratorMethods, iteratingMethods].some((known) => known.has(parts.method))
  const callback = iteratingMethods.has(parts.method) ? parts.values[0] : patternMethods.has(parts.method) ? parts.values[1] : undefined
  return isKnown && (callback === undefined || ['arrow_function', 'function_expression', 'string', 'template_string'].includes(String(callback.kind())))
}

function namesIn(node: SgNode): readonly string[] {
  const inside = node.findAll(names).map((name) => name.text())
  return ['identifier', 'this', 'super'].includes(String(node.kind())) ? [node.text(), ...inside] : inside
}

/** The list, `this`, and every name that may stand for one of its elements, for what it was taken from, or for what it was put into. */
function linkedNames(binding: Binding, region: SgNode): ReadonlySet<string> {
  const linked = new Set([binding.name, 'this', 'super', 'arguments'])
  const isMade = binding.value !== null && isArrayExpression(binding.value)
  const declarator = binding.declaration.ancestors().find((node) => node.kind() === 'variable_declarator')
  if (!isMade && declarator !== undefined && binding.kind !== 'parameter') for (const name of namesIn(declarator.field('value') ?? declarator)) linked.add(name)
  const home = region.ancestors().find(isFunction) ?? region.getRoot().root()
  const links = home.findAll({ rule: { any: ['variable_declarator', 'assignment_expression', 'for_in_statement', 'call_expression'].map((kind) => ({ kind })) } }).flatMap(linkOf)
  for (let size = -1; size !== linked.size; ) {
    size = linked.size
    for (const { from, to } of links) if (from.some((name) => linked.has(name))) for (const name of to) linked.add(name)
  }
  return linked
}

interface Link {
  readonly from: readonly string[]
  readonly to: readonly string[]
}

/** Who gets hold of what, by a declaration, an assignment, a loop or a call. */
function linkOf(node: SgNode): readonly Link[] {
  if (node.kind() !== 'call_expression') {
    const [target, value] = [node.field('name') ?? node.field('left'), node.field('value') ?? node.field('right')]
    const counts = target !== null && value !== null && !(node.kind() !== 'for_in_statement' && isPrimitiveForm(value)) && !(node.kind() === 'for_in_statement' && node.field('operator')?.text() === 'in')
    return counts ? [{ from: namesIn(value), to: namesIn(target) }] : []
  }
  const object = node.field('function')?.field('object') ?? null
  const method = node.field('function')?.field('property')?.text() ?? ''
  if (object === null) return []
  const values = argumentsOf(node)
  const callbacks = values.filter((value) => ['arrow_function', 'function_expression'].includes(String(value.kind())))
  const taken = callbacks.flatMap((callback) => [callback.field('parameter'), callback.field('parameters')].flatMap((part) => (part === null ? [] : namesIn(part))))
  const isReading = [scalarMethods, patternMethods, contentMethods, deepMethods].some((known) => known.has(method))
  const put = isReading || iteratingMethods.has(method) ? [] : values.filter((value) => !callbacks.includes(value)).flatMap(namesIn)
  return [{ from: namesIn(object), to: taken }, { from: put, to: namesIn(object) }]
}
