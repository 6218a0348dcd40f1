import { binaryOf, callOf, is, isCallee, isName, type Family } from '../families.ts'
import { replaced, swapped, type Repair, type RepairContext, type RepairTemplate } from '../repair.ts'
import { roleOf } from '../scopes.ts'
import { childOf, named, type SyntaxNode } from '../syntax-tree.ts'
import { typeMatch, type ValueType } from '../value-type.ts'

const commutative = new Set(['*', '==', '!=', '===', '!==', '&', '|', '^', '&&', '||', 'and', 'or'])

/** Half of an operation too many, its sides or its grouping the wrong way round. */
export const operands: RepairTemplate = ({ scopes }, node) => {
  const binary = binaryOf(node)
  if (binary === null) return []
  const { left, operator, right } = binary
  const found: Repair[] = []
  const isComparison = scopes.typeOf(node) === 'flag' && !['&&', '||', 'and', 'or'].includes(operator.text)
  if (!isComparison) {
    found.push(replaced('drop-term', node, left.text, [is(right, 'number') ? 1 : 0.7, 'drop right']))
    found.push(replaced('drop-term', node, right.text, [0.4, 'drop left']))
  }
  if (!commutative.has(operator.text) && left.text !== right.text) found.push(swapped('swap-operands', [left, right], isComparison ? 0.3 : 1))
  return [...found, ...regrouped(node)]
}

/** `a + b / c` as `(a + b) / c`, and as `a / c + b`. */
function regrouped(node: SyntaxNode): readonly Repair[] {
  const outer = binaryOf(node)
  if (outer === null) return []
  const found: Repair[] = []
  const right = binaryOf(outer.right)
  if (right !== null) {
    const [a, op, b, inner, c] = [outer.left.text, outer.operator.text, right.left.text, right.operator.text, right.right.text]
    found.push(replaced('precedence', node, `(${a} ${op} ${b}) ${inner} ${c}`, [1, 'regroup']))
    found.push(replaced('precedence', node, `${a} ${inner} ${c} ${op} ${b}`, [0.7, 'regroup']))
  }
  const left = binaryOf(outer.left)
  if (left !== null) found.push(replaced('precedence', node, `${left.left.text} ${left.operator.text} (${left.right.text} ${outer.operator.text} ${outer.right.text})`, [0.6, 'regroup']))
  const inside = is(outer.left, 'parenthesized') ? outer.left : is(outer.right, 'parenthesized') ? outer.right : null
  if (inside !== null) found.push(replaced('precedence', inside, inside.text.slice(1, -1), [0.5, 'ungroup']))
  return found
}

/** Arguments in the wrong order or too many; the object of a method swapped with its argument. */
export const callArguments: RepairTemplate = (_context, node) => {
  const call = callOf(node)
  if (call === null) return []
  const found: Repair[] = []
  const { receiver, arguments: given } = call
  for (const [index, argument] of given.slice(1).entries()) if (given[index]?.text !== argument.text) found.push(swapped('swap-arguments', [given[index] as SyntaxNode, argument], 1))
  const [only] = given
  if (receiver !== null && given.length === 1 && only !== undefined && /^[\w.[\]]+$/.test(only.text) && /^[\w.[\]]+$/.test(receiver.text)) found.push(swapped('swap-arguments', [receiver, only], 0.7))
  if (given.length > 1) {
    const [last, before] = [given.at(-1) as SyntaxNode, given.at(-2) as SyntaxNode]
    found.push({ template: 'list-items', cuts: [{ start: before.end, end: last.end, replacement: '' }], share: 0.3, line: node.line, label: 'drop argument' })
  }
  return found
}

/** Indices in the wrong order: `a[i][j]`, `a[i, j]`. */
export const indices: RepairTemplate = (_context, node) => {
  if (!is(node, 'subscript')) return []
  const [object, ...own] = named(node)
  const inner = object !== undefined && is(object, 'subscript') ? named(object).at(-1) : undefined
  const given = inner === undefined ? own : [inner, ...own]
  return given.slice(1).flatMap((index, place) => (given[place]?.text === index.text ? [] : [swapped('swap-arguments', [given[place] as SyntaxNode, index], 0.5)]))
}

/** Expressions whose value matters: what may lack a term or a call. */
export function isValue(node: SyntaxNode): boolean {
  const { parent } = node
  if (parent === null || !node.isNamed || isCallee(node) || is(node, 'parenthesized', 'arguments', 'statement', 'block', 'function')) return false
  if (parent.kind === 'return_statement' || is(parent, 'arguments', 'binary', 'ternary', 'list', 'parenthesized', 'unary') || parent.kind === 'spread_element') return true
  if (is(parent, 'declarator', 'assignment')) return parent.children[0] !== node
  if (is(parent, 'subscript')) return true
  if (parent.kind === 'arrow_function') return parent.children.at(-1) === node
  if (is(parent, 'member')) return parent.children[0] === node
  if (is(parent, 'loop') || parent.kind === 'for_in_clause') return parent.children.findLast((child) => child.isNamed && !is(child, 'block', 'statement')) === node
  return parent.kind === 'slice'
}

