import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isFunction, isWithin, namedChildren } from './nodes.ts'
import type { Scopes } from './scopes.ts'
import { inlineCallback } from './inline-callback.ts'

/** Methods of strings, arrays and numbers that only read, and whose errors can only be TypeErrors. */
const readingMethods = new Set([
  'at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'endsWith', 'hasOwnProperty', 'includes', 'indexOf', 'join', 'lastIndexOf', 'slice', 'split', 'startsWith', 'substr', 'substring',
  'toLowerCase', 'toUpperCase', 'trim', 'trimEnd', 'trimLeft', 'trimRight', 'trimStart',
])
const iteratingMethods = new Set(['every', 'filter', 'find', 'findIndex', 'flatMap', 'map', 'some'])
/** They take a regular expression: one written in place has no state that could tell who came first. */
const patternMethods = new Set(['match', 'replace', 'replaceAll', 'search'])
/** Fine with a constant argument within their range; a RangeError otherwise. */
const digitMethods: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['toFixed', [0, 100]],
  ['toPrecision', [1, 100]],
  ['toString', [2, 36]],
  ['padStart', [0, 1000]],
  ['padEnd', [0, 1000]],
  ['repeat', [0, 1000]],
])
const platformFunctions = new Set([
  'Array.isArray', 'Boolean', 'isFinite', 'isNaN', 'Number', 'Number.isFinite', 'Number.isInteger', 'Number.isNaN', 'Number.isSafeInteger', 'Object.entries', 'Object.keys', 'Object.values',
  'Object.prototype.hasOwnProperty.call', 'parseFloat', 'parseInt', 'String', 'String.fromCharCode',
])
const platformNames = new Set(['Array', 'Boolean', 'Infinity', 'Math', 'NaN', 'Number', 'Object', 'String', 'undefined'])
const constantKinds = new Set(['number', 'string', 'true', 'false', 'null', 'undefined', 'regex', 'property_identifier', 'string_fragment', 'escape_sequence', 'optional_chain', 'comment'])
const transparentKinds = new Set([
  'parenthesized_expression', 'binary_expression', 'ternary_expression', 'subscript_expression', 'template_string', 'template_substitution', 'array', 'object', 'pair', 'computed_property_name',
  'spread_element', 'non_null_expression', 'private_property_identifier',
])

/**
 * Evaluating the expression changes nothing, calls nothing of the program's own, and can only fail with a TypeError: it may run earlier or later than, and in
 * between, other quiet expressions. It may give a fresh object. Out of sight: getters, `valueOf` and iterators of the program's own, undeclared names.
 */
export function isQuiet(expression: SgNode, scopes: Scopes): boolean {
  const kind = String(expression.kind())
  if (constantKinds.has(kind)) return true
  const children = namedChildren(expression)
  switch (kind) {
    case 'identifier':
    case 'shorthand_property_identifier':
      return scopes.resolve(expression) !== null || (platformNames.has(expression.text()) && scopes.isPlatformName(expression.text()))
    case 'this':
      return true
    case 'unary_expression':
      return expression.field('operator')?.text() !== 'delete' && children.every((child) => isQuiet(child, scopes))
    case 'member_expression':
      return isQuietPart(expression.field('object'), scopes)
    case 'as_expression':
    case 'satisfies_expression':
      return isQuietPart(children[0], scopes)
    case 'call_expression':
      return isQuietCall(expression, scopes)
    default:
      return transparentKinds.has(kind) && children.every((child) => isQuiet(child, scopes))
  }
}

function isQuietPart(node: SgNode | null | undefined, scopes: Scopes): boolean {
  return node !== null && node !== undefined && isQuiet(node, scopes)
}

