import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isNode, isOptional, methodCall, namedChildren, withoutParentheses } from '../../analysis/nodes.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'
import { isPrimitiveForm } from '../../analysis/stability.ts'
import { contentFunctions, contentMethods, deepFunctions, deepMethods, isShallowFunction, scalarMethods } from './known-methods.ts'
import { placeOf, type Step } from './place.ts'

/** One thing that an expression looks at. */
export interface Read {
  /** Null for `this`. */
  readonly binding: Binding | null
  readonly steps: readonly Step[]
  /** Whatever lies further along the way counts too. */
  readonly deep: boolean
}

type Depth = 'value' | 'contents' | 'everything'

const literals = new Set(['number', 'string', 'true', 'false', 'null', 'undefined', 'string_fragment', 'escape_sequence'])
const platformValues = new Set(['Infinity', 'NaN', 'undefined'])
const regexReceivers = new Set(['replace', 'replaceAll', 'search', 'split'])

/**
 * Everything that decides the value of an expression which does nothing but look; null when it may do more, or look at what cannot be followed.
 * Getters, proxies and conversions written by the program are out of sight.
 */
export function readsOf(expression: SgNode, scopes: Scopes, depth: Depth = 'value'): readonly Read[] | null {
  const inner = (nodes: readonly (SgNode | null)[], at: Depth = depth): readonly Read[] | null => allReads(nodes, scopes, at)
  const kind = String(expression.kind())
  if (literals.has(kind)) return []
  switch (kind) {
    case 'identifier':
    case 'this':
    case 'member_expression':
    case 'subscript_expression':
      return placeReads(expression, scopes, depth)
    case 'template_string':
    case 'template_substitution':
      return inner(namedChildren(expression), 'everything')
    case 'parenthesized_expression':
    case 'ternary_expression':
      return inner(namedChildren(expression))
    case 'array':
      // A hole is no child: `[, a]` would pass for `[a]`, which reads the same.
      return inner(namedChildren(expression))
    case 'binary_expression':
      return inner([expression.field('left'), expression.field('right')], operandDepth(expression, depth))
    case 'unary_expression':
      return expression.field('operator')?.text() === 'delete' ? null : inner([expression.field('argument')], 'value')
    case 'call_expression':
      return callReads(expression, scopes)
    case 'new_expression':
      return collectionReads(expression, scopes)
    default:
      return null
  }
}

function allReads(nodes: readonly (SgNode | null)[], scopes: Scopes, depth: Depth): readonly Read[] | null {
  const found: Read[] = []
  for (const node of nodes) {
    const reads = node === null ? null : readsOf(node, scopes, depth)
    if (reads === null) return null
    found.push(...reads)
  }
  return found
}

function operandDepth(expression: SgNode, depth: Depth): Depth {
  const operator = expression.field('operator')?.text() ?? ''
  if (['&&', '||', '??'].includes(operator)) return depth
  if (operator === 'in') return 'contents'
  // A list becomes text when it is added to something or compared by order.
  return ['+', '==', '!=', '<', '>', '<=', '>='].includes(operator) ? 'everything' : 'value'
}

function placeReads(expression: SgNode, scopes: Scopes, depth: Depth): readonly Read[] | null {
  const place = placeOf(expression)
  if (place === null) return throughExpression(expression, scopes, depth)
  const indexes = allReads(place.indexes, scopes, 'value')
  if (indexes === null) return null
  const { root } = place
  const binding = root.kind() === 'this' ? null : scopes.resolve(root)
  if (binding === null && root.kind() !== 'this') {
    const isPlatform = place.steps.length === 0 ? platformValues.has(root.text()) : root.text() === 'Math' || root.text() === 'Number'
    return isPlatform && scopes.isPlatformName(root.text()) ? indexes : null
  }
  const shallow = depth === 'value' || (binding !== null && place.steps.length === 0 && isScalar(binding))
  return [{ binding, steps: shallow || depth === 'everything' ? place.steps : [...place.steps, null], deep: !shallow && depth === 'everything' }, ...indexes]
}

/** `f(x)[i]`, `f(x).length`: what is looked at within a value that is no place. */
function throughExpression(expression: SgNode, scopes: Scopes, depth: Depth): readonly Read[] | null {
  if (isOptional(expression)) return null
  const index = expression.field('index')
  const isLast = depth === 'value' && !['member_expression', 'subscript_expression'].includes(String(expression.field('object')?.kind()))
  const object = allReads([expression.field('object')], scopes, isLast ? 'contents' : 'everything')
  const indexes = index === null ? [] : readsOf(index, scopes, 'value')
  return object === null || indexes === null ? null : [...object, ...indexes]
}

/** The name always holds a string, a number or the like. */
export function isScalar({ value, writes }: Binding): boolean {
  return writes.length === 0 && value !== null && isPrimitiveForm(value)
}

