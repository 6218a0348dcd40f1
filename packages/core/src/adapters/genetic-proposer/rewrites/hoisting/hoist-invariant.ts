import type { SgNode } from '@ast-grep/napi'
import { methodCall, namedChildren, withoutParentheses } from '../../analysis/nodes.ts'
import { isArray } from '../../analysis/stability.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { mayBeginWithParenthesis } from '../../analysis/statement-start.ts'
import { createInvariance, type Invariance } from './invariance.ts'
import { eagerEdits, lazyEdits } from './lazy-value.ts'
import { placeOf } from './place.ts'
import { isPrimitive, readsOf } from './reads.ts'
import { nodesInRepeatedCode } from './repeated-code.ts'
import { isValuePosition } from './value-position.ts'

const kinds = ['call_expression', 'member_expression', 'subscript_expression', 'binary_expression', 'template_string', 'ternary_expression', 'unary_expression']

/**
 * An expression that gives the same value each time, inside a loop or an iteration callback, is computed at its first use and kept; when it cannot throw,
 * before the loop. Precondition: it only looks at names and properties that stay as they are meanwhile, and gives a string, a number or the like, or an object
 * that was there before. For what is not made here and known to nobody else, nothing unknown may be called and nothing that may be the same be changed meanwhile. Only the
 * outermost such expression, and only if it holds a call or a way of two or more steps. Out of sight: getters, and iterators of the program's own.
 */
export const hoistInvariant: ScriptOperator = {
  name: 'hoist-invariant',
  kind: 'rewrite',
  sites: (source) => {
    const invariance = createInvariance(source)
    const sites: EditSite[] = []
    let taken = 0
    // Outer expressions come before what is within them.
    for (const node of nodesInRepeatedCode(source, kinds)) {
      const { start, end } = node.range()
      const site = start.index < taken ? null : siteOf(source, invariance, node)
      if (site === null) continue
      sites.push(site)
      taken = end.index
    }
    return sites
  },
}

function siteOf(source: ScriptSource, invariance: Invariance, expression: SgNode): EditSite | null {
  // The length that a `for` compares with is better read by the loop itself: see hoist-length.
  if (expression.field('property')?.text() === 'length' && expression.parent()?.parent()?.kind() === 'for_statement') return null
  if (!isShared(expression) || !isCostly(expression) || !isValuePosition(expression)) return null
  const reads = readsOf(expression, source.scopes)
  const statement = reads === null || reads.length === 0 ? null : invariance.outermost(expression, reads)
  if (statement === null || !mayBeginWithParenthesis(expression)) return null
  const offset = expression.range().start.index
  return {
    offset,
    key: `${offset}:invariant`,
    rationale: `computes \`${excerpt(expression)}\` once: it is the same every time`,
    edits: () => {
      const wantedName = nameFor(expression)
      if (cannotThrow(source, expression)) return eagerEdits(source, expression, { statement, wantedName })
      return lazyEdits(source, { expression, statement, wantedName, emptiness: 'undefined' })
    },
  }
}

/** One value can stand for all: it has no identity, or it is not made here. */
function isShared(expression: SgNode): boolean {
  const node = withoutParentheses(expression)
  if (isPrimitive(node) || placeOf(node) !== null) return true
  // A function of this file that passes for readable gives a primitive value.
  if (node.kind() === 'call_expression' && node.field('function')?.kind() === 'identifier') return true
  const values = namedChildren(node)
  if (node.kind() === 'ternary_expression') return values.slice(1).every(isShared)
  if (node.kind() === 'binary_expression') return values.every(isShared)
  return ['at', 'get'].includes(methodCall(node)?.method ?? '')
}

/** More work than reading a name or one property: a call, or a way of two steps. */
function isCostly(expression: SgNode): boolean {
  const place = placeOf(expression)
  if (place !== null) return place.steps.length > 1
  if (expression.kind() === 'call_expression') return true
  return namedChildren(expression).some(isCostly)
}

function cannotThrow(source: ScriptSource, expression: SgNode): boolean {
  const node = withoutParentheses(expression)
  const safe = (inner: SgNode | null): boolean => inner !== null && cannotThrow(source, inner)
  switch (String(node.kind())) {
    case 'number':
    case 'string':
    case 'true':
    case 'false':
    case 'null':
    case 'undefined':
      return true
    case 'identifier': {
      // A parameter is there from the start; anything else might not be initialised yet.
      const kind = source.scopes.resolve(node)?.kind
      return kind === 'parameter' || kind === 'rest'
    }
    case 'member_expression':
      return node.field('property')?.text() === 'length' && isArrayName(source, node.field('object'))
    case 'binary_expression':
      return ['===', '!==', '&&', '||'].includes(node.field('operator')?.text() ?? '') && safe(node.field('left')) && safe(node.field('right'))
    case 'unary_expression':
      return ['!', 'typeof'].includes(node.field('operator')?.text() ?? '') && safe(node.field('argument'))
    case 'call_expression': {
      const parts = methodCall(node)
      return node.field('function')?.text() === 'Array.isArray' || (parts !== null && ['includes', 'indexOf', 'at'].includes(parts.method) && isArrayName(source, parts.object)) ? (parts?.values ?? []).every(safe) : false
    }
    default:
      return false
  }
}

function isArrayName(source: ScriptSource, object: SgNode | null): boolean {
  const binding = object?.kind() === 'identifier' ? source.scopes.resolve(object) : null
  return binding !== null && binding.kind === 'rest' && isArray(binding)
}

/** The last name in the expression, made into a word. */
function nameFor(expression: SgNode): string {
  const place = placeOf(expression)
  const method = methodCall(expression)?.method ?? expression.field('property')?.text()
  const words = place === null ? ['known', method ?? 'value'] : [place.root.kind() === 'this' ? 'own' : place.root.text(), ...place.steps.map((step) => step ?? 'item')]
  return words.flatMap((word) => word.match(/[A-Za-z0-9]+/g) ?? []).map((word, at) => (at === 0 ? `${word.charAt(0).toLowerCase()}${word.slice(1)}` : `${word.charAt(0).toUpperCase()}${word.slice(1)}`)).join('').slice(0, 40).replace(/^(?=\d)/, 'at')
}
