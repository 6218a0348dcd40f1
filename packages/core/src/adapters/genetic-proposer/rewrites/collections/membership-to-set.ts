import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { freshName, indentAt } from '../../analysis/nodes.ts'
import { enclosingRepetition } from '../../analysis/repetition.ts'
import type { Binding } from '../../analysis/scopes.ts'
import { staysFixed } from '../../analysis/stability.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { mayBeginWithParenthesis } from '../../analysis/statement-start.ts'
import { alwaysHoldsList } from '../iteration/array-proof.ts'
import { isUndisturbed } from './undisturbed.ts'

/** A test whether an array holds a value, as the program writes it. */
export interface Membership {
  /** The whole test: the call itself, or its comparison with -1 or 0. */
  readonly test: SgNode
  readonly array: SgNode
  readonly value: SgNode
  readonly method: 'indexOf' | 'includes'
  readonly wantsPresent: boolean
}

const presentForms = new Set(['!== -1', '!= -1', '> -1', '>= 0'])
const absentForms = new Set(['=== -1', '== -1', '< 0'])

/**
 * A membership test on an array inside a loop or an iteration callback becomes a look-up in a Set that is built once before it.
 * Exact: `indexOf` never finds NaN and skips holes, `includes` does neither. Refused when the array may change while the Set stands.
 */
export const membershipToSet: ScriptOperator = {
  name: 'membership-to-set',
  kind: 'rewrite',
  sites: (source) => {
    // A Set of the program's own could be anything.
    if (!source.scopes.isPlatformName('Set')) return []
    const calls = source.root.root().findAll({ rule: { kind: 'call_expression' } })
    return calls.flatMap((call) => {
      const membership = membershipOf(call)
      return membership === null ? [] : siteOf(source, membership)
    })
  },
}

/** Reads `array.includes(value)` and the usual comparisons of `array.indexOf(value)`; null for anything else. */
export function membershipOf(call: SgNode): Membership | null {
  const callee = call.field('function')
  const [array, method] = [callee?.field('object'), callee?.field('property')?.text()]
  const values = call.field('arguments')?.children().filter((child) => child.isNamed()) ?? []
  const [value] = values
  if (array === null || array === undefined || array.kind() !== 'identifier' || value === undefined || values.length !== 1) return null
  // The value may be written twice below: only a name, or a place reached from one, costs nothing and changes nothing.
  if (!/^[\w$]+(?:\.[\w$]+|\[[\w$]+\])*$/.test(value.text())) return null
  if (method === 'includes') return { test: call, array, value, method, wantsPresent: true }
  const comparison = call.parent()
  if (method !== 'indexOf' || comparison?.kind() !== 'binary_expression' || comparison.field('left')?.id() !== call.id()) return null
  const form = `${comparison.field('operator')?.text()} ${comparison.field('right')?.text()}`
  if (!presentForms.has(form) && !absentForms.has(form)) return null
  return { test: comparison, array, value, method, wantsPresent: presentForms.has(form) }
}

function siteOf(source: ScriptSource, membership: Membership): EditSite[] {
  const binding = source.scopes.resolve(membership.array)
  if (binding === null || binding.writes.length > 0 || !mayBeginWithParenthesis(membership.test)) return []
  const statement = enclosingRepetition(membership.test, binding.home)
  if (statement === null || !staysFixed(binding, statement) || !isUndisturbed(binding, statement, source)) return []
  const offset = membership.test.range().start.index
  return [
    {
      offset,
      key: `${offset}:set`,
      rationale: `looks \`${excerpt(membership.test)}\` up in a Set built once instead of scanning \`${binding.name}\` every time`,
      edits: () => rewrite(source, { membership, binding, statement }),
    },
  ]
}

function rewrite(
  source: ScriptSource,
  { membership, binding, statement }: { readonly membership: Membership; readonly binding: Binding; readonly statement: SgNode },
): readonly TextEdit[] {
  const name = freshName(source.text, `${binding.name}Set`)
  const start = statement.range().start.index
  const indent = indentAt(source.text, start)
  const value = membership.value.text()
  const scan = `${binding.name}.${membership.method}(${value})`
  const build = membership.method === 'includes' ? `new Set(${binding.name})` : `${binding.name}.reduce((set, item) => set.add(item), new Set())`
  const lookUp = membership.method === 'includes' ? `${name}.has(${value})` : `(${value} === ${value} && ${name}.has(${value}))`
  const isList = alwaysHoldsList(binding, source.scopes)
  const guarded = isList ? lookUp : `(${name} ? ${lookUp} : ${membership.method === 'includes' ? scan : `${scan} !== -1`})`
  const made = isList ? build : `Array.isArray(${binding.name}) ? ${build} : null`
  const range = membership.test.range()
  return [
    { path: source.path, start, end: start, replacement: `const ${name} = ${made};\n${indent}`, part: 0 },
    { path: source.path, start: range.start.index, end: range.end.index, replacement: membership.wantsPresent ? guarded : `!${guarded}`, part: 0 },
  ]
}