function isQuietCall(call: SgNode, scopes: Scopes): boolean {
  const callee = call.field('function')
  const values = call.field('arguments')?.kind() === 'arguments' ? argumentsOf(call) : null
  if (callee === null || values === null) return false
  const name = callee.text()
  const root = name.split('.', 1)[0] ?? ''
  if (platformFunctions.has(name) || (/^Math\.\w+$/.test(name) && name !== 'Math.random')) return scopes.isPlatformName(root) && values.every((value) => isQuiet(value, scopes))
  const [object, method] = [callee.field('object'), callee.field('property')?.text() ?? '']
  if (callee.kind() !== 'member_expression' || object === null || !isQuiet(object, scopes)) return false
  if (iteratingMethods.has(method)) return values.length === 1 && isQuietCallback(values[0] as SgNode, scopes)
  if (!values.every((value) => isQuiet(value, scopes))) return false
  return readingMethods.has(method) || isQuietSpecial({ object, method, values }, scopes)
}

function isQuietSpecial({ object, method, values }: { readonly object: SgNode; readonly method: string; readonly values: readonly SgNode[] }, scopes: Scopes): boolean {
  const [first] = values
  if (method === 'test') return object.kind() === 'regex'
  if (method === 'get' || method === 'has') return isPlatformCollection(object, scopes)
  if (patternMethods.has(method)) return values.every((value) => ['string', 'regex'].includes(String(value.kind())))
  const range = digitMethods.get(method)
  if (range === undefined) return false
  if (first === undefined) return method === 'toString'
  if (!values.slice(1).every((value) => value.kind() === 'string')) return false
  return first.kind() === 'number' && Number(first.text()) >= range[0] && Number(first.text()) <= range[1]
}

function isPlatformCollection(object: SgNode, scopes: Scopes): boolean {
  const binding = object.kind() === 'identifier' ? scopes.resolve(object) : null
  const made = /^new (Map|Set|WeakMap|WeakSet)\b/.exec(binding?.value?.text() ?? '')?.[1]
  return binding !== null && binding.writes.length === 0 && binding.value?.kind() === 'new_expression' && made !== undefined && scopes.isPlatformName(made)
}

function isQuietCallback(callback: SgNode, scopes: Scopes): boolean {
  if (callback.kind() === 'identifier') return ['Boolean', 'Number', 'String'].includes(callback.text()) && scopes.isPlatformName(callback.text())
  const inline = inlineCallback(callback)
  return inline !== null && inline.result !== null && inline.parameters.every(({ pattern }) => isQuietPattern(pattern, scopes)) && isQuiet(inline.result, scopes) && !usesOwnThis(callback)
}

const patternKinds = new Set(['identifier', 'shorthand_property_identifier_pattern', 'property_identifier', 'string', 'number'])

/** A pattern that only takes things apart: default values have to be quiet too. */
export function isQuietPattern(pattern: SgNode, scopes: Scopes): boolean {
  const kind = String(pattern.kind())
  if (patternKinds.has(kind)) return true
  if (kind === 'assignment_pattern' || kind === 'object_assignment_pattern') return isQuietPatternPart(pattern.field('left'), scopes) && isQuietPart(pattern.field('right'), scopes)
  return ['object_pattern', 'array_pattern', 'pair_pattern', 'rest_pattern'].includes(kind) && namedChildren(pattern).every((child) => isQuietPattern(child, scopes))
}

function isQuietPatternPart(pattern: SgNode | null, scopes: Scopes): boolean {
  return pattern !== null && isQuietPattern(pattern, scopes)
}

/** A `function` that mentions its own `this`, `arguments` or `new.target`; those of an arrow are the outer function's. */
export function usesOwnThis(callback: SgNode): boolean {
  if (callback.kind() === 'arrow_function') return false
  const mentions = callback.findAll({ rule: { any: [{ kind: 'this' }, { kind: 'meta_property' }, { kind: 'identifier', regex: '^arguments$' }, { kind: 'shorthand_property_identifier', regex: '^arguments$' }] } })
  return mentions.some((mention) => !mention.ancestors().some((ancestor) => isFunction(ancestor) && ancestor.kind() !== 'arrow_function' && ancestor.id() !== callback.id() && isWithin(ancestor, callback)))
}
