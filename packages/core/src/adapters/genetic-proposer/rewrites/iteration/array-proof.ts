import type { SgNode } from '@ast-grep/napi'
import { methodCall, withoutParentheses } from '../../analysis/nodes.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'

const denseCalls = new Set(['Array.from', 'Array.of', 'Object.entries', 'Object.keys', 'Object.values'])
const arrayCalls = new Set(['[].slice.call', 'Array.prototype.slice.call'])

/**
 * What the form of an expression tells: `dense`, a fresh array without holes; `array`, a plain array that may have holes; null when it may be anything.
 * Stricter than `isArrayExpression`: what `map` and `filter` give may be a typed array, whose elements are converted.
 */
export function arrayProof(expression: SgNode, scopes: Scopes): 'dense' | 'array' | null {
  const node = withoutParentheses(expression)
  if (node.kind() === 'array') return 'array'
  if (node.kind() === 'identifier') {
    const binding = scopes.resolve(node)
    if (binding === null || binding.writes.length > 0) return null
    return binding.kind === 'rest' || (binding.value !== null && binding.value.kind() !== 'identifier' && arrayProof(binding.value, scopes) !== null) ? 'array' : null
  }
  if (node.kind() !== 'call_expression') return null
  if (methodCall(node)?.method === 'split') return 'dense'
  const name = node.field('function')?.text() ?? ''
  if (denseCalls.has(name)) return scopes.isPlatformName(name.split('.', 1)[0] ?? '') ? 'dense' : null
  return arrayCalls.has(name) && scopes.isPlatformName('Array') ? 'array' : null
}

/** The name always holds a list: a rest parameter, or what can only be an array. `map` and `filter` give one for one alone: iterators have them too, and give iterators, which cannot be asked for an element. */
export function alwaysHoldsList({ kind, value, writes }: Binding, scopes: Scopes): boolean {
  return writes.length === 0 && (kind === 'rest' || (value !== null && isListForm(value, scopes)))
}

function isListForm(expression: SgNode, scopes: Scopes): boolean {
  const node = withoutParentheses(expression)
  if (arrayProof(node, scopes) !== null || (node.kind() === 'new_expression' && node.field('constructor')?.text() === 'Array' && scopes.isPlatformName('Array'))) return true
  const call = methodCall(node)
  const receiver = call?.object.kind() === 'identifier' ? scopes.resolve(call.object) : null
  return call !== null && ['filter', 'flatMap', 'map'].includes(call.method) && (receiver === null ? isListForm(call.object, scopes) : alwaysHoldsList(receiver, scopes))
}
