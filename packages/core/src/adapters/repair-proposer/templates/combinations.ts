import { binaryOf, callOf, is, isName } from '../families.ts'
import { replaced, type Repair, type RepairContext, type RepairTemplate } from '../repair.ts'
import { named, walk, type SyntaxNode } from '../syntax-tree.ts'
import { typeMatch } from '../value-type.ts'

/** What a plain assignment or declaration writes to; null for anything else. */
function targetOf(node: SyntaxNode): SyntaxNode | null {
  const { parent } = node
  if (parent === null || !is(parent, 'declarator') || parent.children.at(-1) !== node) return null
  const [target, operator] = [parent.children[0], parent.children.find(({ text }) => text === '=')]
  return target === undefined || target === node || operator === undefined ? null : target
}

/** A value that must not pass a border: `best = max(best, x)` for `best = x`, and nothing below zero. */
export const clamps: RepairTemplate = ({ words, scopes }, node) => {
  const target = targetOf(node)
  const isResult = node.parent?.kind === 'return_statement'
  if ((target === null && !isResult) || is(node, 'number', 'text', 'flag', 'list', 'function', 'ternary') || /^(?:Math\.|std::)?(?:max|min)$/.test(callOf(node)?.callee.text ?? '')) return []
  const type = scopes.typeOf(node)
  if (type === 'text' || type === 'list' || type === 'flag') return []
  const likely = type === 'number' ? 1 : 0.4
  const found: Repair[] = []
  const isKnown = target !== null && is(target, 'subscript', 'member') ? true : target !== null && target.kind === 'identifier' && (scopes.find(target.text, target)?.declared.start ?? target.start) < target.start
  if (target !== null && isKnown && node.text !== target.text) for (const [bound, label] of [[words.larger, 'max with itself'], [words.smaller, 'min with itself']] as const) found.push(replaced('clamp', node, bound(target.text, node.text), [0.4 * likely, label]))
  const isSum = is(node, 'binary')
  found.push(replaced('clamp', node, words.larger(node.text, '0'), [(isSum ? 0.25 : 0.08) * likely * (isResult ? 0.5 : 1), 'max with 0']))
  return found
}

/** A value of which a part is missing: what another name holds comes before or after it. */
export const combinations: RepairTemplate = ({ scopes, family }, node) => {
  if (targetOf(node) === null && node.parent?.kind !== 'return_statement') return []
  if (is(node, 'flag', 'function', 'ternary') || node.text.includes('\n') || node.text.length > 60) return []
  const type = scopes.typeOf(node)
  if (type === 'flag' || (type === 'list' && family !== 'python')) return []
  const names = [...new Map(scopes.at(node).filter(({ kind }) => kind !== 'function' && kind !== 'global').map((name) => [name.text, name])).values()]
  const weights = names.map((name) => (name.text === targetOf(node)?.text || name.text === node.text ? 0 : typeMatch(type, name.type) ** 2))
  const total = weights.reduce((sum, weight) => sum + weight, 1)
  const own = is(node, 'binary') && type !== 'number' ? `(${node.text})` : node.text
  return names.flatMap((name, index): readonly Repair[] => {
    const share = (weights[index] as number) / total
    if (share === 0) return []
    const last = replaced('combine', node, `${own} + ${name.text}`, [0.4 * share, `+ ${name.text}`])
    return type === 'number' ? [last, replaced('combine', node, `${own} - ${name.text}`, [0.25 * share, `- ${name.text}`])] : [last, replaced('combine', node, `${name.text} + ${own}`, [0.4 * share, `${name.text} +`])]
  })
}

/** Written to the wrong place: another one that the function names, rather one that the new value is made of. */
export const targets: RepairTemplate = (context, node) => {
  if (!is(node, 'assignment')) return []
  const [target, value] = [node.children[0], node.children.at(-1)]
  if (target === undefined || value === undefined || !is(target, 'subscript', 'member')) return []
  const known = new Set(context.scopes.at(node).map(({ text }) => text))
  const candidates = new Map<string, number>()
  for (const other of context.expressionsNear(node)) {
    if (!is(other, 'subscript', 'member') || other.text === target.text || /[()]/.test(other.text) || !isWritable(context, other, known)) continue
    const isRead = value.start <= other.start && other.end <= value.end
    candidates.set(other.text, Math.max(candidates.get(other.text) ?? 0, (isRead ? 2 : 1) * (other.kind === target.kind ? 1 : 0.5)))
  }
  const total = [...candidates.values()].reduce((sum, weight) => sum + weight, 1)
  return [...candidates].map(([text, weight]) => replaced('target', target, text, weight / total))
}

function isWritable(context: RepairContext, node: SyntaxNode, known: ReadonlySet<string>): boolean {
  if (node.kind === 'identifier') return known.has(node.text) || context.scopes.find(node.text, node) === undefined
  return named(node).every((child) => isWritable(context, child, known))
}

const siblingLimit = 30

/** What is done to one side and not to the other: `f(a[1:], b)` for `f(a[1:], b[1:])`, `x.lower() == y`, `t[i - 1, j]`. */
export const symmetries: RepairTemplate = (_context, node) => {
  const binary = binaryOf(node)
  const [object, ...indices] = is(node, 'subscript') ? named(node) : []
  const inner = object !== undefined && is(object, 'subscript') ? named(object).slice(1) : []
  const sides = binary === null ? [...inner, ...indices, ...(callOf(node)?.arguments ?? [])] : [binary.left, binary.right]
  return sides.flatMap((side) => (side.kind === 'identifier' ? sides.filter((other) => other !== side && other.kind !== 'identifier' && other.text.length <= siblingLimit) : []).flatMap((other) => likeSibling(side, other)))
}

function likeSibling(side: SyntaxNode, other: SyntaxNode): readonly Repair[] {
  const [name, ...others] = [...walk(other)].filter((part) => part.kind === 'identifier' && isName(part) && part.parent?.children[0] === part && !is(part.parent, 'call'))
  if (name === undefined || others.length > 0 || name.text === side.text || is(other, 'function', 'list') || other.kind === 'generator_expression') return []
  const text = other.text.slice(0, name.start - other.start) + side.text + other.text.slice(name.end - other.start)
  return [replaced('symmetry', side, text, [1, `as ${other.text}`])]
}
