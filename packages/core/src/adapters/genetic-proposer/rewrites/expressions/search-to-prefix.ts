import type { SgNode } from '@ast-grep/napi'
import { isNode, isOptional, methodCall, withoutParentheses } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { mayBeginWithParenthesis } from '../../analysis/statement-start.ts'
import { isPath, isTextForm } from '../../analysis/text-form.ts'

/** What to put in place of an expression, given that the texts in question are strings. */
interface Shortcut {
  readonly node: SgNode
  /** The fast way; exact for strings. */
  readonly fast: string
  /** What has to be a string; empty when that is certain. */
  readonly guarded: readonly string[]
  readonly why: string
}

/**
 * A search through a whole text of which only one end matters: `s.indexOf(t) === 0`, `s.split('/')[0]`, `s.split('/').pop()`, and `s.match(/re/)` of
 * which only the truth is used. Exact: what is not surely a string takes the old way; `indexOf` converts what it looks for, `startsWith` refuses patterns.
 * The last part of `split` is only looked for when the separator is one code unit, since longer ones could overlap. Out of sight: getters in a path of names.
 */
export const searchToPrefix: ScriptOperator = {
  name: 'search-to-prefix',
  kind: 'rewrite',
  sites: (source) => {
    if (!/\.\s*(?:indexOf|split|match)\s*\(/.test(source.text)) return []
    const property = { field: 'property', regex: '^(?:indexOf|split|match)$' }
    const calls = source.root.root().findAll({ rule: { kind: 'call_expression', has: { field: 'function', kind: 'member_expression', has: property } } })
    return calls.flatMap((call) => shortcutOf(call, source.scopes) ?? []).flatMap((shortcut) => siteOf(source, shortcut))
  },
}

function shortcutOf(call: SgNode, scopes: Scopes): Shortcut | null {
  const parts = methodCall(call)
  const [value, ...others] = parts?.values ?? []
  if (parts === null || value === undefined || others.length > 0) return null
  const isText = isTextForm(parts.object, scopes)
  if (!isText && !isPath(parts.object)) return null
  const guarded = isText ? [] : [parts.object.text()]
  const search = { call, object: parts.object, value, guarded }
  switch (parts.method) {
    case 'indexOf':
      return prefixOf(search, scopes)
    case 'split':
      return partOf(search)
    default:
      return testOf(search)
  }
}

interface Search {
  readonly call: SgNode
  readonly object: SgNode
  readonly value: SgNode
  readonly guarded: readonly string[]
}

function prefixOf({ call, object, value, guarded }: Search, scopes: Scopes): Shortcut | null {
  const comparison = call.parent()
  const operator = comparison?.kind() === 'binary_expression' ? comparison.field('operator')?.text() : undefined
  if (comparison === null || operator === undefined || !['===', '==', '!==', '!='].includes(operator)) return null
  const other = isNode(comparison.field('left'), call) ? comparison.field('right') : comparison.field('left')
  if (other?.text() !== '0') return null
  const isText = isTextForm(value, scopes)
  if (!isText && !isPath(value)) return null
  const fast = `${operator.startsWith('!') ? '!' : ''}${object.text()}.startsWith(${value.text()})`
  return { node: comparison, fast, guarded: isText ? guarded : [...guarded, value.text()], why: 'looks at the start of the text instead of searching all of it' }
}

/** `split(...)[0]`, `.shift()` and `.pop()`. */
function partOf({ call, object, value, guarded }: Search): Shortcut | null {
  if (value.kind() !== 'string' || value.text().length < 3 || !isPath(object)) return null
  const parent = call.parent()
  const [text, separator] = [object.text(), value.text()]
  const why = 'cuts off one part of the text instead of splitting all of it'
  const first = `(${text}.includes(${separator}) ? ${text}.slice(0, ${text}.indexOf(${separator})) : ${text})`
  if (parent?.kind() === 'subscript_expression') {
    const isFirst = isNode(parent.field('object'), call) && parent.field('index')?.text() === '0' && !isOptional(parent)
    return isFirst && isOnlyRead(parent) ? { node: parent, fast: first, guarded, why } : null
  }
  const outer = parent?.parent()
  const taking = outer === null || outer === undefined ? null : methodCall(outer)
  if (outer === null || outer === undefined || taking === null || !isNode(taking.object, call) || taking.values.length > 0) return null
  if (taking.method === 'shift') return { node: outer, fast: first, guarded, why }
  const isOneUnit = /^(['"])(?:[^\\]|\\[nrt\\'"])\1$/.test(separator)
  return taking.method === 'pop' && isOneUnit ? { node: outer, fast: `${text}.slice(${text}.lastIndexOf(${separator}) + 1)`, guarded, why } : null
}

function isOnlyRead(place: SgNode): boolean {
  const parent = place.parent()
  const kind = String(parent?.kind())
  if (['assignment_expression', 'augmented_assignment_expression', 'for_in_statement'].includes(kind)) return !isNode(parent?.field('left'), place)
  if (kind === 'call_expression') return !isNode(parent?.field('function'), place)
  if (['array_pattern', 'pair_pattern', 'assignment_pattern', 'rest_pattern', 'non_null_expression', 'as_expression', 'parenthesized_expression', 'new_expression'].includes(kind)) return false
  return kind !== 'update_expression' && parent?.field('operator')?.text() !== 'delete'
}

function testOf({ call, object, value, guarded }: Search): Shortcut | null {
  // With `g` the search goes through the whole text, and leaves another last match behind.
  if (value.kind() !== 'regex' || /[gy]/.test(value.field('flags')?.text() ?? '') || !isTruthOnly(call)) return null
  return { node: call, fast: `${value.text()}.test(${object.text()})`, guarded, why: 'asks whether the pattern matches instead of collecting what it matches' }
}

/** Nothing but the truth of the value is used. */
function isTruthOnly(node: SgNode): boolean {
  const parent = node.parent()
  switch (String(parent?.kind())) {
    case 'parenthesized_expression': {
      const isCondition = ['if_statement', 'while_statement', 'do_statement'].includes(String(parent?.parent()?.kind()))
      return isCondition || (parent !== null && isTruthOnly(parent))
    }
    case 'unary_expression':
      return parent?.field('operator')?.text() === '!'
    case 'ternary_expression':
      return isNode(parent?.field('condition'), node)
    case 'binary_expression':
      return ['&&', '||'].includes(parent?.field('operator')?.text() ?? '') && parent !== null && isTruthOnly(parent)
    default:
      return false
  }
}

function siteOf(source: ScriptSource, { node, fast, guarded, why }: Shortcut): EditSite[] {
  const range = node.range()
  const offset = range.start.index
  if (!mayBeginWithParenthesis(node) || isInGuardOf(node, guarded)) return []
  const test = guarded.map((text) => `typeof ${text} === 'string'`).join(' && ')
  const replacement = guarded.length === 0 ? (fast.startsWith('(') ? fast : `(${fast})`) : `(${test} ? ${fast} : ${node.text()})`
  return [{ offset, key: `${offset}:prefix`, rationale: `${why}: \`${excerpt(node)}\``, edits: () => [{ path: source.path, start: offset, end: range.end.index, replacement, part: 0 }] }]
}

/** The old way that an earlier rewrite kept for what is no string. */
function isInGuardOf(node: SgNode, guarded: readonly string[]): boolean {
  const [first] = guarded
  const choice = node.ancestors().find((ancestor) => ancestor.kind() === 'ternary_expression')
  const alternative = choice?.field('alternative')
  const isKept = alternative !== null && alternative !== undefined && isNode(withoutParentheses(alternative), node)
  return isKept && first !== undefined && choice?.field('condition')?.text().startsWith(`typeof ${first} === 'string'`) === true
}
