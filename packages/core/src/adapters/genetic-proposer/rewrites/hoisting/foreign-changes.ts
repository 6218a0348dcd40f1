import type { SgNode } from '@ast-grep/napi'
import { isWithin, methodCall, withoutParentheses } from '../../analysis/nodes.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'
import { onlyValueOf } from '../../analysis/stability.ts'
import { bodyEvents, type BodyEvent } from './body-events.ts'
import { changingMethods, patternMethods } from './known-methods.ts'
import { isMadeHere, isPrivate } from './private-value.ts'

/** Something in a region that changes an object which may be known by any other name. */
export interface ForeignChange extends Pick<BodyEvent, 'changes'> {
  /** The name whose own object is changed: `a` of `a.push(x)` and `a[i] = x`; null where it is reached in another way. */
  readonly binding: Binding | null
  /** What is assigned to, where the change is an assignment. */
  readonly target: SgNode | null
}

const depthLimit = 3

/**
 * What a region does to objects that may be anybody's, functions of this file that it calls by name included. What is made in this file and known to nobody else
 * is left out.
 */
export function foreignChanges(region: SgNode, scopes: Scopes): readonly ForeignChange[] {
  const seen = new Set<number>()
  const within = (part: SgNode, depth: number): readonly ForeignChange[] =>
    bodyEvents(part, scopes).flatMap((event): readonly ForeignChange[] => {
      const target = targetOf(event.node)
      const object = target?.field('object') ?? changedObject(event.node, scopes)
      const binding = object?.kind() === 'identifier' ? scopes.resolve(object) : null
      if ((binding !== null && (isNew(binding, part) || isPrivate(binding, scopes))) || isMatching(event.node, scopes)) return []
      const called = depth < depthLimit ? calledFunction(event.node, scopes) : null
      if (called === null) return [{ changes: event.changes, binding, target }]
      if (seen.has(called.id())) return []
      seen.add(called.id())
      return within(called, depth + 1)
    })
  return within(region, 0)
}

/** Made within the region: what was there before is something else, and would have to be changed to lead there. */
function isNew(binding: Binding, part: SgNode): boolean {
  return binding.kind !== 'var' && isWithin(binding.declaration, part) && isMadeHere(binding)
}

function targetOf(node: SgNode): SgNode | null {
  return ['assignment_expression', 'augmented_assignment_expression'].includes(String(node.kind())) ? node.field('left') : node.kind() === 'update_expression' ? node.field('argument') : null
}

/** The receiver of a method that changes it and calls nothing of unknown origin back. */
function changedObject(node: SgNode, scopes: Scopes): SgNode | null {
  const parts = methodCall(node)
  if (parts === null || !changingMethods.has(parts.method)) return null
  const [first] = parts.values
  const isAsking = parts.method === 'sort' && first !== undefined && !['arrow_function', 'function_expression'].includes(String(first.kind()))
  // A method of a literal is the program's own.
  return isAsking || onlyValueOf(parts.object, scopes)?.kind() === 'object' ? null : parts.object
}

/** The function of this file that is called by its name, which never means another. */
function calledFunction(node: SgNode, scopes: Scopes): SgNode | null {
  const callee = node.kind() === 'call_expression' && node.field('arguments')?.kind() === 'arguments' ? node.field('function') : null
  const binding = callee?.kind() === 'identifier' ? scopes.resolve(callee) : null
  if (binding === null || binding.writes.length > 0) return null
  const made = binding.kind === 'function' ? binding.declaration.parent() : binding.kind === 'const' ? binding.value : null
  return made !== null && ['function_declaration', 'function_expression', 'arrow_function'].includes(String(made.kind())) ? made : null
}

/** Makes a RegExp, or matches a text against one: that changes nothing but the RegExp. */
function isMatching(call: SgNode, scopes: Scopes): boolean {
  if (isRegexp(call, scopes)) return true
  const parts = methodCall(call)
  if (parts === null) return false
  const [pattern, replacement] = parts.values
  if (['exec', 'test'].includes(parts.method)) return isRegexp(parts.object, scopes)
  const isSplitting = patternMethods.has(parts.method) || parts.method === 'split'
  return isSplitting && pattern !== undefined && isRegexp(pattern, scopes) && (replacement === undefined || ['arrow_function', 'function_expression', 'number', 'string', 'template_string'].includes(String(replacement.kind())))
}

function isRegexp(value: SgNode, scopes: Scopes): boolean {
  const node = onlyValueOf(withoutParentheses(value), scopes) ?? withoutParentheses(value)
  const maker = node.kind() === 'new_expression' ? node.field('constructor') : node.kind() === 'call_expression' ? node.field('function') : null
  return node.kind() === 'regex' || (maker?.text() === 'RegExp' && scopes.isPlatformName('RegExp'))
}
