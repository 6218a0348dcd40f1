import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isNode, methodCall } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import { changingMethods, contentMethods, deepMethods, isQuietFunction, iteratingMethods, iteratorMethods, patternMethods, scalarMethods } from './known-methods.ts'
import { isCondition, isWrapper, placeAround, type Step } from './place.ts'
import { readsOf } from './reads.ts'

/** What one mention of a name may do to what is reached from it. */
export interface Effect {
  /** The way that is assigned, or whose object gets into other hands. */
  readonly steps: readonly Step[]
  /** True: the way itself gets another value. False: only what lies further along it may. */
  readonly replaces: boolean
  /** What is reached through the elements stays as it is: `list.push(x)`. */
  readonly shallow?: true
  /** The mention. */
  readonly use: SgNode
  /** The place that begins with the mention. */
  readonly top: SgNode
}

/** Methods that give out elements of their receiver. */
const givingMethods = new Set(['at', 'concat', 'get', 'slice'])
const logical = new Set(['&&', '||', '??'])

/** What a mention does to its object, as the syntax around it shows; null when it only reads. */
export function effectOf(use: SgNode, scopes: Scopes): Effect | null {
  const { top, steps } = placeAround(use)
  const handed = (way: readonly Step[]): Effect => ({ steps: way, replaces: false, use, top })
  const parent = top.parent()
  if (parent === null) return handed([])
  if (isTarget(top, parent)) {
    // The length of an array and its elements change each other.
    const last = steps[steps.length - 1]
    const blurred = last === 'length' || /^\d/.test(last ?? '') ? [...steps.slice(0, -1), null] : steps
    return { steps: blurred, replaces: true, use, top }
  }
  if (isCalled(top, parent)) return calledEffect({ top, call: parent, steps }, handed, scopes)
  switch (fateOf(top, parent, scopes)) {
    case 'read':
      return null
    case 'elements':
      return handed([...steps, null])
    case 'handed':
      return handed(steps)
  }
}

interface Called {
  readonly top: SgNode
  readonly call: SgNode
  readonly steps: readonly Step[]
}

function calledEffect({ top, call, steps }: Called, handed: (way: readonly Step[]) => Effect, scopes: Scopes): Effect | null {
  const method = steps[steps.length - 1]
  const receiver = steps.slice(0, -1)
  if (method === undefined || method === null || top.kind() !== 'member_expression') return handed([])
  // An element that is only looked at stays where it is.
  if (givingMethods.has(method)) return effectOf(call, scopes) === null ? null : handed([...receiver, null])
  if (scalarMethods.has(method) || patternMethods.has(method) || contentMethods.has(method) || deepMethods.has(method)) return null
  if (iteratorMethods.has(method)) return handed([...receiver, null])
  if (changingMethods.has(method)) return { ...handed(receiver), shallow: true }
  // The elements get into the callback's hands; the list itself only through a third parameter or a name for the callback.
  if (iteratingMethods.has(method)) return handed(takesListItself(call) ? receiver : [...receiver, null])
  return handed([])
}

function takesListItself(call: SgNode): boolean {
  const callback = argumentsOf(call)[0]
  if (callback === undefined || !['arrow_function', 'function_expression'].includes(String(callback.kind()))) return true
  const parameters = callback.field('parameters')
  const count = parameters === null ? 1 : parameters.children().filter((child) => child.isNamed()).length
  const limit = methodCall(call)?.method.startsWith('reduce') === true ? 3 : 2
  return count > limit || parameters?.text().includes('...') === true || /\barguments\b/.test(callback.text())
}

/** What becomes of the value of an expression: looked at, its elements given out, or given out itself. */
function fateOf(node: SgNode, parent: SgNode, scopes: Scopes): 'read' | 'elements' | 'handed' {
  const up = (): 'read' | 'elements' | 'handed' => { const next = parent.parent(); return next === null ? 'handed' : fateOf(parent, next, scopes) }
  switch (String(parent.kind())) {
    case 'binary_expression':
      return logical.has(parent.field('operator')?.text() ?? '') ? up() : 'read'
    case 'unary_expression':
    case 'template_substitution':
    case 'expression_statement':
    case 'if_statement':
    case 'while_statement':
    case 'do_statement':
    case 'switch_statement':
    case 'for_statement':
    case 'switch_case':
      return 'read'
    case 'subscript_expression':
      return isNode(parent.field('index'), node) ? 'read' : 'handed'
    case 'ternary_expression':
      return isNode(parent.field('condition'), node) ? 'read' : up()
    case 'parenthesized_expression':
      return isCondition(parent) ? 'read' : up()
    case 'for_in_statement':
      return parent.field('operator')?.text() === 'in' ? 'read' : 'elements'
    case 'spread_element':
      return 'elements'
    case 'variable_declarator':
      return ['object_pattern', 'array_pattern'].includes(String(parent.field('name')?.kind())) ? 'elements' : 'handed'
    case 'arguments':
      return fateOfArgument(parent.parent(), scopes)
    default:
      return isWrapper(parent) ? up() : 'handed'
  }
}

/** Functions of the platform whose result holds the elements of their argument. */
const spreading = new Set(['Array.from', 'Object.entries', 'Object.values'])

function fateOfArgument(call: SgNode | null, scopes: Scopes): 'read' | 'elements' | 'handed' {
  if (call === null) return 'handed'
  if (call.kind() === 'new_expression') return readsOf(call, scopes) === null ? 'handed' : 'elements'
  if (call.kind() !== 'call_expression') return 'handed'
  const name = call.field('function')?.text() ?? ''
  if (isQuietFunction(name) && scopes.isPlatformName(name.split('.', 1)[0] ?? '')) return spreading.has(name) ? 'elements' : 'read'
  const method = methodCall(call)?.method ?? ''
  if (scalarMethods.has(method) || (contentMethods.has(method) && !givingMethods.has(method))) return 'read'
  return call.field('function')?.kind() === 'identifier' && readsOf(call, scopes) !== null ? 'read' : 'handed'
}

export function isCalled(place: SgNode, parent: SgNode): boolean {
  if (parent.kind() === 'call_expression') return isNode(parent.field('function'), place)
  return parent.kind() === 'new_expression' && isNode(parent.field('constructor'), place)
}

/** Assigned to, stepped, deleted or filled by a pattern. */
export function isTarget(place: SgNode, parent: SgNode): boolean {
  switch (String(parent.kind())) {
    case 'assignment_expression':
    case 'augmented_assignment_expression':
    case 'for_in_statement':
      return isNode(parent.field('left'), place)
    case 'update_expression':
      return true
    case 'unary_expression':
      return parent.field('operator')?.text() === 'delete'
    case 'pair_pattern':
      return isNode(parent.field('value'), place)
    case 'assignment_pattern':
    case 'object_assignment_pattern':
      return isNode(parent.field('left'), place)
    case 'array_pattern':
    case 'object_pattern':
    case 'rest_pattern':
      return true
    default:
      return false
  }
}
