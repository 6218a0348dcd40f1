import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { freshName, indentAt, isFunction, isNode, isOptional, isWithin, methodCall } from '../../analysis/nodes.ts'
import { enclosingRepetition, iterationCall } from '../../analysis/repetition.ts'
import type { Binding } from '../../analysis/scopes.ts'
import { keepsName, staysFixed } from '../../analysis/stability.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { callbackShape } from './callback-shape.ts'
import { keepsKeys } from './key-writes.ts'
import { methodCalls } from './method-calls.ts'
import { mayBeginWithParenthesis } from '../../analysis/statement-start.ts'
import { isUndisturbed } from './undisturbed.ts'

/** `list.find((item) => item.key === wanted)` */
interface Search {
  readonly call: SgNode
  readonly list: SgNode
  readonly method: 'find' | 'findIndex' | 'some' | 'filter'
  readonly key: string
  /** Text of the value that is searched for. */
  readonly wanted: string
}

interface Place {
  readonly binding: Binding
  /** What repeats the search: the index stands right before it. */
  readonly statement: SgNode
}

const methods = new Set(['find', 'findIndex', 'some', 'filter'])

/**
 * A search for the element with some key, inside a loop or an iteration callback, becomes a look-up in a Map that the first search builds. Exact: the
 * first match wins, NaN equals nothing, `filter` gives a list of its own each time, and a list that is empty, no array, or has an element without
 * properties is searched as before (it may have to throw, and at the same moment). Refused when the list or, as far as this file shows, the key of an
 * element may change meanwhile. Out of sight: keys changed by functions of other modules, getters, and what a second name for the list does.
 */
export const indexNestedSearch: ScriptOperator = {
  name: 'index-nested-search',
  kind: 'rewrite',
  sites: (source) => {
    if (!source.scopes.isPlatformName('Map') || !source.scopes.isPlatformName('Array')) return []
    const calls = methodCalls(source.root.root(), [...methods])
    return calls.flatMap((call) => {
      const search = searchOf(call)
      const place = search === null ? null : placeOf(source, search)
      return search === null || place === null ? [] : [siteOf(source, search, place)]
    })
  },
}

function searchOf(call: SgNode): Search | null {
  const parts = methodCall(call)
  if (parts === null || !methods.has(parts.method) || parts.object.kind() !== 'identifier' || parts.values.length !== 1) return null
  const shape = callbackShape(parts.values[0])
  const [item, ...others] = shape?.parameters ?? []
  const comparison = shape?.result
  if (item === undefined || others.length > 0 || comparison?.kind() !== 'binary_expression' || comparison.field('operator')?.text() !== '===') return null
  const [left, right] = [comparison.field('left'), comparison.field('right')]
  if (left === null || right === null) return null
  const key = keyOf(left, item) ?? keyOf(right, item)
  const wanted = (keyOf(left, item) === null ? left : right).text()
  if (key === null || !isPlace(wanted, item) || (wanted.startsWith('this') && !shape?.isArrow)) return null
  return { call, list: parts.object, method: parts.method as Search['method'], key, wanted }
}

/** The property in `item.property`. */
function keyOf(side: SgNode, item: string): string | null {
  const isMember = side.kind() === 'member_expression' && side.field('object')?.kind() === 'identifier' && side.field('object')?.text() === item
  if (!isMember || isOptional(side)) return null
  const property = side.field('property')
  return property?.kind() === 'property_identifier' ? property.text() : null
}

/** A name or a place reached from one, the same for every element: evaluating it once is the same as for each of them. */
function isPlace(text: string, item: string): boolean {
  return /^[A-Za-z_$][\w$]*(?:\.[\w$]+|\[[\w$]+\])*$/.test(text) && !text.split(/[^\w$]+/).includes(item)
}

function placeOf(source: ScriptSource, { call, list, key }: Search): Place | null {
  const binding = source.scopes.resolve(list)
  if (binding === null || !mayBeginWithParenthesis(call)) return null
  // A list from further out is looked at again each time this function runs.
  const home = call.ancestors().find((ancestor) => isNode(ancestor, binding.home) || (isFunction(ancestor) && iterationCall(ancestor) === null))
  const statement = home === undefined ? null : enclosingRepetition(call, home)
  if (statement === null || isWithin(binding.declaration, statement) || !keepsName(binding, statement) || !staysFixed(binding, statement) || !isUndisturbed(binding, statement, { scopes: source.scopes, allowsFields: true })) return null
  return keepsKeys(source, statement, key) ? { binding, statement } : null
}

function siteOf(source: ScriptSource, search: Search, place: Place): EditSite {
  const offset = search.call.range().start.index
  return {
    offset,
    key: `${offset}:index`,
    rationale: `looks \`${excerpt(search.call)}\` up in a Map that is built once instead of searching \`${place.binding.name}\` every time`,
    edits: () => rewrite(source, search, place),
  }
}

/** What the Map holds for a key, how an element gets in, and how a look-up reads it. */
const storage: Readonly<Record<Search['method'], { readonly add: (index: string, item: string, at: string) => string; readonly read: (index: string, wanted: string) => string }>> = {
  find: { add: (index, item) => `if (!${index}.has(key)) ${index}.set(key, ${item});`, read: (index, wanted) => `${index}.get(${wanted})` },
  findIndex: { add: (index, _item, at) => `if (!${index}.has(key)) ${index}.set(key, ${at} + 1);`, read: (index, wanted) => `(${index}.get(${wanted}) || 0) - 1` },
  some: { add: (index) => `${index}.set(key, true);`, read: (index, wanted) => `${index}.has(${wanted})` },
  filter: { add: (index, item) => `if (${index}.has(key)) ${index}.get(key).push(${item}); else ${index}.set(key, [${item}]);`, read: (index, wanted) => `(${index}.get(${wanted}) || []).slice()` },
}

function rewrite(source: ScriptSource, { call, method, key, wanted }: Search, { binding, statement }: Place): readonly TextEdit[] {
  const name = freshName(source.text, `${binding.name}By${key.charAt(0).toUpperCase()}${key.slice(1)}`)
  const builder = freshName(source.text, `index${name.charAt(0).toUpperCase()}${name.slice(1)}`)
  const list = binding.name
  const start = statement.range().start.index
  const lines = [
    `let ${name};`,
    `const ${builder} = () => {`,
    `  if (!Array.isArray(${list}) || ${list}.length === 0) return null;`,
    '  const index = new Map();',
    `  for (let at = 0; at < ${list}.length; at++) {`,
    `    const item = ${list}[at];`,
    '    if (item === null || item === undefined) return null;',
    `    const key = item.${key};`,
    '    // NaN equals nothing.',
    '    if (key !== key) continue;',
    `    ${storage[method].add('index', 'item', 'at')}`,
    '  }',
    '  return index;',
    '};',
  ]
  const indent = indentAt(source.text, start)
  const range = call.range()
  const lookUp = `(${name} === undefined && (${name} = ${builder}()), ${name} ? ${storage[method].read(name, wanted)} : ${call.text()})`
  return [
    { path: source.path, start, end: start, replacement: `${lines.join(`\n${indent}`)}\n${indent}`, part: 0 },
    { path: source.path, start: range.start.index, end: range.end.index, replacement: lookUp, part: 0 },
  ]
}
