import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, freshName, isNode, isOptional, methodCall, namedChildren } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { mayBeginWithParenthesis } from '../../analysis/statement-start.ts'
import { isTarget } from './effects.ts'
import { createInvariance, type Invariance } from './invariance.ts'
import { eagerEdits, lazyEdits } from './lazy-value.ts'
import { placeOf } from './place.ts'
import { isPrimitive, readsOf } from './reads.ts'
import { repeatableWalk } from './repeatable-walk.ts'
import { nodesInRepeatedCode } from './repeated-code.ts'

/** What a fresh object holds: values that exist without it, pairs that are as fresh as itself, or keys to ask for. */
type Fresh = 'values' | 'pairs' | 'lookup'

const listFunctions: Readonly<Record<string, Fresh>> = { 'Array.from': 'values', 'Object.entries': 'pairs', 'Object.keys': 'values', 'Object.values': 'values' }
const askingMethods = new Set(['at', 'includes', 'indexOf', 'join', 'lastIndexOf'])
const callbackMethods = new Set(['every', 'filter', 'find', 'findIndex', 'forEach', 'map', 'some'])
const lookupMethods = new Set(['get', 'has'])

/**
 * A list or a look-up table that is made anew each time with the same contents (`Object.keys(o)`, `s.split(',')`, `a.slice()`, `[1, 2]`, `new Set(a)`), inside a
 * loop or an iteration callback, is made at its first use and kept. Precondition: nobody can tell one from the next, because it is only read where it stands
 * (`.includes(x)`, `.length`, `[i]`, the list of a `for-of`, a callback that does not get the list), also by way of a name. What may be an
 * iterator is kept only where it turns out to be an array. Out of sight: the same as for hoist-invariant.
 */
export const hoistFreshList: ScriptOperator = {
  name: 'hoist-fresh-list',
  kind: 'rewrite',
  sites: (source) => {
    const invariance = createInvariance(source)
    const made = nodesInRepeatedCode(source, ['call_expression', 'array', 'new_expression'])
    return made.flatMap((expression) => siteOf(source, invariance, expression))
  },
}

function siteOf(source: ScriptSource, invariance: Invariance, expression: SgNode): EditSite[] {
  const fresh = freshOf(expression, source.scopes)
  if (fresh === null || !isOnlyRead(expression, fresh, source.scopes) || !mayBeginWithParenthesis(expression)) return []
  const reads = readsOf(expression, source.scopes)
  const statement = reads === null ? null : invariance.outermost(expression, reads)
  if (statement === null) return []
  const offset = expression.range().start.index
  const wantedName = fresh === 'lookup' ? 'lookup' : 'list'
  return [
    {
      offset,
      key: `${offset}:fresh`,
      rationale: `makes \`${excerpt(expression)}\` once: it holds the same every time and is only read`,
      edits: () => {
        const isConstant = expression.kind() === 'array' && namedChildren(expression).every((child) => ['number', 'string', 'true', 'false', 'null'].includes(String(child.kind())))
        if (isConstant) return eagerEdits(source, expression, { statement, wantedName })
        const only = isAskedFirst(expression, source.scopes) ? { onlyIf: `Array.isArray(${argumentsOf(expression)[0]?.text()})` } : {}
        return lazyEdits(source, { expression, statement, wantedName: freshName(source.text, wantedName), emptiness: 'truthy', ...only })
      },
    },
  ]
}

function freshOf(expression: SgNode, scopes: Scopes): Fresh | null {
  const kind = String(expression.kind())
  if (kind === 'array') return isPattern(expression) || !namedChildren(expression).every(isOldValue) || namedChildren(expression).length === 0 ? null : 'values'
  const [first, ...others] = argumentsOf(expression)
  if (kind === 'new_expression') {
    const name = expression.field('constructor')?.text() ?? ''
    // What is iterated must not be used up by it: a name that holds an iterator would be.
    return ['Set', 'Map'].includes(name) && scopes.isPlatformName(name) && first !== undefined && repeatableWalk(first, scopes) !== 'unknown' ? 'lookup' : null
  }
  const name = expression.field('function')?.text() ?? ''
  const known = Object.hasOwn(listFunctions, name) ? listFunctions[name] : undefined
  if (known !== undefined) return first !== undefined && others.length === 0 && scopes.isPlatformName(name.split('.', 1)[0] ?? '') && (name !== 'Array.from' || repeatableWalk(first, scopes) !== 'unknown') ? known : null
  const parts = methodCall(expression)
  return parts !== null && (parts.method === 'split' || parts.method === 'slice') ? 'values' : null
}

