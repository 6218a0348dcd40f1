import { binaryOf, conditionOf, is, wholeFunctionAround } from '../families.ts'
import { replaced, type Repair, type RepairContext, type RepairTemplate } from '../repair.ts'
import type { Name } from '../scopes.ts'
import type { SyntaxNode } from '../syntax-tree.ts'

const simpleLimit = 60

/** The condition turned round. A plain comparison is turned round by its operator already. */
export const negations: RepairTemplate = ({ words, family }, node) => {
  const condition = conditionOf(node)
  if (condition === null) return []
  const binary = binaryOf(condition)
  const isLogical = binary !== null && ['&&', '||', 'and', 'or'].includes(binary.operator.text)
  const turned = /^(?:!|not )/.test(condition.text) && !isLogical ? condition.text.replace(/^(?:!|not\s+)/, '') : words.not(condition.text)
  const share = is(node, 'loop') ? 0.2 : binary !== null && !isLogical && /^(?:[<>]=?|[=!]==?)$/.test(binary.operator.text) ? 0.2 : 1
  return [replaced('negate', condition, turned, [share, 'negate']), ...(is(node, 'loop') || family === 'python' ? [] : [replaced('negate', condition, words.flags[0], 0.15), replaced('negate', condition, words.flags[1], 0.1)])]
}

/** Conditions of the function, and such as its names suggest. */
export function conditionsFor(context: RepairContext, node: SyntaxNode, limit: number): readonly (readonly [string, number])[] {
  const shares = new Map<string, number>()
  const add = (text: string, share: number): void => {
    if (text.length <= simpleLimit && !text.includes('\n')) shares.set(text, Math.max(share, shares.get(text) ?? 0))
  }
  const { scopes, words, family } = context
  const names = [...new Map(scopes.at(node).filter(({ kind }) => kind !== 'function' && kind !== 'global').map((name) => [name.text, name])).values()]
  const known = new Set(names.map(({ text }) => text))
  const around = wholeFunctionAround(node)
  for (const other of context.nodes) {
    if (other.start < around.start || other.end > around.end || scopes.typeOf(other) !== 'flag' || is(other, 'flag') || (binaryOf(other) === null && !is(other, 'unary', 'call'))) continue
    if ([...other.text.matchAll(/\b[A-Za-z_]\w*\b/g)].some(([name]) => context.scopes.find(name, other) !== undefined && !known.has(name))) continue
    add(other.text, 0.5)
    if (binaryOf(other) !== null) add(words.not(other.text), 0.3)
  }
  for (const [index, one] of names.entries()) for (const other of names.slice(index + 1)) if (isComparable(one, other)) for (const [operator, share] of pairOperators(words.equal)) add(`${one.text} ${operator} ${other.text}`, share)
  for (const { text, type } of names) {
    if (type === 'number') for (const [operator, share] of [['> 0', 0.15], [`${words.equal} 0`, 0.12], ['< 0', 0.1], [`${words.equal} 1`, 0.06], ['% 2 == 0', 0.05]] as const) add(`${text} ${operator}`, share)
    if (type === 'list' || type === 'text') for (const [operator, share] of [['> 0', 0.15], [`${words.equal} 0`, 0.15]] as const) add(`${words.size(text)} ${operator}`, share)
    if (type === 'unknown' && family !== 'cpp') for (const [condition, share] of [[words.not(text), 0.12], [text, 0.06]] as const) add(condition, share)
    if (type === 'flag') for (const condition of [text, words.not(text)]) add(condition, 0.3)
  }
  return [...shares].toSorted((a, b) => b[1] - a[1]).slice(0, limit)
}

function pairOperators(equal: string): readonly (readonly [string, number])[] {
  return [[equal, 0.25], [equal === '===' ? '!==' : '!=', 0.2], ['<', 0.08], ['>', 0.08]]
}

function isComparable(one: Name, other: Name): boolean {
  return one.type === other.type || one.type === 'unknown' || other.type === 'unknown'
}

/** A condition that says too little. */
export const moreConditions: RepairTemplate = (context, node) => {
  const condition = conditionOf(node)
  if (condition === null) return []
  const { words } = context
  const conditions = conditionsFor(context, condition, 12).filter(([text]) => !condition.text.includes(text))
  const own = binaryOf(condition)?.operator.text
  const grouped = own === words.or || own === words.and ? `(${condition.text})` : condition.text
  return conditions.flatMap(([text, share]): readonly Repair[] => [
    replaced('add-condition', condition, `${own === words.and ? condition.text : grouped} ${words.and} ${text}`, share / 4),
    replaced('add-condition', condition, `${own === words.or ? condition.text : grouped} ${words.or} ${text}`, share / 5),
  ])
}

/** An earlier exit of a loop or function that comes with the wrong condition is a plain `if`; a statement that always runs may need one. */
export const guards: RepairTemplate = (context, node) => {
  if (!['expression_statement', 'return_statement', 'break_statement', 'continue_statement', 'throw_statement'].includes(node.kind) || node.text.includes('\n')) return []
  if (!is(node.parent, 'block') && !is(node.parent, 'statement')) return []
  const isLast = is(node.parent, 'block') && node.parent?.children.findLast((child) => child.isNamed) === node
  if (node.kind === 'return_statement' && isLast) return []
  return conditionsFor(context, node, 10).map(([text, share]) => replaced('guard', node, context.words.only(text, node.text), [share / 2, `guard ${text}`]))
}
