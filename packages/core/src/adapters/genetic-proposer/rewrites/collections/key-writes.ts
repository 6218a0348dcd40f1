import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isFunction, isNode, isWithin } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import type { ScriptSource } from '../../edit-operator.ts'
import { isTarget } from './plain-reads.ts'

/**
 * Nothing in this file could change the property `key` of an object that exists already, while `region` runs: no assignment to it in the region or in
 * a function that could be called from there (a constructor may set it on its own new object), no assignment to computed properties of anything but
 * local collections, no pause in which others could.
 */
export function keepsKeys({ root, scopes }: ScriptSource, region: SgNode, key: string): boolean {
  const owner = functionOf(region)
  const ownName = owner?.field('name')?.text()
  const callsItself = ownName !== undefined && region.text().includes(ownName)
  const named = root.root().findAll({ rule: { kind: 'property_identifier', regex: `^${key.replaceAll('$', String.raw`\$`)}$` } })
  const isHarmless = (property: SgNode): boolean => {
    const place = property.parent()
    if (place?.kind() !== 'member_expression' || !isTarget(place)) return true
    if (isWithin(place, region)) return false
    return (isNode(functionOf(place), owner) && !callsItself) || isSetByConstructor(place)
  }
  if (!named.every(isHarmless)) return false
  const suspects = region.findAll({ rule: { any: ['subscript_expression', 'await_expression', 'yield_expression', 'call_expression'].map((kind) => ({ kind })) } })
  return suspects.every((suspect) => {
    if (suspect.kind() === 'subscript_expression') return !isTarget(suspect) || isOwnCollection(suspect, { key, scopes })
    return suspect.kind() === 'call_expression' && !assignsProperties(suspect)
  })
}

function isSetByConstructor(place: SgNode): boolean {
  const method = functionOf(place)
  return place.field('object')?.kind() === 'this' && method?.kind() === 'method_definition' && method.field('name')?.text() === 'constructor'
}

/** `counts[x] = 1` where `counts` was made as a collection, or a constant key that is another one. */
function isOwnCollection(place: SgNode, { key, scopes }: { readonly key: string; readonly scopes: Scopes }): boolean {
  const [object, index] = [place.field('object'), place.field('index')]
  if (index?.kind() === 'number') return true
  if (index?.kind() === 'string') return !index.text().includes('\\') && index.text().slice(1, -1) !== key
  const value = object?.kind() === 'identifier' ? scopes.resolve(object) : null
  return value !== null && value.writes.length === 0 && ['array', 'object', 'new_expression'].includes(String(value.value?.kind()))
}

function assignsProperties(call: SgNode): boolean {
  const name = call.field('function')?.text() ?? ''
  if (/^(?:Object\.definePropert(?:y|ies)|Reflect\.\w+)$/.test(name)) return true
  return name === 'Object.assign' && argumentsOf(call)[0]?.kind() !== 'object'
}

function functionOf(node: SgNode): SgNode | null {
  return node.ancestors().find(isFunction) ?? null
}
