import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { indentAt, methodCall, namedChildren } from '../../analysis/nodes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { arrayProof } from './array-proof.ts'
import { freshWord } from '../../analysis/fresh-word.ts'
import { loopBody, type BodyEdit } from './loop-body.ts'
import { inlineCallback, type InlineCallback } from '../../analysis/inline-callback.ts'
import { usesOwnThis } from '../../analysis/quiet-expression.ts'

interface Iteration {
  readonly statement: SgNode
  readonly receiver: SgNode
  readonly callback: InlineCallback
  readonly edits: readonly BodyEdit[]
  /** The receiver is surely an array: no guard is needed. */
  readonly proof: ReturnType<typeof arrayProof>
}

/** A longer body is not worth having twice. */
const guardLimit = 400

/**
 * `list.forEach(function (x, i) { ... })` as a statement becomes a `for` loop. Exact: the length is read once, holes are left out, every round has
 * variables of its own, and what may be no array (also a Map or Set) keeps its call. Refused when the callback is named, async, or uses its own `this` or
 * `arguments`, when `return` would have to leave a loop within, and when a `var` or function inside would mean something else in the outer function.
 */
export const forEachToLoop: ScriptOperator = {
  name: 'for-each-to-loop',
  kind: 'rewrite',
  sites: (source) => {
    if (!source.text.includes('.forEach') || !source.scopes.isPlatformName('Array')) return []
    const property = { field: 'property', regex: '^forEach$' }
    const calls = source.root.root().findAll({ rule: { kind: 'call_expression', has: { field: 'function', kind: 'member_expression', has: property } } })
    return calls.flatMap((call) => iterationOf(source, call) ?? []).map((iteration) => siteOf(source, iteration))
  },
}

function iterationOf(source: ScriptSource, call: SgNode): Iteration | null {
  const [parts, statement] = [methodCall(call), call.parent()]
  if (parts === null || statement?.kind() !== 'expression_statement' || !mayHoldLoop(statement)) return null
  const callback = inlineCallback(parts.values[0])
  if (callback === null || parts.values.length > 1 || callback.parameters.length > 2 || callback.parameters[1]?.name === null || usesOwnThis(callback.node)) return null
  const proof = arrayProof(parts.object, source.scopes)
  if (proof === null && callback.node.text().length > guardLimit) return null
  const edits = loopBody(callback, source.scopes)
  return edits === null ? null : { statement, receiver: parts.object, callback, edits, proof }
}

/** In a block, or where one statement stands; but not in the branch that keeps the call for what is no array. */
function mayHoldLoop(statement: SgNode): boolean {
  const parent = statement.parent()
  if (parent?.kind() === 'else_clause') return parent.parent()?.field('condition')?.text().startsWith('(Array.isArray(') !== true
  return parent !== null && ['statement_block', 'program', 'switch_case', 'switch_default', 'if_statement', 'for_statement', 'for_in_statement', 'while_statement'].includes(String(parent.kind()))
}

function siteOf(source: ScriptSource, iteration: Iteration): EditSite {
  const offset = iteration.statement.range().start.index
  return {
    offset,
    key: `${offset}:loop`,
    rationale: `walks through \`${excerpt(iteration.receiver)}\` in a loop instead of calling a function for each element`,
    edits: () => rewrite(source, iteration),
  }
}

function rewrite(source: ScriptSource, iteration: Iteration): readonly TextEdit[] {
  const { statement, receiver, callback, proof } = iteration
  const { start, end } = statement.range()
  const indent = indentAt(source.text, start.index)
  const unit = indent.includes('\t') ? '\t' : '  '
  const isFixedName = receiver.kind() === 'identifier' && source.scopes.resolve(receiver)?.writes.length === 0
  const isOwnName = isFixedName && !declaredNames(callback).has(receiver.text())
  const list = isOwnName ? receiver.text() : freshWord(source.text, 'list')
  if (proof !== null) {
    const replacement = loopText(source, iteration, { list, declared: isOwnName ? '' : `${list} = ${receiver.text()}, `, indent })
    return [{ path: source.path, start: start.index, end: end.index, replacement, part: 0 }]
  }
  const inner = isOwnName ? indent : indent + unit
  const old = list + source.text.slice(receiver.range().end.index, end.index)
  const guarded = `if (Array.isArray(${list})) ${loopText(source, iteration, { list, declared: '', indent: inner })} else ${old}`
  const replacement = isOwnName ? guarded : `{\n${inner}const ${list} = ${receiver.text()};\n${inner}${guarded}\n${indent}}`
  return [{ path: source.path, start: start.index, end: end.index, replacement, part: 0 }]
}

/** Names that the callback declares for its whole body: there, and in the head of the loop, the list must not be called the same. */
function declaredNames({ parameters, body }: InlineCallback): ReadonlySet<string> {
  const declarations = body.kind() === 'statement_block' ? namedChildren(body).filter((child) => String(child.kind()).endsWith('_declaration')) : []
  const places = [...parameters.map(({ pattern }) => pattern), ...declarations]
  return new Set(places.flatMap((place) => place.text().match(/[\w$]+/g) ?? []))
}

interface Head {
  readonly list: string
  /** What is declared in the head beside the index and the length. */
  readonly declared: string
  readonly indent: string
}

function loopText(source: ScriptSource, { receiver, callback, edits, proof }: Iteration, { list, declared, indent }: Head): string {
  const unit = indent.includes('\t') ? '\t' : '  '
  const fresh = (wanted: string): string => freshWord(source.text, wanted)
  const isWritten = (parameter: SgNode): boolean => source.scopes.resolve(parameter)?.writes.length !== 0
  const [element, place] = callback.parameters
  // The head's own names are visible to what the head computes.
  const words: readonly string[] = receiver.text().match(/[\w$]+/g) ?? []
  const mayBeIndex = place !== undefined && place.name !== null && !isWritten(place.pattern) && !words.includes(place.name)
  const index = mayBeIndex && place.name !== null ? place.name : fresh('index')
  const count = fresh('count')
  const name = element?.name ?? fresh('item')
  const isVariable = element !== undefined && element.name !== null && isWritten(element.pattern)
  const lines = [`${isVariable ? 'let' : 'const'} ${name} = ${list}[${index}];`]
  if (proof !== 'dense') lines.push(`if (${name} === undefined && !(${index} in ${list})) continue;`)
  if (element !== undefined && element.name === null) lines.push(`let ${element.pattern.text()} = ${name};`)
  if (place !== undefined && !mayBeIndex) lines.push(`let ${place.name} = ${index};`)
  const isUnused = element === undefined && proof === 'dense'
  const head = `for (let ${index} = 0, ${declared}${count} = ${list}.length; ${index} < ${count}; ${index}++) {`
  const setUp = (isUnused ? [] : lines).map((line) => `\n${indent}${unit}${line}`).join('')
  return `${head}${setUp}${bodyText(callback, edits, { indent, unit })}`
}

/** The callback's body from the first thing in its braces to the closing one. */
function bodyText({ body }: InlineCallback, edits: readonly BodyEdit[], { indent, unit }: { readonly indent: string; readonly unit: string }): string {
  const base = body.range().start.index
  let text = body.text()
  for (const { start, end, replacement } of edits.toSorted((a, b) => b.start - a.start)) text = text.slice(0, start - base) + replacement + text.slice(end - base)
  return body.kind() === 'statement_block' ? text.slice(1) : `\n${indent}${unit}${text};\n${indent}}`
}