/** `[a, b] = c` and `for ([a] of c)` look like arrays in some grammars. */
function isPattern(array: SgNode): boolean {
  const parent = array.parent()
  return parent === null || isTarget(array, parent)
}

/** A value that exists without the list: the same in each copy of it. */
function isOldValue(element: SgNode): boolean {
  return isPrimitive(element) || placeOf(element) !== null
}

/** What is made walks through something that may be used up by it: a parameter may hold an iterator. */
function isAskedFirst(expression: SgNode, scopes: Scopes): boolean {
  const [first] = argumentsOf(expression)
  const isWalk = expression.kind() === 'new_expression' || expression.field('function')?.text() === 'Array.from'
  return isWalk && first !== undefined && repeatableWalk(first, scopes) === 'ask'
}

/** Every use reads from the object and lets go of it. */
function isOnlyRead(expression: SgNode, fresh: Fresh, scopes: Scopes): boolean {
  const parent = expression.parent()
  if (parent === null) return false
  if (parent.kind() === 'parenthesized_expression') return parent.parent()?.kind() === 'member_expression' && isOnlyRead(parent, fresh, scopes)
  if (isRead(expression, parent, fresh)) return true
  const name = parent.kind() === 'variable_declarator' && isNode(parent.field('value'), expression) ? parent.field('name') : null
  const binding = name?.kind() === 'identifier' ? scopes.resolve(name) : null
  return binding !== null && binding.writes.length === 0 && binding.uses.every((use) => { const around = use.parent(); return around !== null && isRead(use, around, fresh) })
}

function isRead(value: SgNode, parent: SgNode, fresh: Fresh): boolean {
  const around = parent.parent()
  if (around === null) return false
  switch (String(parent.kind())) {
    case 'for_in_statement':
      return isNode(parent.field('right'), value) && (fresh === 'values' || (fresh === 'pairs' && parent.field('left')?.kind() === 'array_pattern' && parent.field('kind') !== null && !parent.text().includes('=[')))
    case 'subscript_expression':
      return fresh === 'values' && isNode(parent.field('object'), value) && !isOptional(parent) && !isTarget(parent, around) && !isCallee(parent, around)
    case 'member_expression':
      return isNode(parent.field('object'), value) && !isOptional(parent) && isMemberRead(parent, around, fresh)
    default:
      return false
  }
}

function isCallee(place: SgNode, parent: SgNode): boolean {
  return parent.kind() !== 'binary_expression' && (isNode(parent.field('function'), place) || isNode(parent.field('constructor'), place) || parent.kind() === 'parenthesized_expression' || parent.kind() === 'non_null_expression')
}

function isMemberRead(member: SgNode, around: SgNode, fresh: Fresh): boolean {
  const name = member.field('property')?.text() ?? ''
  if (!isNode(around.field('function'), member)) return ['length', 'size'].includes(name) && !isTarget(member, around) && !isCallee(member, around)
  const parts = methodCall(around)
  if (parts === null) return false
  if (fresh === 'lookup') return lookupMethods.has(name)
  if (fresh === 'pairs') return false
  return askingMethods.has(name) || (callbackMethods.has(name) && doesNotTakeList(parts.values[0]))
}

/** A callback gets the list as its third argument. */
function doesNotTakeList(callback: SgNode | undefined): boolean {
  if (callback === undefined || !['arrow_function', 'function_expression'].includes(String(callback.kind()))) return false
  const parameters = namedChildren(callback.field('parameters'))
  return parameters.length < 3 && !parameters.some((parameter) => parameter.text().includes('...')) && !/\barguments\b/.test(callback.text())
}
