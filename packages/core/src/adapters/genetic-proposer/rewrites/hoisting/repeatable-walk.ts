import type { SgNode } from '@ast-grep/napi'
import { methodCall, withoutParentheses } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import { onlyValueOf } from '../../analysis/stability.ts'
import { arrayProof } from '../iteration/array-proof.ts'
import { iteratorMethods } from './known-methods.ts'
import { placeOf } from './place.ts'

/**
 * Whether walking through an expression leaves everything as it was, so that a walk can be cut short or left out. A generator or an iterator would be used up, or be closed by leaving the loop.
 * `ask`: where `Array.isArray` says so when the program runs, because the text does not tell what a parameter or a property holds.
 */
export type RepeatableWalk = 'always' | 'ask' | 'unknown'

export function repeatableWalk(list: SgNode, scopes: Scopes): RepeatableWalk {
  const node = withoutParentheses(list)
  if (isRepeatable(node, scopes)) return 'always'
  return placeOf(node) !== null && !isIterator(node, scopes) && scopes.isPlatformName('Array') ? 'ask' : 'unknown'
}

/** Asking would be for nothing: `const left = m.values()`. */
function isIterator(node: SgNode, scopes: Scopes): boolean {
  const value = onlyValueOf(node, scopes)
  return value !== null && iteratorMethods.has(methodCall(value)?.method ?? '')
}

function isRepeatable(node: SgNode, scopes: Scopes): boolean {
  if (arrayProof(node, scopes) !== null || ['string', 'template_string'].includes(String(node.kind()))) return true
  if (node.kind() === 'identifier') {
    const binding = scopes.resolve(node)
    return binding !== null && binding.writes.length === 0 && binding.value !== null && binding.value.kind() !== 'identifier' && isRepeatable(binding.value, scopes)
  }
  if (node.kind() === 'new_expression') return ['Array', 'Map', 'Set'].some((name) => node.field('constructor')?.text() === name && scopes.isPlatformName(name))
  const call = methodCall(node)
  if (call?.method === 'slice') return true
  // Iterators have these too, and give iterators.
  return call !== null && ['filter', 'flatMap', 'map'].includes(call.method) && isRepeatable(withoutParentheses(call.object), scopes)
}
