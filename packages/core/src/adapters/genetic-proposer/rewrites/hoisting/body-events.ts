import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, methodCall, upwards } from '../../analysis/nodes.ts'
import { isLoop } from '../../analysis/repetition.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import { isTarget } from './effects.ts'
import { contentMethods, deepMethods, isQuietFunction, iteratingMethods, iteratorMethods, patternMethods, scalarMethods } from './known-methods.ts'
import { isWrapper } from './place.ts'
import { readsOf, type Read } from './reads.ts'

/** Something in a block that may change what was read before. */
export interface BodyEvent {
  /** Offset at which it takes effect: what is evaluated further left is evaluated earlier. */
  readonly at: number
  /** What does it. */
  readonly node: SgNode
  changes(read: Read): boolean
}

const kinds = ['assignment_expression', 'augmented_assignment_expression', 'await_expression', 'call_expression', 'for_in_statement', 'new_expression', 'unary_expression', 'update_expression', 'variable_declarator', 'yield_expression']
/** They change the elements and the length of a list and call nothing back. */
const listMethods = new Set(['pop', 'push', 'reverse', 'shift', 'splice', 'unshift'])
const quietConstructors = new Set(['Array', 'Error', 'Map', 'RangeError', 'RegExp', 'Set', 'TypeError'])

/**
 * Everything in the block that may change a name or a property, in order of effect. An assignment to a property counts against that property of every object: two
 * names may mean one. An unknown call counts against everything.
 */
export function bodyEvents(block: SgNode, scopes: Scopes): readonly BodyEvent[] {
  const nodes = block.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } })
  return nodes
    .flatMap((node): BodyEvent[] => {
      const changes = changesOf(node, scopes)
      return changes === null ? [] : [{ at: effectOffset(node, block), node, changes }]
    })
    .toSorted((a, b) => a.at - b.at)
}

/** At the end of the expression; within a loop or a function, which may come by again, from its start. */
function effectOffset(node: SgNode, block: SgNode): number {
  let at = node.range().end.index
  if (isLoop(node)) at = node.range().start.index
  for (const ancestor of upwards(node)) {
    if (isNode(ancestor, block)) break
    if (isLoop(ancestor) || isFunction(ancestor)) at = ancestor.range().start.index
  }
  return at
}

type Changes = (read: Read) => boolean

function changesOf(node: SgNode, scopes: Scopes): Changes | null {
  switch (String(node.kind())) {
    case 'call_expression':
      return callChanges(node, scopes)
    case 'new_expression': {
      const name = node.field('constructor')?.text() ?? ''
      return quietConstructors.has(name) && scopes.isPlatformName(name) ? null : () => true
    }
    case 'assignment_expression':
    case 'augmented_assignment_expression':
    case 'for_in_statement':
      return targetChanges(node.field('left'), scopes)
    case 'variable_declarator':
      return targetChanges(node.field('name'), scopes)
    case 'update_expression':
      return targetChanges(node.field('argument'), scopes)
    case 'unary_expression':
      return node.field('operator')?.text() === 'delete' ? targetChanges(node.field('argument'), scopes) : null
    default:
      return () => true
  }
}

function callChanges(call: SgNode, scopes: Scopes): Changes | null {
  const name = call.field('function')?.text() ?? ''
  if (isQuietFunction(name) && scopes.isPlatformName(name.split('.', 1)[0] ?? '') && call.field('arguments')?.kind() === 'arguments') return null
  const parts = methodCall(call)
  if (parts === null) return readsOf(call, scopes) === null ? () => true : null
  const { method, values } = parts
  if (listMethods.has(method)) return ({ steps, deep }) => deep || steps.some((step) => step === 'length' || isElement(step))
  const isReading = [scalarMethods, contentMethods, deepMethods, iteratorMethods].some((known) => known.has(method)) || (parts.object.kind() === 'regex' && ['exec', 'test'].includes(method))
  if (isReading) return null
  // A callback written here is looked through like the rest of the block; one from elsewhere may do anything.
  const callsBack = iteratingMethods.has(method) ? values[0] : patternMethods.has(method) ? (values[1] ?? values[0]) : undefined
  return callsBack !== undefined && ['arrow_function', 'function_expression', 'string', 'template_string', 'regex'].includes(String(callsBack.kind())) ? null : () => true
}

function targetChanges(target: SgNode | null, scopes: Scopes): Changes {
  if (target === null) return () => true
  const kind = String(target.kind())
  if (isWrapper(target)) return targetChanges(target.children().find((child) => child.isNamed()) ?? null, scopes)
  if (kind === 'identifier') return nameChanges(target, scopes)
  if (kind === 'member_expression') {
    const property = target.field('property')?.text() ?? ''
    return ({ steps, deep }) => deep || steps.some((step) => step === property || step === null || (property === 'length' && isElement(step)))
  }
  if (kind === 'subscript_expression') {
    const isNumber = isNumeric(target.field('index'), scopes)
    return ({ steps, deep }) => deep || steps.some((step) => !isNumber || step === 'length' || isElement(step))
  }
  return patternChanges(target, scopes)
}

function nameChanges(name: SgNode, scopes: Scopes): Changes {
  const declaration = scopes.resolve(name)?.declaration
  return declaration === undefined ? () => true : ({ binding }) => isNode(binding?.declaration, declaration)
}

/** Destructuring: plain names are told apart, anything else counts against everything. */
function patternChanges(pattern: SgNode, scopes: Scopes): Changes {
  if (pattern.find({ rule: { any: [{ kind: 'member_expression' }, { kind: 'subscript_expression' }, { kind: 'call_expression' }] } }) !== null) return () => true
  const names = pattern.findAll({ rule: { any: [{ kind: 'identifier' }, { kind: 'shorthand_property_identifier_pattern' }] } })
  const changes = names.filter((name) => { const parent = name.parent(); return parent !== null && isTarget(name, parent) }).map((name) => nameChanges(name, scopes))
  return (read) => changes.some((change) => change(read))
}

/** A number, as far as the file shows: a literal, or a name that is counted up or down. */
function isNumeric(index: SgNode | null, scopes: Scopes): boolean {
  if (index?.kind() === 'number') return true
  const binding = index?.kind() === 'identifier' ? scopes.resolve(index) : null
  return binding?.writes.some((write) => write.parent()?.kind() === 'update_expression') === true
}

function isElement(step: string | null): boolean {
  return step === null || /^\d/.test(step)
}
