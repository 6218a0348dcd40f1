import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { freshName, indentAt, isFunction, isNode, isOptional, isWithin, methodCall, namedChildren, upwards } from '../../analysis/nodes.ts'
import { isLoop, iterationCall } from '../../analysis/repetition.ts'
import type { Binding } from '../../analysis/scopes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { methodCalls } from './method-calls.ts'
import { isTarget } from './plain-reads.ts'
import { mayBeginWithParenthesis } from '../../analysis/statement-start.ts'

/** One mention of the queue: the whole expression to replace, and what it does there. */
interface Mention {
  readonly node: SgNode
  readonly kind: 'shift' | 'shift-surely' | 'drop' | 'length' | 'is-filled' | 'first' | 'push'
}

interface Queue {
  readonly binding: Binding
  /** The declaration: the pointer is declared before it. */
  readonly statement: SgNode
  readonly mentions: readonly Mention[]
}

/**
 * A queue that is made here and emptied with `shift()`, which moves every element each time, keeps its elements and a pointer to the first one instead.
 * Exact, because every mention of the queue is known: `shift()`, `push(...)` as a statement, `length`, and `[0]`. Refused when the queue is seen in any other way.
 * The elements that were taken stay in memory for as long as the queue does.
 */
export const shiftToPointer: ScriptOperator = {
  name: 'shift-to-pointer',
  kind: 'rewrite',
  sites: (source) => {
    if (!source.text.includes('.shift()')) return []
    const calls = methodCalls(source.root.root(), ['shift'])
    const bindings = new Map<number, Binding>()
    for (const call of calls) {
      const parts = methodCall(call)
      const binding = parts?.method === 'shift' && parts.values.length === 0 && parts.object.kind() === 'identifier' ? source.scopes.resolve(parts.object) : null
      if (binding !== null) bindings.set(binding.declaration.id(), binding)
    }
    return [...bindings.values()].flatMap((binding) => queueOf(binding) ?? []).map((queue) => siteOf(source, queue))
  },
}

function queueOf(binding: Binding): Queue | null {
  const declarator = binding.declaration.parent()
  const statement = declarator?.parent()
  if (!['const', 'let', 'var'].includes(binding.kind) || binding.writes.length > 0 || binding.value?.kind() !== 'array' || statement === null || statement === undefined) return null
  // Where a jump could pass the declaration by, there is no telling what the pointer is.
  if (!['statement_block', 'program'].includes(String(statement.parent()?.kind()))) return null
  if (namedChildren(statement).length > 1 && binding.uses.some((use) => isWithin(use, statement))) return null
  const mentions = binding.uses.map((use) => mentionOf(use))
  if (mentions.some((mention) => mention === null || (mention.kind !== 'drop' && !mayBeginWithParenthesis(mention.node)))) return null
  const known = mentions.filter((mention) => mention !== null)
  const isRepeated = known.some(({ kind, node }) => ['shift', 'shift-surely', 'drop'].includes(kind) && isRepeatedWithin(node, statement.parent()))
  return isRepeated ? { binding, statement, mentions: known } : null
}

function isRepeatedWithin(node: SgNode, home: SgNode | null): boolean {
  for (const ancestor of upwards(node)) {
    if (isNode(ancestor, home)) return false
    if (isLoop(ancestor) || (isFunction(ancestor) && iterationCall(ancestor) !== null)) return true
  }
  return false
}

function mentionOf(use: SgNode): Mention | null {
  const place = use.parent()
  if (place === null || !isNode(place.field('object'), use) || isTarget(place) || isOptional(place)) return null
  const outer = place.parent()
  if (place.kind() === 'subscript_expression') {
    const isCalled = outer?.kind() === 'call_expression' && isNode(outer.field('function'), place)
    // Wrapped, it could still be called, with the queue as `this`.
    const isWrapped = ['parenthesized_expression', 'non_null_expression', 'as_expression', 'satisfies_expression'].includes(String(outer?.kind()))
    return place.field('index')?.text() === '0' && !isCalled && !isWrapped ? { node: place, kind: 'first' } : null
  }
  if (place.kind() !== 'member_expression' || outer === null) return null
  const property = place.field('property')?.text()
  if (property === 'length') return lengthOf(place, outer)
  const call = methodCall(outer)
  if (call === null || !isNode(outer.field('function'), place)) return null
  const isStatement = outer.parent()?.kind() === 'expression_statement'
  if (property === 'push') return isIgnored(outer) ? { node: place, kind: 'push' } : null
  if (property !== 'shift' || call.values.length > 0) return null
  if (isStatement) return { node: outer, kind: 'drop' }
  return { node: outer, kind: isFirstAfterTest(outer, use.text()) ? 'shift-surely' : 'shift' }
}

