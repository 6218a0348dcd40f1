import { ancestors, named, walk, type SyntaxNode } from '../syntax-tree.ts'
import { callOf, conditionOf, functionAround, is, isName } from '../families.ts'
import type { Repair, RepairContext, RepairTemplate } from '../repair.ts'
import type { Name } from '../scopes.ts'
import { typeMatch } from '../value-type.ts'

function indentOf(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? ''
}

function isInBlock(node: SyntaxNode): boolean {
  return is(node, 'statement') && is(node.parent, 'block')
}

function isAlone(text: string, node: SyntaxNode): boolean {
  return text.slice(text.lastIndexOf('\n', node.start - 1) + 1, node.start).trim() === ''
}

/** The first line of a function's text is no statement to take away; neither is the last one of a Python block. */
export const deletions: RepairTemplate = ({ family }, node) => {
  if (!is(node, 'statement') || isDeclaring(node) || /^["']/.test(node.text)) return []
  const share = is(node, 'loop') ? 0.2 : node.kind === 'return_statement' ? 0.4 : node.kind === 'if_statement' ? 0.8 : 0.6
  const isOnly = !is(node.parent, 'block') || named(node.parent as SyntaxNode).length === 1
  return [{ template: 'delete-statement', cuts: [{ start: node.start, end: node.end, replacement: !isOnly ? '' : family === 'python' ? 'pass' : ';' }], share, line: node.line, label: 'delete' }, ...lifted(node)]
}

function isDeclaring(node: SyntaxNode): boolean {
  return node.kind === 'lexical_declaration' || node.kind === 'variable_declaration' || node.kind === 'declaration'
}

/** The condition goes, what it guarded stays. */
function lifted(node: SyntaxNode): readonly Repair[] {
  if (node.kind !== 'if_statement' || node.children.some((child) => child.kind === 'else_clause' || child.kind === 'elif_clause')) return []
  const body = named(node).at(-1)
  const inside = body !== undefined && is(body, 'block') ? named(body) : body === undefined ? [] : [body]
  const [first] = inside
  if (inside.length !== 1 || first === undefined || conditionOf(node) === null) return []
  return [{ template: 'delete-statement', cuts: [{ start: node.start, end: node.end, replacement: first.text }], share: 0.4, line: node.line, label: 'lift' }]
}

/** Statements that may be missing before or after this one: counting on, appending, taking off, a copy of another short one. */
export const insertions: RepairTemplate = (context, node) => {
  const { text } = context
  if (!isInBlock(node) || !isAlone(text, node)) return []
  const block = node.parent as SyntaxNode
  const isFirst = named(block)[0] === node
  const indent = indentOf(text, node.start)
  const found: Repair[] = []
  const own = statementsFor(context, node)
  const leaves = ['return_statement', 'break_statement', 'continue_statement', 'throw_statement', 'raise_statement'].includes(node.kind)
  for (const [statement, share] of own) {
    if (!leaves) found.push({ template: 'insert-statement', cuts: [{ start: node.end, end: node.end, replacement: `\n${indent}${statement}` }], share, line: node.line, label: `insert ${statement}` })
    else if (isFirst || !is(node.parent, 'block')) found.push({ template: 'insert-statement', cuts: [{ start: node.start, end: node.start, replacement: `${statement}\n${indent}` }], share, line: node.line, label: `insert ${statement}` })
  }
  return found
}

function statementsFor(context: RepairContext, node: SyntaxNode): readonly (readonly [string, number])[] {
  const { words, scopes, nodes } = context
  const shares = new Map<string, number>()
  const names = [...new Map(scopes.at(node).filter(({ kind }) => kind !== 'function' && kind !== 'global').map((name) => [name.text, name])).values()]
  const known = new Set(names.map(({ text }) => text))
  const lists = names.filter(({ type }) => type === 'list')
  const around = functionAround(node)
  const own = nodes.filter((other) => around.start <= other.start && other.end <= around.end)
  const isLoop = [...ancestors(node)].some((around) => is(around, 'loop'))
  for (const { text, type, kind } of names) if (type === 'number' && kind !== 'loop' && kind !== 'parameter') for (const change of ['+= 1', '-= 1']) shares.set(words.statement(`${text} ${change}`), 0.2)
  for (const list of lists) {
    if (list.kind !== 'parameter') shares.set(words.statement(words.dropLast(list.text)), 0.1)
    const likely = isNeverFilled(list, own) ? 6 : 1
    for (const item of names) if (item !== list && list.kind !== 'parameter') shares.set(words.statement(words.append(list.text, item.text)), likely * (item.type === 'list' ? 0.05 : 0.1))
  }
  if (isLoop) for (const word of ['break', 'continue']) shares.set(words.statement(word), 0.08)
  if (isLoop) for (const [text, share] of updatesFor(names, own)) shares.set(words.statement(text), share)
  if (is(node, 'loop')) for (const text of lastTurns(node, known)) shares.set(text, 0.4)
  for (const other of nodes) {
    if (other.kind !== 'expression_statement' || other === node || other.start < around.start || other.end > around.end || other.text.length > 60 || other.text.includes('\n')) continue
    if ([...other.text.matchAll(/(?<![.\w])[A-Za-z_]\w*\b/g)].every(([name]) => known.has(name) || scopes.find(name, other) === undefined)) shares.set(other.text, 0.25)
  }
  return [...shares].toSorted((a, b) => b[1] - a[1]).slice(0, 20)
}

/** A list that begins empty and is read, while nothing ever comes into it. */
function isNeverFilled(list: Name, nodes: readonly SyntaxNode[]): boolean {
  const { parent } = list.declared
  if (parent === null || !/^(?:\[\]|\{\})$/.test(parent.children.at(-1)?.text ?? '')) return false
  return !nodes.some((node) => {
    const call = callOf(node)
    if (call !== null) return call.receiver?.text === list.text && /^(?:append|extend|insert|push|unshift|push_back|push_front|emplace_back|add|splice|concat)$/.test(call.name.text)
    return is(node, 'assignment') && node !== parent && new RegExp(`^${list.text}\\b`).test(node.text)
  })
}

/** What every turn of a loop appends, once more after it, with what is left: the last part is easily forgotten. */
function lastTurns(loop: SyntaxNode, known: ReadonlySet<string>): readonly string[] {
  const body = loop.children.find((child) => is(child, 'block'))
  const condition = conditionOf(loop)
  const left = condition === null ? [] : [...walk(condition)].filter((node) => isName(node) && known.has(node.text)).map(({ text }) => text)
  return [...walk(body ?? loop)].flatMap((node) => {
    const [expression] = node.kind === 'expression_statement' ? named(node) : []
    const call = expression === undefined ? null : callOf(expression)
    const only = call?.arguments[0]
    if (call === null || call.receiver === null || only?.kind !== 'identifier' || call.arguments.length !== 1) return []
    const at = only.start - node.start
    return [...new Set([only.text, ...left])].map((name) => node.text.slice(0, at) + name + node.text.slice(only.end - node.start))
  })
}

/** What a turn of a loop may forget to carry over to the next: `last = item`, rather for a name that is never written again. */
function updatesFor(names: readonly Name[], nodes: readonly SyntaxNode[]): readonly (readonly [string, number])[] {
  const written = Map.groupBy(nodes.filter((node) => is(node, 'declarator', 'assignment')), (node) => node.children[0]?.text ?? '')
  return names.filter(({ kind }) => kind === 'local').flatMap((name) => {
    const isForgotten = written.get(name.text)?.length === 1
    const others = names.filter((other) => other !== name && typeMatch(name.type, other.type) > 0.5)
    return others.map((other) => [`${name.text} = ${other.text}`, isForgotten ? 0.15 : 0.04] as const)
  })
}

/** A statement beside the place where it belongs: out of the block that it ends, or before its neighbour. */
export const moves: RepairTemplate = ({ text, family }, node) => {
  if (!isInBlock(node) || !isAlone(text, node) || isDeclaring(node)) return []
  const found: Repair[] = []
  const block = node.parent as SyntaxNode
  const all = named(block)
  const owner = block.parent
  const removal = { start: text.lastIndexOf('\n', node.start - 1), end: node.end, replacement: '' }
  if (all.at(-1) === node && all.length > 1 && owner !== null && is(owner, 'statement') && removal.start >= 0) {
    const indent = indentOf(text, owner.start)
    found.push({ template: 'move-statement', cuts: [removal, { start: owner.end, end: owner.end, replacement: `\n${indent}${shifted(node.text, indentOf(text, node.start), indent)}` }].map((cut) => (family === 'python' && cut !== removal && owner.end === node.end ? { ...cut } : cut)), share: 0.5, line: node.line, label: 'move out' })
  }
  const next = all[all.indexOf(node) + 1]
  if (next !== undefined && is(next, 'statement') && isAlone(text, next)) {
    found.push({ template: 'move-statement', cuts: [{ start: node.start, end: node.end, replacement: next.text }, { start: next.start, end: next.end, replacement: node.text }], share: 0.25, line: node.line, label: 'swap' })
    if (is(next, 'loop')) found.push(...movedIn(text, node, next))
  }
  return found
}

/** What was set up once, before a loop, at the beginning of every turn. */
function movedIn(text: string, node: SyntaxNode, loop: SyntaxNode): readonly Repair[] {
  const body = loop.children.find((child) => is(child, 'block'))
  const first = body === undefined ? undefined : named(body)[0]
  if (first === undefined || !isAlone(text, first)) return []
  return [{ template: 'move-statement', cuts: [{ start: node.start, end: node.end, replacement: '' }, { start: first.start, end: first.start, replacement: `${node.text}\n${indentOf(text, first.start)}` }], share: 0.15, line: node.line, label: 'move in' }]
}

function shifted(statement: string, from: string, to: string): string {
  return statement.replaceAll(`\n${from}`, `\n${to}`)
}
