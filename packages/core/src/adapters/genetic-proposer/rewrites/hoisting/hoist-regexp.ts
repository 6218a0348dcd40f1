import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, freshName, isNode, isOptional, methodCall, withoutParentheses } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import { isPrimitiveForm } from '../../analysis/stability.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { mayBeginWithParenthesis } from '../../analysis/statement-start.ts'
import { createInvariance, type Invariance } from './invariance.ts'
import { beforeStatement, replaced } from './lazy-value.ts'
import { placeOf } from './place.ts'
import { isScalar, readsOf } from './reads.ts'

const ownMethods = new Set(['test', 'exec'])
const takingMethods = new Set(['match', 'replace', 'search', 'split'])

/**
 * `new RegExp(pattern)` with the same pattern each time, inside a loop or an iteration callback, is made at its first use and kept. Precondition: the flags
 * are absent or a literal without `g` and `y` (those make a RegExp remember a position), and the object is only used to match: `.test`, `.exec`, or as the
 * pattern of `match`, `replace`, `search`, `split`, also by way of a name. A pattern that may not be a string is looked at when the program runs: anything
 * else is made anew each time. Out of sight: patterns with a `toString` of their own, and a RegExp that somebody has changed.
 */
export const hoistRegexp: ScriptOperator = {
  name: 'hoist-regexp',
  kind: 'rewrite',
  sites: (source) => {
    const made = source.root.root().findAll({ rule: { any: [{ kind: 'new_expression', regex: '^new\\s+RegExp' }, { kind: 'call_expression', regex: '^RegExp' }] } })
    if (made.length === 0 || !source.scopes.isPlatformName('RegExp')) return []
    const invariance = createInvariance(source)
    return made.flatMap((expression) => siteOf(source, invariance, expression))
  },
}

function siteOf(source: ScriptSource, invariance: Invariance, expression: SgNode): EditSite[] {
  const pattern = patternOf(expression)
  if (pattern === null || !onlyMatches(expression, source.scopes) || !mayBeginWithParenthesis(expression)) return []
  const isText = isTextForm(pattern, source.scopes)
  // What is asked for its type each time must be cheap to name. A string cannot change, so only the name has to hold.
  if (!isText && placeOf(pattern) === null) return []
  const reads = readsOf(pattern, source.scopes, 'value')
  const statement = reads === null ? null : invariance.outermost(expression, reads)
  if (statement === null) return []
  const offset = expression.range().start.index
  return [
    {
      offset,
      key: `${offset}:regexp`,
      rationale: `makes \`${excerpt(expression)}\` once instead of every time`,
      edits: () => {
        const name = freshName(source.text, 'pattern')
        const filled = `(${name} || (${name} = ${expression.text()}))`
        const value = isText ? filled : `(typeof ${pattern.text()} === 'string' ? ${filled} : ${expression.text()})`
        return [beforeStatement(source, statement, `let ${name};`), replaced(source, expression, value)]
      },
    },
  ]
}

/** The pattern of a RegExp whose flags keep no position; null for any other expression. */
function patternOf(expression: SgNode): SgNode | null {
  const callee = expression.field(expression.kind() === 'new_expression' ? 'constructor' : 'function')
  if (callee?.kind() !== 'identifier' || callee.text() !== 'RegExp' || expression.field('arguments')?.kind() !== 'arguments') return null
  if (isOptional(expression)) return null
  const [pattern, flags, ...others] = argumentsOf(expression)
  if (pattern === undefined || others.length > 0) return null
  const isStateless = flags === undefined || (flags.kind() === 'string' && /^.[a-fh-xz]*.$/.test(flags.text()))
  return isStateless ? withoutParentheses(pattern) : null
}

/** The form can only give a string: never a RegExp, whose flags would come along. */
function isTextForm(pattern: SgNode, scopes: Scopes): boolean {
  if (pattern.kind() === 'identifier') {
    const binding = scopes.resolve(pattern)
    return binding !== null && isScalar(binding)
  }
  return pattern.kind() !== 'member_expression' && isPrimitiveForm(pattern)
}

/** Every use of the value matches a text against it and lets go of it. */
function onlyMatches(expression: SgNode, scopes: Scopes): boolean {
  const parent = expression.parent()
  if (parent === null) return false
  if (parent.kind() === 'parenthesized_expression') return onlyMatches(parent, scopes)
  if (isMatch(expression, parent)) return true
  const name = parent.kind() === 'variable_declarator' && isNode(parent.field('value'), expression) ? parent.field('name') : null
  const binding = name?.kind() === 'identifier' ? scopes.resolve(name) : null
  return binding !== null && binding.writes.length === 0 && binding.uses.every((use) => { const around = use.parent(); return around !== null && isMatch(use, around) })
}

function isMatch(value: SgNode, parent: SgNode): boolean {
  const call = parent.parent()
  const parts = call === null ? null : methodCall(call)
  if (parts === null) return false
  if (parent.kind() === 'member_expression') return isNode(parts.object, value) && ownMethods.has(parts.method)
  return parent.kind() === 'arguments' && isNode(parts.values[0], value) && takingMethods.has(parts.method)
}
