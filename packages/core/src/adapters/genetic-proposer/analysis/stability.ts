import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, isWithin, methodCall } from './nodes.ts'
import type { Binding, Scopes } from './scopes.ts'

/** Methods of the language's own values that change neither their receiver nor their arguments and call nothing back. */
const readingMethods = new Set([
  'at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'endsWith', 'entries', 'get', 'has', 'hasOwnProperty', 'includes', 'indexOf', 'isPrototypeOf', 'join', 'keys', 'lastIndexOf',
  'localeCompare', 'normalize', 'padEnd', 'padStart', 'repeat', 'slice', 'startsWith', 'substr', 'substring', 'toFixed', 'toLowerCase', 'toPrecision', 'toString',
  'toUpperCase', 'trim', 'trimEnd', 'trimStart', 'valueOf', 'values',
])
/** Methods that leave their receiver alone but run a callback. */
const iteratingMethods = new Set(['every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap', 'forEach', 'map', 'reduce', 'reduceRight', 'some'])

/** What is called, in full, where the result is an array whatever the arguments are. */
const arrayMakers = /^(?:Array\.(?:from|of)|Object\.(?:keys|values|entries)|(?:\[\]|Array\.prototype)\.(?:slice|concat)\.(?:call|apply)|\[\]\.concat)$/
const arrayMethods = new Set(['filter', 'map', 'flatMap', 'split'])

/** The binding always holds an array: a rest parameter, or a name set once to an expression that can only give one. */
export function isArray({ kind, value, writes }: Binding): boolean {
  if (writes.length > 0) return false
  return kind === 'rest' || (value !== null && isArrayExpression(value))
}

/** An expression that can only give a plain array, as far as the language's own methods go. */
export function isArrayExpression(value: SgNode): boolean {
  if (value.kind() === 'array') return true
  if (value.kind() === 'new_expression') return value.field('constructor')?.text() === 'Array'
  if (value.kind() !== 'call_expression') return false
  // `x.concat(...)` may be a string; `filter` and its like only exist on arrays (and on typed arrays, which hold numbers all the same).
  const call = methodCall(value)
  return (call !== null && arrayMethods.has(call.method)) || arrayMakers.test(value.field('function')?.text() ?? '')
}

/** A list, Set or Map that is made right here. */
export function isCollectionExpression(value: SgNode): boolean {
  return isArrayExpression(value) || /^new (?:Set|Map)\b/.test(value.text())
}

/** The one value that a name of this file ever has; null for anything else. */
export function onlyValueOf(name: SgNode | null, scopes: Scopes): SgNode | null {
  const binding = name?.kind() === 'identifier' ? scopes.resolve(name) : null
  return binding?.writes.length === 0 ? binding.value : null
}

/**
 * The value behind the name is the same before, during and after `region`: nobody assigns the name there, every mention within only reads, and no
 * function elsewhere that could be called meanwhile does more than read. What a second name for the same object does is out of sight: the tests and the oracle judge that.
 */
export function staysFixed(binding: Binding, region: SgNode): boolean {
  const owner = functionOf(binding.declaration)
  return binding.uses.every((use) => {
    const within = isWithin(use, region)
    if (!within && isNode(functionOf(use), owner)) return true
    return onlyReads(use)
  })
}

/** Nobody assigns the name within `region`, nor in a function that could run meanwhile. Enough for values that cannot change: strings, numbers. */
export function keepsName(binding: Binding, region: SgNode): boolean {
  const owner = functionOf(binding.declaration)
  return binding.writes.every((write) => !isWithin(write, region) && isNode(functionOf(write), owner))
}

/** A mention that can neither change the value nor hand it to somebody who might. */
export function onlyReads(use: SgNode): boolean {
  const parent = use.parent()
  if (parent === null) return false
  switch (String(parent.kind())) {
    case 'binary_expression':
      // `x || []` hands on what it reads.
      return !['||', '&&', '??'].includes(parent.field('operator')?.text() ?? '')
    case 'unary_expression':
      return parent.field('operator')?.text() !== 'delete'
    case 'member_expression':
      return isNode(parent.field('object'), use) && readsMember(parent)
    case 'subscript_expression':
      return isNode(parent.field('index'), use) || (isNode(parent.field('object'), use) && !isTarget(parent) && !isCalled(parent) && !escapes(parent))
    case 'for_in_statement':
      return isNode(parent.field('right'), use)
    case 'if_statement':
    case 'while_statement':
      return true
    case 'parenthesized_expression':
      return ['if_statement', 'while_statement', 'do_statement'].includes(String(parent.parent()?.kind()))
    case 'spread_element':
      return true
    default:
      return false
  }
}

function readsMember(member: SgNode): boolean {
  if (isTarget(member)) return false
  const name = member.field('property')?.text() ?? ''
  if (!isCalled(member)) return name === 'length' || name === 'size' || !escapes(member)
  return readingMethods.has(name) || iteratingMethods.has(name)
}

function isCalled(callee: SgNode): boolean {
  const parent = callee.parent()
  return (parent?.kind() === 'call_expression' && isNode(parent.field('function'), callee)) || parent?.kind() === 'new_expression'
}

