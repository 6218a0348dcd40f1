import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, methodCall, namedChildren, withoutParentheses } from '../../analysis/nodes.ts'

/** An expression that makes a new collection: everything in an old one, and something more at its end. */
export type Rebuild = ArrayRebuild | ObjectRebuild

interface ArrayRebuild {
  readonly kind: 'array'
  /** The mention of the old collection. */
  readonly accumulator: SgNode
  /** Code that pushes all of it: a call, or a loop. */
  readonly push: { readonly items: string } | { readonly each: string; readonly mayHaveHoles: boolean }
  /** A spread turns holes of the old array into undefined; concat keeps them. */
  readonly fillsHoles: boolean
}

interface ObjectRebuild {
  readonly kind: 'object'
  readonly accumulator: SgNode
  readonly form: 'spread' | 'assign'
  /** The place after the accumulator's name: `.id`, `["id"]`; or the expression that gives the key. */
  readonly key: { readonly place: string } | { readonly computed: string }
  readonly value: SgNode
}

/** Reads `[...acc, x]`, `acc.concat(x)`, `{ ...acc, [k]: v }` or `Object.assign({}, acc, { [k]: v })`; null for anything else. */
export function rebuildOf(expression: SgNode): Rebuild | null {
  switch (String(expression.kind())) {
    case 'array':
      return spreadArray(expression)
    case 'object':
      return spreadObject(expression)
    case 'call_expression':
      return concatenated(expression) ?? assigned(expression)
    default:
      return null
  }
}

/** `[1, , 2]` */
export function hasElision(array: SgNode): boolean {
  let afterComma = true
  for (const child of array.children()) {
    if (child.kind() === ',' && afterComma) return true
    if (child.kind() !== 'comment') afterComma = child.kind() === ',' || child.kind() === '['
  }
  return false
}

/** An array without holes, or an object of plain properties: made here, and of the shape that the form of the copies keeps. */
export function isFreshSeed(value: SgNode, rebuild: Rebuild): boolean {
  if (rebuild.kind === 'array') return value.kind() === 'array' && !hasElision(value)
  if (value.kind() !== 'object' || value.text().includes('__proto__')) return false
  return namedChildren(value).every((entry) => isPlainEntry(entry) && (rebuild.form === 'spread' || isStaticEntry(entry)))
}

/** It cannot make a property of its own that is called `__proto__`, which `Object.assign` would not copy. */
function isStaticEntry(entry: SgNode): boolean {
  return entry.kind() !== 'spread_element' && entry.field('key')?.kind() !== 'computed_property_name'
}

function isPlainEntry(entry: SgNode): boolean {
  return ['pair', 'shorthand_property_identifier', 'spread_element'].includes(String(entry.kind()))
}

function spreadArray(array: SgNode): ArrayRebuild | null {
  const [first, ...items] = namedChildren(array)
  const accumulator = spreadName(first)
  if (accumulator === null || items.length === 0 || hasElision(array)) return null
  return { kind: 'array', accumulator, push: pushOf(items), fillsHoles: true }
}

function spreadName(entry: SgNode | undefined): SgNode | null {
  const [inner] = entry?.kind() === 'spread_element' ? namedChildren(entry) : []
  return inner?.kind() === 'identifier' ? inner : null
}

function pushOf(items: readonly SgNode[]): ArrayRebuild['push'] {
  const text = items.map((item) => item.text()).join(', ')
  return items.some((item) => item.kind() === 'spread_element') ? { each: `[${text}]`, mayHaveHoles: false } : { items: text }
}

function concatenated(call: SgNode): ArrayRebuild | null {
  const parts = methodCall(call)
  if (parts === null || parts.method !== 'concat' || parts.object.kind() !== 'identifier' || parts.values.length === 0) return null
  const { object: accumulator, values } = parts
  if (values.every((value) => value.kind() === 'array' && !hasElision(value))) {
    const items = values.flatMap(namedChildren)
    return items.length === 0 ? null : { kind: 'array', accumulator, push: pushOf(items), fillsHoles: false }
  }
  // What concat takes apart, and whether it has holes, only it knows: it is asked about the new values alone.
  const each = `[].concat(${values.map((value) => value.text()).join(', ')})`
  return { kind: 'array', accumulator, push: { each, mayHaveHoles: true }, fillsHoles: false }
}

function spreadObject(object: SgNode): ObjectRebuild | null {
  const [first, entry, ...others] = namedChildren(object)
  const accumulator = spreadName(first)
  if (accumulator === null || entry === undefined || others.length > 0) return null
  const parts = entryOf(entry)
  return parts === null ? null : { kind: 'object', accumulator, form: 'spread', ...parts }
}

function assigned(call: SgNode): ObjectRebuild | null {
  const [target, accumulator, source, ...others] = argumentsOf(call)
  if (call.field('function')?.text() !== 'Object.assign' || call.field('arguments')?.kind() !== 'arguments') return null
  if (target?.kind() !== 'object' || namedChildren(target).length > 0 || accumulator?.kind() !== 'identifier' || source?.kind() !== 'object' || others.length > 0) return null
  const [entry, ...more] = namedChildren(source)
  const parts = entry === undefined || more.length > 0 ? null : entryOf(entry)
  return parts === null ? null : { kind: 'object', accumulator, form: 'assign', ...parts }
}

function entryOf(entry: SgNode): Pick<ObjectRebuild, 'key' | 'value'> | null {
  if (entry.kind() === 'shorthand_property_identifier') return entry.text() === '__proto__' ? null : { key: { place: `.${entry.text()}` }, value: entry }
  const [key, value] = entry.kind() === 'pair' ? [entry.field('key'), entry.field('value')] : [null, null]
  if (key === null || value === null || namesItself(value)) return null
  switch (String(key.kind())) {
    case 'property_identifier':
      return key.text() === '__proto__' ? null : { key: { place: `.${key.text()}` }, value }
    case 'number':
      return { key: { place: `[${key.text()}]` }, value }
    case 'string':
      return isHarmlessString(key) ? { key: { place: `[${key.text()}]` }, value } : null
    case 'computed_property_name':
      return computedKey(namedChildren(key), value)
    default:
      return null
  }
}

function computedKey([inner, ...others]: readonly SgNode[], value: SgNode): Pick<ObjectRebuild, 'key' | 'value'> | null {
  if (inner === undefined || others.length > 0) return null
  if (inner.kind() === 'string') return isHarmlessString(inner) ? { key: { place: `[${inner.text()}]` }, value } : null
  return { key: inner.kind() === 'number' ? { place: `[${inner.text()}]` } : { computed: inner.text() }, value }
}

/** Not `__proto__`, not even when spelt with escapes. */
function isHarmlessString(key: SgNode): boolean {
  return !key.text().includes('\\') && !key.text().includes('__proto__')
}

/** A function or class without a name gets the property's name in a literal, and none when it is assigned to a place. */
function namesItself(value: SgNode): boolean {
  return ['arrow_function', 'class', 'function_expression', 'generator_function'].includes(String(withoutParentheses(value).kind()))
}
