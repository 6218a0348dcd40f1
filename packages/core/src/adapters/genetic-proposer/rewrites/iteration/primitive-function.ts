import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isFunction, isNode, isOptional, isWithin, methodCall, namedChildren } from '../../analysis/nodes.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'

/** A function that only computes with its parameters, its own variables and constants; the calls of itself are all known. */
export interface PrimitiveFunction {
  readonly binding: Binding
  readonly node: SgNode
  readonly parameters: readonly string[]
  readonly body: SgNode
  readonly selfCalls: readonly SgNode[]
}

const stringMethods = new Set(['at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'endsWith', 'includes', 'indexOf', 'lastIndexOf', 'slice', 'startsWith', 'substr', 'substring', 'toLowerCase', 'toString', 'toUpperCase', 'trim'])
const platformFunctions = new Set(['Boolean', 'isFinite', 'isNaN', 'Number', 'Number.isFinite', 'Number.isInteger', 'Number.isNaN', 'parseFloat', 'parseInt', 'String', 'String.fromCharCode'])
const constantKinds = new Set(['number', 'string', 'true', 'false', 'null', 'undefined', 'string_fragment', 'escape_sequence', 'comment', 'break_statement', 'continue_statement', 'empty_statement'])
/** Kinds that compute with what is in them, and nothing else. */
const transparentKinds = new Set([
  'parenthesized_expression', 'binary_expression', 'ternary_expression', 'template_string', 'template_substitution', 'statement_block', 'if_statement', 'else_clause', 'return_statement', 'expression_statement',
  'lexical_declaration', 'variable_declaration', 'for_statement', 'while_statement', 'do_statement', 'switch_statement', 'switch_body', 'switch_case', 'switch_default', 'throw_statement',
])
const errors = new Set(['Error', 'RangeError', 'TypeError'])

/** Reads a function; null when it could see or do anything beyond computing with primitive values. */
export function primitiveFunction(binding: Binding, node: SgNode, scopes: Scopes): PrimitiveFunction | null {
  const [list, body] = [node.field('parameters'), node.field('body')]
  if (body === null || node.field('type_parameters') !== null || node.children().some((child) => ['async', '*'].includes(String(child.kind())))) return null
  const [first] = body.kind() === 'statement_block' ? namedChildren(body) : []
  // A directive has to stay the first thing in its function.
  if (first?.kind() === 'expression_statement' && namedChildren(first)[0]?.kind() === 'string') return null
  const single = node.field('parameter')
  const patterns = (single === null ? namedChildren(list) : [single]).map(plainParameter)
  if (patterns.length < 1 || patterns.length > 2 || !patterns.every((pattern) => pattern !== null && scopes.resolve(pattern)?.writes.length === 0)) return null
  const parameters = patterns.flatMap((pattern) => pattern?.text() ?? [])
  const selfCalls: SgNode[] = []
  return isPrimitive(body, { owner: node, binding, arity: parameters.length, selfCalls, scopes }) ? { binding, node, parameters, body, selfCalls } : null
}

function plainParameter(parameter: SgNode): SgNode | null {
  const pattern = parameter.kind() === 'required_parameter' && parameter.field('value') === null ? parameter.field('pattern') : parameter
  return pattern?.kind() === 'identifier' ? pattern : null
}

interface Context {
  readonly owner: SgNode
  readonly binding: Binding
  readonly arity: number
  readonly selfCalls: SgNode[]
  readonly scopes: Scopes
}

function isPrimitive(node: SgNode, context: Context): boolean {
  const kind = String(node.kind())
  const all = (nodes: readonly SgNode[]): boolean => nodes.every((child) => isPrimitive(child, context))
  if (constantKinds.has(kind)) return namedChildren(node).every((child) => child.kind() !== 'statement_identifier')
  switch (kind) {
    case 'identifier':
      return isKnownName(node, context)
    case 'unary_expression':
      return node.field('operator')?.text() !== 'delete' && all(namedChildren(node))
    case 'variable_declarator':
      return node.field('name')?.kind() === 'identifier' && (node.field('value') === null || all([node.field('value') as SgNode]))
    case 'assignment_expression':
    case 'augmented_assignment_expression':
    case 'update_expression':
      return isOwnVariable(node.field('left') ?? node.field('argument'), context) && all(node.field('right') === null ? [] : [node.field('right') as SgNode])
    case 'member_expression':
      return node.field('property')?.text() === 'length' ? all([node.field('object') as SgNode]) : /^Math\.[A-Z]/.test(node.text()) && context.scopes.isPlatformName('Math')
    case 'subscript_expression':
      return all(namedChildren(node))
    case 'call_expression':
      return isPrimitiveCall(node, context)
    case 'new_expression':
      return isThrown(node, context) && all(argumentsOf(node))
    default:
      return transparentKinds.has(kind) && node.field('operator')?.text() !== 'in' && node.field('operator')?.text() !== 'instanceof' && all(namedChildren(node))
  }
}

function isThrown(node: SgNode, { scopes }: Context): boolean {
  const name = node.field('constructor')?.text() ?? ''
  return node.parent()?.kind() === 'throw_statement' && errors.has(name) && scopes.isPlatformName(name)
}

function isKnownName(name: SgNode, { owner, scopes }: Context): boolean {
  const binding = scopes.resolve(name)
  if (binding === null) return ['Infinity', 'NaN', 'undefined'].includes(name.text()) && scopes.isPlatformName(name.text())
  if (isWithin(binding.declaration, owner) && isNode(functionAround(binding.declaration), owner)) return binding.kind !== 'function' && binding.kind !== 'class'
  return binding.kind === 'const' && ['number', 'string', 'true', 'false'].includes(String(binding.value?.kind()))
}

function isOwnVariable(target: SgNode | null, { owner, scopes }: Context): boolean {
  const binding = target?.kind() === 'identifier' ? scopes.resolve(target) : null
  return binding !== null && ['let', 'var'].includes(binding.kind) && isNode(functionAround(binding.declaration), owner)
}

function isPrimitiveCall(call: SgNode, context: Context): boolean {
  const callee = call.field('function')
  if (callee === null || call.field('arguments')?.kind() !== 'arguments' || isOptional(call)) return false
  const values = argumentsOf(call)
  if (!values.every((value) => isPrimitive(value, context))) return false
  if (callee.kind() === 'identifier' && isNode(context.scopes.resolve(callee)?.declaration, context.binding.declaration)) {
    context.selfCalls.push(call)
    return values.length === context.arity
  }
  const name = callee.text()
  if (platformFunctions.has(name) || (/^Math\.\w+$/.test(name) && name !== 'Math.random')) return context.scopes.isPlatformName(name.split('.', 1)[0] ?? '')
  const parts = methodCall(call)
  return parts !== null && stringMethods.has(parts.method) && isPrimitive(parts.object, context)
}

function functionAround(node: SgNode): SgNode | null {
  return node.ancestors().find(isFunction) ?? null
}