/** Assigned to, stepped or deleted. */
function isTarget(place: SgNode): boolean {
  const parent = place.parent()
  switch (String(parent?.kind())) {
    case 'assignment_expression':
    case 'augmented_assignment_expression':
      return isNode(parent?.field('left'), place)
    case 'update_expression':
      return true
    case 'unary_expression':
      return parent?.field('operator')?.text() === 'delete'
    case 'for_in_statement':
      return isNode(parent?.field('left'), place)
    case 'array_pattern':
    case 'object_pattern':
    case 'pair_pattern':
    case 'rest_pattern':
    case 'assignment_pattern':
      return true
    default:
      return false
  }
}

/** An element read as the root of a longer place that is assigned or called on: `list[i].x = 1`, `list[i].sort()`. */
function escapes(place: SgNode): boolean {
  const parent = place.parent()
  if (parent === null || (parent.kind() !== 'member_expression' && parent.kind() !== 'subscript_expression') || !isNode(parent.field('object'), place)) return false
  if (isTarget(parent)) return true
  if (isCalled(parent)) return !readingMethods.has(parent.field('property')?.text() ?? '') && !iteratingMethods.has(parent.field('property')?.text() ?? '')
  return escapes(parent)
}

const platformFunctions = new Set([
  'Array.from', 'Array.isArray', 'Array.of', 'Boolean', 'isFinite', 'isNaN', 'JSON.stringify', 'Number', 'Number.isFinite', 'Number.isInteger', 'Number.isNaN', 'Object.entries', 'Object.keys', 'Object.values',
  'parseFloat', 'parseInt', 'String', 'String.fromCharCode',
])

/**
 * Evaluating the expression twice within `region` gives the same value and does nothing else. It may still throw, and may give a fresh object
 * each time: the caller has to ask `isPrimitiveForm` or see that the object is only read.
 */
export function isStable(expression: SgNode, region: SgNode, scopes: Scopes): boolean {
  const stable = (node: SgNode): boolean => isStable(node, region, scopes)
  const children = expression.children().filter((child) => child.isNamed() && child.kind() !== 'comment')
  switch (String(expression.kind())) {
    case 'number':
    case 'true':
    case 'false':
    case 'null':
    case 'undefined':
    case 'string':
    case 'property_identifier':
    case 'string_fragment':
    case 'escape_sequence':
      return true
    case 'identifier':
      return isStableName(expression, region, scopes)
    case 'template_string':
    case 'template_substitution':
    case 'parenthesized_expression':
    case 'binary_expression':
    case 'ternary_expression':
    case 'subscript_expression':
    case 'member_expression':
    case 'array':
    case 'arguments':
      return children.every(stable)
    case 'unary_expression':
      return expression.field('operator')?.text() !== 'delete' && children.every(stable)
    case 'call_expression':
      return isStableCall(expression, stable, scopes)
    default:
      return false
  }
}

function isStableName(name: SgNode, region: SgNode, scopes: Scopes): boolean {
  const binding = scopes.resolve(name)
  if (binding === null) return ['Infinity', 'Math', 'NaN', 'undefined', 'Number'].includes(name.text()) && scopes.isPlatformName(name.text())
  return !isWithin(binding.declaration, region) && keepsName(binding, region) && staysFixed(binding, region)
}

function isStableCall(call: SgNode, stable: (node: SgNode) => boolean, scopes: Scopes): boolean {
  const callee = call.field('function')
  const list = call.field('arguments')
  if (callee === null || list?.kind() !== 'arguments' || !stable(list)) return false
  const name = callee.text()
  const root = name.split('.', 1)[0] ?? ''
  if ((platformFunctions.has(name) || (/^Math\.\w+$/.test(name) && name !== 'Math.random')) && scopes.isPlatformName(root)) return true
  const parts = methodCall(call)
  return parts !== null && readingMethods.has(parts.method) && stable(parts.object)
}

/** The expression's form only gives strings, numbers, booleans or undefined: sharing one value is the same as making it again. */
export function isPrimitiveForm(expression: SgNode): boolean {
  const kind = String(expression.kind())
  if (['number', 'string', 'template_string', 'true', 'false', 'null', 'undefined', 'unary_expression'].includes(kind)) return true
  if (kind === 'binary_expression') return !['&&', '||', '??'].includes(expression.field('operator')?.text() ?? '')
  if (kind === 'member_expression') return ['length', 'size'].includes(expression.field('property')?.text() ?? '')
  const callee = expression.field('function')?.text() ?? ''
  if (kind === 'call_expression' && /^(?:Math\.\w+|JSON\.stringify|String(?:\.fromCharCode)?|Number|Boolean|parseInt|parseFloat|Array\.isArray)$/.test(callee)) return true
  const method = methodCall(expression)?.method
  return method !== undefined && primitiveMethods.has(method)
}

const primitiveMethods = new Set([
  'charAt', 'charCodeAt', 'codePointAt', 'endsWith', 'has', 'hasOwnProperty', 'includes', 'indexOf', 'join', 'lastIndexOf', 'localeCompare', 'normalize', 'padEnd', 'padStart', 'repeat', 'startsWith', 'substr',
  'substring', 'toFixed', 'toLowerCase', 'toPrecision', 'toString', 'toUpperCase', 'trim', 'trimEnd', 'trimStart',
])

function functionOf(node: SgNode): SgNode | null {
  return node.ancestors().find(isFunction) ?? null
}