function callReads(call: SgNode, scopes: Scopes): readonly Read[] | null {
  if (call.field('arguments')?.kind() !== 'arguments' || isOptional(call)) return null
  const values = argumentsOf(call)
  const name = call.field('function')?.text() ?? ''
  const depth = functionDepth(name)
  if (depth !== null && scopes.isPlatformName(name.split('.', 1)[0] ?? '')) return allReads(values, scopes, depth)
  if (call.field('function')?.kind() === 'identifier') return localReads(call, values, scopes)
  const parts = methodCall(call)
  if (parts === null) return null
  if (parts.object.kind() === 'regex') return parts.method === 'test' ? allReads(values, scopes, 'everything') : null
  const [pattern, ...rest] = values
  if (regexReceivers.has(parts.method) && pattern?.kind() === 'regex') {
    return rest.every((value) => ['string', 'number'].includes(String(value.kind()))) ? readsOf(parts.object, scopes, 'value') : null
  }
  const receiverDepth = methodDepth(parts.method)
  if (receiverDepth === null) return null
  const receiver = readsOf(parts.object, scopes, receiverDepth)
  const others = allReads(values, scopes, parts.method === 'concat' ? 'contents' : 'value')
  return receiver === null || others === null ? null : [...receiver, ...others]
}

function functionDepth(name: string): Depth | null {
  if (isShallowFunction(name)) return 'value'
  if (contentFunctions.has(name)) return 'contents'
  return deepFunctions.has(name) ? 'everything' : null
}

function methodDepth(method: string): Depth | null {
  if (scalarMethods.has(method)) return 'value'
  if (contentMethods.has(method)) return 'contents'
  return deepMethods.has(method) ? 'everything' : null
}

/** The form only gives values without identity; wider than `isPrimitiveForm` by the methods that take a pattern. */
export function isPrimitive(expression: SgNode): boolean {
  const node = withoutParentheses(expression)
  if (isPrimitiveForm(node)) return true
  const parts = methodCall(node)
  if (parts?.object.kind() === 'regex') return parts.method === 'test'
  return parts !== null && parts.method !== 'split' && regexReceivers.has(parts.method) && parts.values[0]?.kind() === 'regex'
}

/** A function of this file that only computes a primitive value from its parameters, as most `escapeRegExp` do. */
function localReads(call: SgNode, values: readonly SgNode[], scopes: Scopes): readonly Read[] | null {
  const callee = call.field('function')
  const binding = callee === null ? null : scopes.resolve(callee)
  if (binding === null || binding.writes.length > 0 || !['function', 'const', 'var', 'let'].includes(binding.kind)) return null
  const made = binding.kind === 'function' ? binding.declaration.parent() : binding.value
  const result = made === null || !hasPlainParameters(made) ? null : soleResult(made)
  // Functions of this file that call each other could go round in circles.
  if (made === null || result === null || !isPrimitive(result) || callsByName(result).some((name) => functionDepth(name) === null)) return null
  const reads = readsOf(result, scopes, 'value')
  if (reads === null || !reads.every((read) => read.binding?.kind === 'parameter' && isNode(read.binding.home, made) && read.binding.writes.length === 0)) return null
  return allReads(values, scopes, 'everything')
}

function callsByName(node: SgNode): readonly string[] {
  const calls = [node, ...node.findAll({ rule: { kind: 'call_expression' } })]
  return calls.flatMap((call) => (call.kind() === 'call_expression' && call.field('function')?.kind() === 'identifier' ? [call.field('function')?.text() ?? ''] : []))
}

export function hasPlainParameters(made: SgNode): boolean {
  return namedChildren(made.field('parameters')).every((parameter) => {
    const name = parameter.kind() === 'required_parameter' && parameter.field('value') === null ? parameter.field('pattern') : parameter
    return name?.kind() === 'identifier'
  })
}

/** The one expression that a function gives back; null when it does more, or gives back something else than it says. */
export function soleResult(made: SgNode): SgNode | null {
  if (!['function_declaration', 'function_expression', 'arrow_function'].includes(String(made.kind())) || made.children().some((child) => child.kind() === 'async')) return null
  const body = made.field('body')
  if (body?.kind() !== 'statement_block') return body
  const [statement, ...others] = namedChildren(body)
  const [value] = statement?.kind() === 'return_statement' && others.length === 0 ? namedChildren(statement) : []
  return value ?? null
}

/** `new Set(list)` and `new Map(list)` of the platform. */
function collectionReads(expression: SgNode, scopes: Scopes): readonly Read[] | null {
  const name = expression.field('constructor')?.text() ?? ''
  const values = argumentsOf(expression)
  return ['Set', 'Map'].includes(name) && scopes.isPlatformName(name) && values.length < 2 ? allReads(values, scopes, name === 'Set' ? 'contents' : 'everything') : null
}
