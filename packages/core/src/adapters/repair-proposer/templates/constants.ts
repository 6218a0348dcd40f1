import { ancestors, type SyntaxNode } from '../syntax-tree.ts'
import { binaryOf, is, wholeFunctionAround } from '../families.ts'
import { replaced, type Repair, type RepairContext, type RepairTemplate } from '../repair.ts'

/** Borders of digits and letters, and the sizes of their ranges. */
const borders = [10, 25, 26, 48, 57, 58, 65, 90, 91, 97, 122, 123]

/** A wrong number: off by one, the usual beginnings, what else the function holds. */
export const numbers: RepairTemplate = (context, node) => {
  if (!is(node, 'number') || /[xXnN_a-df-zA-DF-Z]/.test(node.text)) return []
  const value = Number(node.text)
  if (!Number.isFinite(value)) return []
  const isNegated = is(node.parent, 'unary') && node.parent?.text.startsWith('-') === true
  const shares = new Map<number, number>()
  const add = (to: number, share: number): void => {
    if (to !== value) shares.set(to, (shares.get(to) ?? 0) + share)
  }
  add(value + 1, 0.3)
  add(value - 1, 0.3)
  add(0, 0.15)
  add(1, 0.15)
  add(2, 0.1)
  if (!isNegated) add(-1, isInitial(node) ? 0.1 : 0.04)
  add(value * 2, 0.04)
  if (value % 2 === 0) add(value / 2, 0.04)
  if (value < 1 && value > 0) add(1 / value, 0.1)
  if (value >= 10) for (const to of [...borders, value * 10, value - 2, value + 2, 100, 1000]) add(to, value >= 40 && borders.includes(to) ? 0.05 : 0.015)
  const others = numbersNear(context, node)
  for (const to of others) add(to, 0.3 / others.length)
  const isFloat = node.text.includes('.')
  // What is compared with nothing at all is rather compared the wrong way: a sign has no other border.
  const likely = isInitial(node) ? 1.3 : value === 0 && isCompared(node) ? 0.3 : 1
  const found = [...shares].map(([to, share]) => replaced('number', node, spelled(to, isFloat), [share * likely, numberLabel(value, to)]))
  return isNegated && node.parent !== null ? [...found, replaced('number', node.parent, node.text, [0.2, 'sign'])] : found
}

function numberLabel(value: number, to: number): string {
  return Math.abs(to - value) === 1 ? (to > value ? '+1' : '-1') : `${value} -> ${to}`
}

function spelled(value: number, isFloat: boolean): string {
  return isFloat && Number.isInteger(value) ? `${value}.0` : String(value)
}

function isCompared(node: SyntaxNode): boolean {
  return node.parent !== null && /^(?:[<>]=?|[=!]==?)$/.test(binaryOf(node.parent)?.operator.text ?? '')
}

/** Whether the number is what a name begins with. */
function isInitial(node: SyntaxNode): boolean {
  return is(node.parent, 'declarator')
}

function numbersNear(context: RepairContext, node: SyntaxNode): readonly number[] {
  const around = wholeFunctionAround(node)
  return [...new Set(context.nodes.flatMap((other) => (is(other, 'number') && around.start <= other.start && other.end <= around.end ? [Number(other.text)] : [])))].filter(Number.isFinite)
}

