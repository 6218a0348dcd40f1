import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../proposal/proposal.ts'
import type { EditOperator, EditSite, ParsedSource } from '../edit-operator.ts'
import { excerpt } from '../statements.ts'
import { bindingOf, type Binding } from './binding.ts'
import { enclosingRepetition } from './repetition.ts'

/** A test whether an array holds a value, as the program writes it. */
interface Membership {
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
export const membershipToSet: EditOperator = {
  name: 'membership-to-set',
  kind: 'rewrite',
  sites: (source) => {
    // A Set of the program's own could be anything.
    if (/\b(?:class|function|var|let|const|import)\s+\{?\s*Set\b/.test(source.text)) return []
    const calls = source.root.root().findAll({ rule: { kind: 'call_expression' } })
    return calls.flatMap((call) => {
      const membership = membershipOf(call)
      return membership === null ? [] : siteOf(source, membership)
    })
  },
}

function membershipOf(call: SgNode): Membership | null {
  const callee = call.field('function')
  const [array, method] = [callee?.field('object'), callee?.field('property')?.text()]
  const values = call.field('arguments')?.children().filter((child) => child.isNamed()) ?? []
  const [value] = values
  if (array === null || array === undefined || array.kind() !== 'identifier' || value === undefined || values.length !== 1) return null
  // The value is written twice below: only a name costs nothing and changes nothing.
  if (value.kind() !== 'identifier') return null
  if (method === 'includes') return { test: call, array, value, method, wantsPresent: true }
  const comparison = call.parent()
  if (method !== 'indexOf' || comparison?.kind() !== 'binary_expression' || comparison.field('left')?.id() !== call.id()) return null
  const form = `${comparison.field('operator')?.text()} ${comparison.field('right')?.text()}`
  if (!presentForms.has(form) && !absentForms.has(form)) return null
  return { test: comparison, array, value, method, wantsPresent: presentForms.has(form) }
}

function siteOf(source: ParsedSource, membership: Membership): EditSite[] {
  const binding = bindingOf(membership.array)
  if (binding === null) return []
  const statement = enclosingRepetition(membership.test, binding.scope)
  if (statement === null || !staysAsItIs(statement, binding)) return []
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
  source: ParsedSource,
  { membership, binding, statement }: { readonly membership: Membership; readonly binding: Binding; readonly statement: SgNode },
): readonly TextEdit[] {
  const name = freshName(source.text, `${binding.name}Set`)
  const start = statement.range().start.index
  const indent = /^[ \t]*/.exec(source.text.slice(source.text.lastIndexOf('\n', start - 1) + 1, start))?.[0] ?? ''
  const value = membership.value.text()
  const scan = `${binding.name}.${membership.method}(${value})`
  const build = membership.method === 'includes' ? `new Set(${binding.name})` : `${binding.name}.reduce((set, item) => set.add(item), new Set())`
  const lookUp = membership.method === 'includes' ? `${name}.has(${value})` : `(${value} === ${value} && ${name}.has(${value}))`
  const guarded = binding.isArray ? lookUp : `(${name} ? ${lookUp} : ${membership.method === 'includes' ? scan : `${scan} !== -1`})`
  const made = binding.isArray ? build : `Array.isArray(${binding.name}) ? ${build} : null`
  const range = membership.test.range()
  return [
    { path: source.path, start, end: start, replacement: `const ${name} = ${made};\n${indent}`, part: 0 },
    { path: source.path, start: range.start.index, end: range.end.index, replacement: membership.wantsPresent ? guarded : `!${guarded}`, part: 0 },
  ]
}

const readingMethods = new Set(['indexOf', 'includes', 'lastIndexOf', 'slice', 'join', 'at', 'length', 'concat'])

/** Every use of the array in the statement only reads it, by a method that keeps it. */
function staysAsItIs(statement: SgNode, { name }: Binding): boolean {
  const uses = statement.findAll({ rule: { kind: 'identifier', regex: `^${name.replaceAll('$', '\\$')}$` } })
  return uses.every((use) => {
    const parent = use.parent()
    if (parent?.kind() !== 'member_expression' || parent.field('object')?.id() !== use.id()) return false
    const outer = parent.parent()
    const isAssigned = outer !== null && ['assignment_expression', 'augmented_assignment_expression'].includes(String(outer.kind())) && outer.field('left')?.id() === parent.id()
    return readingMethods.has(parent.field('property')?.text() ?? '') && !isAssigned && outer?.kind() !== 'update_expression'
  })
}

function freshName(text: string, wanted: string): string {
  let name = wanted
  for (let count = 2; text.includes(name); count++) name = `${wanted}${count}`
  return name
}
