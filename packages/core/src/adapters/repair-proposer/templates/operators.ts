import { binaryOf, is } from '../families.ts'
import { replaced, type Repair, type RepairTemplate } from '../repair.ts'
import type { SyntaxNode } from '../syntax-tree.ts'

type Shares = Readonly<Record<string, number>>

/** What stands for what: a boundary forgotten is more common than a sense turned round. */
const comparisons: Readonly<Record<string, Shares>> = {
  '<': { '<=': 0.35, '>': 0.3, '==': 0.12, '>=': 0.15, '!=': 0.08 },
  '<=': { '<': 0.4, '>=': 0.25, '==': 0.12, '>': 0.15, '!=': 0.08 },
  '>': { '>=': 0.35, '<': 0.3, '==': 0.12, '<=': 0.15, '!=': 0.08 },
  '>=': { '>': 0.4, '<=': 0.25, '==': 0.12, '<': 0.15, '!=': 0.08 },
  '==': { '!=': 0.45, '<': 0.13, '>': 0.13, '<=': 0.13, '>=': 0.13 },
  '!=': { '==': 0.45, '<': 0.13, '>': 0.13, '<=': 0.13, '>=': 0.13 },
  '===': { '!==': 0.45, '<': 0.13, '>': 0.13, '<=': 0.13, '>=': 0.13 },
  '!==': { '===': 0.45, '<': 0.13, '>': 0.13, '<=': 0.13, '>=': 0.13 },
  in: { 'not in': 1 },
  'not in': { in: 1 },
  is: { 'is not': 0.7, '==': 0.3 },
  'is not': { is: 0.7, '!=': 0.3 },
}

const arithmetic: Readonly<Record<string, Shares>> = {
  '+': { '-': 0.7, '*': 0.25 },
  '-': { '+': 0.5, '*': 0.1, '/': 0.15, '%': 0.15 },
  '*': { '+': 0.3, '/': 0.3, '**': 0.1, '-': 0.1 },
  '/': { '*': 0.4, '%': 0.3, '-': 0.1, '//': 0.2 },
  '%': { '/': 0.5, '*': 0.15, '-': 0.1, '//': 0.2 },
  '//': { '/': 0.4, '%': 0.4, '*': 0.2 },
  '**': { '*': 0.7, '+': 0.1 },
  '&': { '|': 0.5, '^': 0.4 },
  '|': { '&': 0.5, '^': 0.4 },
  '^': { '&': 0.4, '|': 0.4 },
  '<<': { '>>': 1 },
  '>>': { '<<': 0.6, '>>>': 0.3 },
}

const compound: Readonly<Record<string, Shares>> = {
  '+=': { '-=': 0.5, '=': 0.25, '*=': 0.25 },
  '-=': { '+=': 0.5, '=': 0.25, '/=': 0.1, '//=': 0.15 },
  '*=': { '+=': 0.4, '/=': 0.4, '=': 0.2 },
  '/=': { '*=': 0.5, '-=': 0.2, '%=': 0.2 },
  '%=': { '/=': 0.5 },
  '//=': { '/=': 0.3, '%=': 0.5 },
  '=': { '+=': 0.6, '-=': 0.2, '*=': 0.1 },
  '&=': { '|=': 0.6, '^=': 0.4 },
  '|=': { '&=': 0.6, '^=': 0.4 },
  '^=': { '&=': 0.5, '|=': 0.5 },
}

const logical: Readonly<Record<string, Shares>> = { '&&': { '||': 1 }, '||': { '&&': 0.9, '??': 0.1 }, '??': { '||': 1 }, and: { or: 1 }, or: { and: 1 } }

const foreign: Readonly<Record<string, readonly string[]>> = { script: ['//'], cpp: ['//', '**', '>>>'], python: ['>>>'] }

function of(table: Readonly<Record<string, Shares>>, text: string): readonly (readonly [string, number])[] {
  return Object.hasOwn(table, text) ? Object.entries(table[text] ?? {}) : []
}

/** A wrong operator: comparison, arithmetic, logical, compound assignment. */
export const operators: RepairTemplate = ({ family, scopes }, node) => {
  const found: Repair[] = []
  const operator = operatorOf(node)
  if (operator === null) return found
  const usable = ([to]: readonly [string, number]): boolean => !(foreign[family] ?? []).includes(to)
  const isText = [node.children[0], node.children.at(-1)].some((side) => side !== undefined && scopes.typeOf(side) === 'text')
  for (const [to, share] of of(comparisons, operator.text).filter(usable)) found.push(replaced('comparison', operator, to, share))
  found.push(...boundaries(node, operator))
  for (const [to, share] of of(arithmetic, operator.text).filter(usable)) found.push(replaced('arithmetic', operator, to, isText ? share * 0.1 : share))
  for (const [to, share] of of(logical, operator.text)) found.push(replaced('logical', operator, to, share))
  if (!is(node, 'binary') && node.kind !== 'variable_declarator') for (const [to, share] of of(compound, operator.text).filter(usable)) found.push(replaced('compound-assignment', operator, to, operator.text === '=' ? share * 0.4 : share))
  // `filter(x > test)` for `filter(x => test)`: the name of a parameter that nobody declares.
  const [left] = node.children
  if (family === 'script' && operator.text === '>' && left?.kind === 'identifier' && scopes.find(left.text, left) === undefined) found.push(replaced('comparison', operator, '=>', 2))
  return found
}

/** A border that is an exact value, and one off besides: `n == 0` for `n <= 1`. */
function boundaries(node: SyntaxNode, operator: SyntaxNode): readonly Repair[] {
  const binary = binaryOf(node)
  const table: Readonly<Record<string, readonly (readonly [string, number])[]>> = { '==': [['<=', 1], ['>=', -1]], '===': [['<=', 1], ['>=', -1]], '!=': [['>', 1], ['<', -1]], '!==': [['>', 1], ['<', -1]] }
  if (binary === null || !Object.hasOwn(table, operator.text) || !/^\d+$/.test(binary.right.text)) return []
  return (table[operator.text] ?? []).map(([to, by]): Repair => replaced('comparison', node, `${binary.left.text} ${to} ${Number(binary.right.text) + by}`, [by > 0 ? 0.1 : 0.03, `boundary ${to}`]))
}

function operatorOf(node: SyntaxNode): SyntaxNode | null {
  if (is(node, 'binary', 'assignment')) return node.children.find((child) => !child.isNamed || child.kind === 'operator') ?? null
  if (node.kind === 'update_expression') return node.children.find(({ text }) => text === '++' || text === '--') ?? null
  return null
}

/** `++` for `--`. */
export const updates: RepairTemplate = (_context, node) => {
  const operator = node.kind === 'update_expression' ? operatorOf(node) : null
  return operator === null ? [] : [replaced('compound-assignment', operator, operator.text === '++' ? '--' : '++', 0.5)]
}
