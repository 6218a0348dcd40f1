import { binaryOf, callOf, is } from './families.ts'
import { named, type SyntaxNode } from './syntax-tree.ts'

/** What an expression most likely holds, by its look alone: only ever a preference, never a condition. */
export type ValueType = 'number' | 'text' | 'list' | 'flag' | 'unknown'

const results: Readonly<Record<Exclude<ValueType, 'unknown'>, ReadonlySet<string>>> = {
  number: new Set(['abs', 'floor', 'ceil', 'round', 'sqrt', 'pow', 'max', 'min', 'indexOf', 'lastIndexOf', 'charCodeAt', 'parseInt', 'parseFloat', 'Number', 'len', 'int', 'float', 'sum', 'ord', 'find', 'count', 'index', 'size', 'length', 'stoi', 'atoi', 'accumulate']),
  text: new Set(['toLowerCase', 'toUpperCase', 'join', 'trim', 'substring', 'substr', 'replace', 'charAt', 'fromCharCode', 'String', 'repeat', 'lower', 'upper', 'strip', 'swapcase', 'str', 'chr', 'format', 'to_string']),
  list: new Set(['map', 'filter', 'split', 'sort', 'from', 'keys', 'values', 'entries', 'flat', 'list', 'sorted', 'range', 'set', 'tuple']),
  flag: new Set(['startsWith', 'endsWith', 'includes', 'some', 'every', 'isInteger', 'isArray', 'startswith', 'endswith', 'any', 'all', 'isinstance', 'isdigit', 'isalpha', 'isupper', 'islower', 'has', 'empty']),
}

const comparisons = new Set(['<', '<=', '>', '>=', '==', '!=', '===', '!==', 'in', 'not in', 'is', 'is not', 'instanceof'])
const sums = new Set(['-', '*', '/', '%', '//', '**', '&', '|', '^', '<<', '>>'])

/** The type by the looks of the expression; `nameType` knows the names. */
export function typeOf(node: SyntaxNode, nameType: (name: string) => ValueType): ValueType {
  if (is(node, 'number')) return 'number'
  if (is(node, 'text')) return 'text'
  if (is(node, 'flag')) return 'flag'
  if (is(node, 'list')) return 'list'
  if (node.kind === 'identifier') return nameType(node.text)
  const only = named(node)
  if (is(node, 'parenthesized') && only[0] !== undefined) return typeOf(only[0], nameType)
  if (is(node, 'unary')) return /^(?:!|not)/.test(node.text) ? 'flag' : 'number'
  const called = callOf(node)
  if (called !== null) return resultOf(called.name.text)
  if (is(node, 'member')) return /(?:length|size)$/.test(node.text) ? 'number' : 'unknown'
  const binary = binaryOf(node)
  if (binary === null) return 'unknown'
  const operator = binary.operator.text
  if (comparisons.has(operator)) return 'flag'
  if (sums.has(operator)) return 'number'
  const sides = [typeOf(binary.left, nameType), typeOf(binary.right, nameType)]
  return sides.find((type) => type !== 'unknown') ?? 'unknown'
}

function resultOf(name: string): ValueType {
  for (const type of ['number', 'text', 'list', 'flag'] as const) if (results[type].has(name)) return type
  return 'unknown'
}

/** How likely a value of type `given` is to stand where one of type `wanted` stood. */
export function typeMatch(wanted: ValueType, given: ValueType): number {
  if (wanted === 'unknown' || given === 'unknown') return 0.6
  return wanted === given ? 1 : 0.12
}