/** Nobody looks at the value: `push` gives the new length, which a pointer changes. */
function isIgnored(expression: SgNode): boolean {
  const parent = expression.parent()
  switch (String(parent?.kind())) {
    case 'expression_statement':
      return true
    case 'parenthesized_expression':
      return parent !== null && isIgnored(parent)
    case 'binary_expression':
      return parent !== null && ['&&', '||'].includes(parent.field('operator')?.text() ?? '') && isNode(parent.field('right'), expression) && isIgnored(parent)
    case 'ternary_expression':
      return parent !== null && !isNode(parent.field('condition'), expression) && isIgnored(parent)
    case 'arrow_function':
      return parent !== null && iterationCall(parent)?.field('function')?.field('property')?.text() === 'forEach'
    default:
      return false
  }
}

function lengthOf(place: SgNode, outer: SgNode): Mention | null {
  if (outer.kind() === 'call_expression' || outer.kind() === 'new_expression') return null
  const isWholeTest = outer.kind() === 'parenthesized_expression' && ['while_statement', 'if_statement', 'do_statement'].includes(String(outer.parent()?.kind()))
  const isCompared = outer.kind() === 'binary_expression' && isNode(outer.field('left'), place) && ['>', '!==', '!='].includes(outer.field('operator')?.text() ?? '') && outer.field('right')?.text() === '0'
  return isWholeTest ? { node: place, kind: 'is-filled' } : { node: isCompared ? outer : place, kind: isCompared ? 'is-filled' : 'length' }
}

/** `while (queue.length) { const next = queue.shift() ...`: nothing runs between the test and the shift, which therefore finds something. */
function isFirstAfterTest(shift: SgNode, name: string): boolean {
  const declarator = shift.parent()
  const first = declarator?.kind() === 'variable_declarator' ? declarator.parent() : null
  const block = first?.parent()
  const loop = block?.kind() === 'statement_block' ? block.parent() : null
  if (loop?.kind() !== 'while_statement' || block === null || block === undefined || first === null || first === undefined) return false
  if (!isNode(namedChildren(block)[0], first) || namedChildren(first).filter((child) => child.kind() === 'variable_declarator').length !== 1) return false
  const test = loop.field('condition')?.text().replaceAll(/\s+/g, '') ?? ''
  return [`(${name}.length)`, `(${name}.length>0)`, `(${name}.length!==0)`].includes(test)
}

function siteOf(source: ScriptSource, queue: Queue): EditSite {
  const offset = (queue.mentions.find(({ kind }) => kind !== 'push')?.node ?? queue.statement).range().start.index
  return {
    offset,
    key: `${queue.statement.range().start.index}:pointer`,
    rationale: `moves a pointer through \`${queue.binding.name}\` instead of moving all its elements for each one taken: \`${excerpt(queue.statement)}\``,
    edits: () => rewrite(source, queue),
  }
}

function rewrite(source: ScriptSource, { binding, statement, mentions }: Queue): readonly TextEdit[] {
  const { name } = binding
  const head = freshName(source.text, `${name}Head`)
  const start = statement.range().start.index
  const word = binding.kind === 'var' ? 'var' : 'let'
  const replacements: Readonly<Record<Mention['kind'], string>> = {
    shift: `(${head} < ${name}.length ? ${name}[${head}++] : void 0)`,
    'shift-surely': `${name}[${head}++]`,
    drop: `${head} < ${name}.length && ${head}++`,
    length: `(${name}.length - ${head})`,
    'is-filled': `${head} < ${name}.length`,
    first: `${name}[${head}]`,
    push: `${name}.push`,
  }
  const changed = mentions.filter(({ kind }) => kind !== 'push')
  return [
    { path: source.path, start, end: start, replacement: `${word} ${head} = 0;\n${indentAt(source.text, start)}`, part: 0 },
    ...changed.map(({ node, kind }) => ({ path: source.path, start: node.range().start.index, end: node.range().end.index, replacement: replacements[kind], part: 0 })),
  ]
}