/** A wrong text: another one of the file, a letter too many, nothing, a blank, the other case. */
export const texts: RepairTemplate = (context, node) => {
  if (!is(node, 'text') || node.kind === 'template_string' || isDirective(node)) return []
  const [quote, inside] = [node.text.slice(-1), node.text.replace(/^[^'"`]*/, '').slice(1, -1)]
  if (inside.length > 40 || inside.includes('\n')) return []
  const shares = new Map<string, number>()
  const add = (to: string, share: number): void => {
    if (to !== inside && !(node.kind === 'char_literal' && to.replace(/^\\/, '').length !== 1)) shares.set(to, (shares.get(to) ?? 0) + share)
  }
  const around = wholeFunctionAround(node)
  const others = new Set(context.nodes.flatMap((other) => (other.kind === node.kind && around.start <= other.start && other.end <= around.end ? [other.text.slice(1, -1)] : [])))
  for (const to of others) add(to, 0.5 / others.size)
  add('', 0.15)
  add(' ', inside.length <= 2 ? 0.08 : 0.02)
  for (const to of [inside.slice(0, -1), inside.slice(1)]) if (inside.length > 1 && !/\\/.test(inside)) add(to, 0.12)
  if (/^[01]$/.test(inside)) add(inside === '0' ? '1' : '0', 0.3)
  for (const to of [inside.toLowerCase(), inside.toUpperCase()]) add(to, 0.05)
  for (const [one, other] of [['(', ')'], ['[', ']'], ['{', '}'], ['<', '>']] as const) if (inside === one || inside === other) add(inside === one ? other : one, 0.4)
  return [...shares].map(([to, share]) => replaced('text', node, `${quote}${to}${quote}`, share))
}

function isDirective(node: SyntaxNode): boolean {
  return node.parent?.kind === 'expression_statement'
}

/** Yes for no. */
export const flags: RepairTemplate = ({ words: { flags: [yes, no] } }, node) => (is(node, 'flag') ? [replaced('flag', node, node.text === yes ? no : yes, [1, 'flip'])] : [])

/** An item that a list lacks; what a loop begins with is rather right to be empty. */
export const addedItems: RepairTemplate = ({ scopes }, node) => {
  if (!is(node, 'list') || node.kind === 'list_comprehension' || node.text.includes('\n') || [...ancestors(node)].some((around) => around.kind === 'pattern_list')) return []
  const items = node.children.filter((child) => child.isNamed)
  const [open, close] = [node.text[0] ?? '[', node.text.at(-1) ?? ']']
  const names = [...new Set(scopes.at(node).filter(({ kind }) => kind !== 'function' && kind !== 'global').map(({ text }) => text))]
  const likely = isInitial(node) ? 0.3 : 1
  if (items.length === 0) return [...names.map((name) => replaced('add-item', node, `${open}${name}${close}`, [(0.6 * likely) / names.length, `[${name}]`])), replaced('add-item', node, `${open}${node.text}${close}`, [0.2 * likely, 'nested'])]
  if (items.length > 4) return []
  const inside = node.text.slice(1, -1)
  return names.flatMap((name) => [replaced('add-item', node, `${open}${inside}, ${name}${close}`, [(0.2 * likely) / names.length, `last ${name}`]), replaced('add-item', node, `${open}${name}, ${inside}${close}`, [(0.2 * likely) / names.length, `first ${name}`])])
}

/** Items too many in a list, or in the wrong order. */
export const listItems: RepairTemplate = ({ text }, node) => {
  if (!is(node, 'list') || node.kind === 'list_comprehension') return []
  const items = node.children.filter((child) => child.isNamed)
  if (items.length < 2 || items.length > 16) return []
  const found: Repair[] = []
  const first = items[0] as SyntaxNode
  const last = items.at(-1) as SyntaxNode
  const cut = (start: number, end: number, share: number): number => found.push({ template: 'list-items', cuts: [{ start, end, replacement: '' }], share, line: node.line, label: 'drop item' })
  for (let count = 1; count < Math.min(items.length, 4); count++) cut((items[items.length - count - 1] as SyntaxNode).end, last.end, 0.4 / count)
  cut(first.start, (items[1] as SyntaxNode).start, 0.1)
  for (const [index, item] of items.slice(1, -1).entries()) cut((items[index] as SyntaxNode).end, item.end, 0.2 / items.length)
  if (items.length === 2) {
    const between = text.slice(first.end, last.start)
    found.push({ template: 'swap-arguments', cuts: [{ start: first.start, end: last.end, replacement: last.text + between + first.text }], share: 1, line: node.line, label: 'swap' })
  }
  return [...ancestors(node)].some((around) => around.kind === 'pattern_list') ? [] : found
}