/** A term that is missing: off by one in an index, a bound or a result; half or twice of it. */
export const missingTerms: RepairTemplate = ({ scopes, family }, node) => {
  if (!isValue(node) || is(node, 'number', 'text', 'flag', 'list')) return []
  const type = scopes.typeOf(node)
  if (type === 'text' || type === 'list' || type === 'flag') return []
  const role = roleOf(node)
  const isSum = binaryOf(node) !== null
  // `(a - b) + 1` is the same as `a + 1 - b`: only the outermost sum gets its term.
  if (isSum && is(node.parent, 'binary') && ['+', '-'].includes(binaryOf(node.parent as SyntaxNode)?.operator.text ?? '')) return []
  if (is(node.parent, 'member') || (is(node.parent, 'subscript') && node.parent?.children[0] === node)) return []
  const likely = (type === 'number' ? 1 : 0.4) * (role === 'index' || role === 'order' || node.parent?.kind === 'slice' ? 1.5 : role === 'sum' ? 0.6 : 1)
  const group = (text: string): string => (needsGroup(node) ? `(${text})` : text)
  const own = isSum && !/^[(]/.test(node.text) ? `(${node.text})` : node.text
  const half = family === 'python' ? ['/ 2', '// 2'] : ['/ 2']
  return [
    replaced('add-term', node, group(`${node.text} + 1`), [0.4 * likely, '+ 1']),
    replaced('add-term', node, group(`${node.text} - 1`), [0.4 * likely, '- 1']),
    ...half.map((text) => replaced('add-term', node, group(`${own} ${text}`), [(0.12 / half.length) * likely, text])),
    replaced('add-term', node, group(`${own} * 2`), [0.06 * likely, '* 2']),
    replaced('add-term', node, group(`-${own}`), [0.06 * likely, 'minus']),
    ...(node.kind === 'identifier' ? [replaced('add-term', node, group(`${node.text} * ${node.text}`), [0.1 * likely, 'squared'])] : []),
  ]
}

function needsGroup(node: SyntaxNode): boolean {
  return is(node.parent, 'binary', 'unary', 'member')
}

type Wrapper = readonly [around: (text: string) => string, share: number, label: string]

const calls = (names: Readonly<Record<string, number>>): readonly Wrapper[] => Object.entries(names).map(([name, share]): Wrapper => [(text) => `${name}(${text})`, share, name])
const methods = (names: Readonly<Record<string, number>>): readonly Wrapper[] => Object.entries(names).map(([name, share]): Wrapper => [(text) => `${text}.${name}`, share, name])

const wrappers: Readonly<Record<Family, Readonly<Record<'number' | 'text' | 'list', readonly Wrapper[]>>>> = {
  script: {
    number: calls({ 'Math.abs': 0.4, 'Math.floor': 0.3, 'Math.round': 0.1, 'Math.ceil': 0.1, 'Math.sqrt': 0.05, Number: 0.05 }),
    text: [...methods({ 'toLowerCase()': 0.4, 'trim()': 0.15, 'toUpperCase()': 0.1, 'slice(1)': 0.1, 'slice(0, -1)': 0.08 }), [(text) => `${text}.split('').reverse().join('')`, 0.05, 'reversed'], ...calls({ Number: 0.08, String: 0.05 })],
    list: [
      ...methods({ 'sort()': 0.15, 'sort((a, b) => a - b)': 0.25, 'slice(1)': 0.15, 'slice(0, -1)': 0.08, 'reverse()': 0.1, 'slice()': 0.05 }),
      [(text) => `[...new Set(${text})]`, 0.15, 'distinct'], [(text) => `${text}.filter(Boolean)`, 0.02, 'truthy'],
    ],
  },
  python: {
    number: calls({ abs: 0.4, int: 0.25, round: 0.1, 'math.floor': 0.08, 'math.ceil': 0.08, float: 0.04, str: 0.05 }),
    text: [...methods({ 'lower()': 0.4, 'strip()': 0.15, 'upper()': 0.1 }), ...calls({ int: 0.1, str: 0.04 }), [(text) => `${text}[1:]`, 0.1, '[1:]'], [(text) => `${text}[:-1]`, 0.08, '[:-1]'], [(text) => `${text}[::-1]`, 0.1, 'reversed']],
    list: [...calls({ sorted: 0.3, set: 0.15, list: 0.1, len: 0.05, sum: 0.03 }), [(text) => `sorted(set(${text}))`, 0.06, 'distinct'], [(text) => `list(set(${text}))`, 0.06, 'set'], [(text) => `${text}[1:]`, 0.12, '[1:]'], [(text) => `${text}[:-1]`, 0.08, '[:-1]'], [(text) => `${text}[::-1]`, 0.1, 'reversed']],
  },
  cpp: {
    number: calls({ abs: 0.4, floor: 0.15, round: 0.1, ceil: 0.08, sqrt: 0.05, '(int)': 0.1, '(double)': 0.1 }),
    text: [...calls({ tolower: 0.2, toupper: 0.1, to_string: 0.1 }), ...methods({ 'substr(1)': 0.1 })],
    list: [],
  },
}

/** A call that is missing around a value: absolute, rounded, in lower case, sorted, without its first item. */
export const wraps: RepairTemplate = (context, node) => {
  if (!isValue(node) || is(node, 'number', 'text', 'flag', 'unary') || is(node.parent, 'member', 'subscript')) return []
  const type = context.scopes.typeOf(node)
  if (type === 'flag') return []
  const isDifference = binaryOf(node)?.operator.text === '-'
  const isQuotient = binaryOf(node)?.operator.text === '/'
  const found: Repair[] = []
  for (const wanted of ['number', 'text', 'list'] as const) {
    const match = type === 'unknown' ? 0.35 : typeMatch(type, wanted)
    if (match < 0.3) continue
    const isBare = /^[\w.]+(?:[[(].*)?$/s.test(node.text) && binaryOf(node) === null
    for (const [around, share, label] of wrappers[context.family][wanted]) {
      const boost = (label.endsWith('abs') && isDifference) || (/floor|int$/.test(label) && isQuotient) ? 4 : wanted === 'number' && !isDifference && !isQuotient ? 0.5 : 1
      const text = isBare || !/^\(?TEXT\)?[.[]/.test(around('TEXT')) ? node.text : `(${node.text})`
      found.push(replaced('wrap', node, around(text), [share * match * boost, label]))
    }
  }
  return [...found, ...twice(context, node)]
}

/** `f(f(x))` for `f(x)`, where f takes what it gives. */
function twice(context: RepairContext, node: SyntaxNode): readonly Repair[] {
  const call = callOf(node)
  if (call === null || call.receiver !== null || call.arguments.length !== 1 || context.scopes.find(call.name.text, node)?.kind !== 'function') return []
  return [replaced('wrap', node, `${call.callee.text}(${node.text})`, [0.6, 'twice'])]
}

/** A call too many: its argument, or the object of the method, instead. */
export const unwraps: RepairTemplate = (_context, node) => {
  const call = callOf(node)
  if (call === null || node.parent?.kind === 'expression_statement') return []
  const [only] = call.arguments
  if (call.receiver === null || /^(?:Math|Number|String|Array|math|std)$/.test(call.receiver.text)) return call.arguments.length === 1 && only !== undefined ? [replaced('unwrap', node, only.text, [1, 'unwrap'])] : []
  return [replaced('unwrap', node, call.receiver.text, [0.6, 'unwrap'])]
}

const replaceable = new Set<string>(['identifier', 'call_expression', 'call', 'member_expression', 'attribute', 'field_expression', 'subscript_expression', 'subscript', 'binary_expression', 'binary_operator', 'number', 'integer', 'number_literal', 'unary_expression', 'unary_operator'])

/** Another expression of the function in place of this one, whatever names it is made of are known here. */
export const expressions: RepairTemplate = (context, node) => {
  if (!isValue(node) || !replaceable.has(node.kind) || (node.kind === 'identifier' && !isName(node))) return []
  const { scopes } = context
  const wanted: ValueType = scopes.typeOf(node)
  if (wanted === 'flag') return []
  const known = new Set(scopes.at(node).map(({ text }) => text))
  const candidates = new Map<string, number>()
  for (const other of context.expressionsNear(node)) {
    if (other.text === node.text || (other.kind === 'identifier' && node.kind === 'identifier') || isInside(other, node) || isInside(node, other)) continue
    if (!namesIn(other).every((name) => known.has(name.text) || context.scopes.find(name.text, name) === undefined)) continue
    const weight = typeMatch(wanted, scopes.typeOf(other)) * (other.kind === node.kind ? 1.5 : 1) * (Math.abs(other.line - node.line) <= 3 ? 1.3 : 1) * (other.text.length > 16 ? 0.5 : 1)
    candidates.set(other.text, Math.max(weight, candidates.get(other.text) ?? 0))
  }
  const total = [...candidates.values()].reduce((sum, weight) => sum + weight, 1)
  const simple = node.kind === 'identifier' || is(node, 'member', 'subscript', 'call') ? 1 : 0.4
  return [...candidates].map(([text, weight]) => replaced('expression', node, needsGroup(node) && /\s/.test(text) ? `(${text})` : text, (simple * weight) / total))
}

function isInside(inner: SyntaxNode, outer: SyntaxNode): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}

function namesIn(node: SyntaxNode): readonly SyntaxNode[] {
  return node.kind === 'identifier' ? (isName(node) && !isCallee(node) ? [node] : []) : node.children.flatMap(namesIn)
}

/** The two results of a ternary, the wrong way round. */
export const ternaries: RepairTemplate = (_context, node) => {
  if (!is(node, 'ternary')) return []
  const own = node.children.filter((child) => child.isNamed)
  const [one, two] = childOf(node, 'if') === undefined ? [own[1], own[2]] : [own[0], own[2]]
  return one === undefined || two === undefined || one.text === two.text ? [] : [swapped('negate', [one, two], 0.6)]
}
