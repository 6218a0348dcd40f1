import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isNode, isOptional, methodCall, namedChildren, withoutParentheses } from '../../analysis/nodes.ts'
import { mustTakeAsLong } from '../../analysis/steady-in-time.ts'
import { isArrayExpression } from '../../analysis/stability.ts'
import type { EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { mayBeginWithParenthesis } from '../../analysis/statement-start.ts'
import { alwaysHoldsList } from '../iteration/array-proof.ts'
import { isCalled, isTarget } from './effects.ts'
import type { Invariance } from './invariance.ts'
import { replaced } from './lazy-value.ts'
import { isCondition, placeOf } from './place.ts'
import { hasPlainParameters, readsOf, soleResult } from './reads.ts'
import { isSettled } from './settled-condition.ts'

interface FirstHit {
  /** `list.filter(f)` */
  readonly call: SgNode
  /** The whole expression that only needs the first hit. */
  readonly whole: SgNode
  readonly method: 'some' | 'find'
  readonly negated: boolean
}

const presentForms = new Set(['> 0', '!== 0', '!= 0', '>= 1'])
const absentForms = new Set(['=== 0', '== 0', '< 1'])

export function firstHitSites(source: ScriptSource, invariance: Invariance): readonly EditSite[] {
  return source.root.root().findAll({ rule: { kind: 'call_expression', regex: String.raw`\.\s*filter\s*\(` } }).flatMap((call) => {
    const hit = methodCall(call)?.method === 'filter' ? hitOf(call) : null
    const text = hit === null || !stopsSafely(source, invariance, hit) ? null : rewritten(source, hit)
    if (hit === null || text === null || mustTakeAsLong(call) || !mayBeginWithParenthesis(hit.whole)) return []
    const offset = hit.whole.range().start.index
    return [{ offset, key: `${offset}:${hit.method}`, rationale: `\`${excerpt(hit.whole)}\` stops at the first hit with \`${hit.method}\``, edits: () => [replaced(source, hit.whole, text)] }]
  })
}

function hitOf(call: SgNode): FirstHit | null {
  const place = call.parent()
  const around = place?.parent()
  if (place === null || place === undefined || around === null || around === undefined || !isNode(place.field('object'), call) || isOptional(place) || isTarget(place, around) || isCalled(place, around)) return null
  if (place.kind() === 'subscript_expression') return place.field('index')?.text() === '0' ? { call, whole: place, method: 'find', negated: false } : null
  if (place.field('property')?.text() !== 'length') return null
  if (around.kind() === 'binary_expression') {
    const form = `${around.field('operator')?.text()} ${around.field('right')?.text()}`
    if (!isNode(around.field('left'), place) || (!presentForms.has(form) && !absentForms.has(form))) return null
    return { call, whole: around, method: 'some', negated: absentForms.has(form) }
  }
  const isTest = (isCondition(around) && around.parent()?.kind() !== 'switch_statement') || (around.kind() === 'unary_expression' && around.field('operator')?.text() === '!') || (around.kind() === 'ternary_expression' && isNode(around.field('condition'), place))
  return isTest ? { call, whole: place, method: 'some', negated: false } : null
}

/** The callback is written in place, only looks at things, and can be left out for the elements after the first hit. */
function stopsSafely(source: ScriptSource, invariance: Invariance, { call, method }: FirstHit): boolean {
  const [callback, ...others] = argumentsOf(call)
  if (callback === undefined || others.length > 0 || !['arrow_function', 'function_expression'].includes(String(callback.kind())) || callback.field('name') !== null) return false
  const names = [callback.field('parameter'), ...namedChildren(callback.field('parameters'))].flatMap((parameter) => (parameter === null ? [] : [(parameter.field('pattern') ?? parameter).text()]))
  const result = soleResult(callback)
  const [item] = names
  if (item === undefined || names.length > 2 || names.includes('this') || !hasPlainParameters(callback) || result === null) return false
  const list = methodCall(call)?.object
  const elements = list === undefined ? 'unknown' : elementsOf(list)
  const solid = new Set(elements === 'unknown' ? [] : [item])
  const isPure = readsOf(result, source.scopes)?.every((read) => read.binding !== null) === true
  const isQuiet = isPure && isSettled(result, { region: call, scopes: source.scopes, invariance, solid, strings: new Set(elements === 'strings' ? [item] : []), readBefore: new Set() })
  return isQuiet && (method === 'some' || elements === 'strings' || refusesUndefined(result, item))
}

/** `Object.keys(o)` and `s.split(x)` hold strings and have no holes; `Object.entries(o)` holds pairs. */
function elementsOf(list: SgNode): 'strings' | 'pairs' | 'unknown' {
  const text = list.kind() === 'call_expression' ? (list.field('function')?.text() ?? '') : ''
  if (text === 'Object.keys') return 'strings'
  return text === 'Object.entries' ? 'pairs' : 'unknown'
}

const orders = new Set(['<', '<=', '>', '>='])

/** The condition is false for undefined: `x > 1`, `x === 'a'`, `typeof x === 'string'`, `x`, `x != null`, one of several with `&&`. */
function refusesUndefined(condition: SgNode, item: string): boolean {
  const node = withoutParentheses(condition)
  if (node.kind() === 'identifier') return node.text() === item
  if (node.kind() !== 'binary_expression') return false
  const [left, right, operator] = [node.field('left'), node.field('right'), node.field('operator')?.text() ?? '']
  if (left === null || right === null) return false
  if (operator === '&&') return refusesUndefined(left, item) || refusesUndefined(right, item)
  if (operator === '||') return refusesUndefined(left, item) && refusesUndefined(right, item)
  const isLiteral = ['number', 'string', 'true', 'false'].includes(String(right.kind()))
  if (left.text() === item && left.kind() === 'identifier') {
    if (operator === '===' || operator === '==') return isLiteral || (operator === '===' && right.kind() === 'null')
    return (orders.has(operator) && right.kind() === 'number') || (operator === '!=' && ['null', 'undefined'].includes(String(right.kind()))) || (operator === '!==' && right.kind() === 'undefined')
  }
  return operator === '===' && left.text() === `typeof ${item}` && right.kind() === 'string' && !right.text().includes('undefined')
}

function rewritten(source: ScriptSource, { call, whole, method, negated }: FirstHit): string | null {
  const [list, callback] = [methodCall(call)?.object, argumentsOf(call)[0]]
  if (list === undefined || callback === undefined) return null
  const fast = `${negated ? '!' : ''}${list.text()}.${method}(${callback.text()})`
  const binding = list.kind() === 'identifier' ? source.scopes.resolve(list) : null
  if (isArrayExpression(list) || (binding !== null && alwaysHoldsList(binding, source.scopes))) return fast
  return placeOf(list) !== null && readsOf(list, source.scopes) !== null && source.scopes.isPlatformName('Array') ? `(Array.isArray(${list.text()}) ? ${fast} : ${whole.text()})` : null
}
