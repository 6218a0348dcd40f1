import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { isFunction, isNode, isWithin, methodCall } from '../../analysis/nodes.ts'
import { isLoop } from '../../analysis/repetition.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { isTextForm } from '../../analysis/text-form.ts'

interface Builder {
  readonly binding: Binding
  readonly declarator: SgNode
  /** The statement that declares it. */
  readonly statement: SgNode
  /** `parts.push(...)` calls that are statements. */
  readonly pushes: readonly SgNode[]
  /** `parts.join('')` calls. */
  readonly joins: readonly SgNode[]
}

/**
 * An array that only collects texts, to be joined without a separator, becomes a text that grows. Exact: every mention of the array is known (`push` of
 * texts as a statement, `join('')`), all in the function that declares it, so that nothing else runs between reading the text and adding to it. Texts are
 * known by their form: literals, templates, sums with one, methods that give texts; null or a number would read the same only in a template.
 */
export const buildString: ScriptOperator = {
  name: 'build-string',
  kind: 'rewrite',
  sites: (source) => {
    if (!/\.\s*join\(\s*(?:''|"")\s*\)/.test(source.text)) return []
    const property = { field: 'property', regex: '^join$' }
    const calls = source.root.root().findAll({ rule: { kind: 'call_expression', has: { field: 'function', kind: 'member_expression', has: property } } })
    const bindings = new Map<number, Binding>()
    for (const call of calls) {
      const parts = isEmptyJoin(call) ? methodCall(call) : null
      const binding = parts?.object.kind() === 'identifier' ? source.scopes.resolve(parts.object) : null
      if (binding !== null) bindings.set(binding.declaration.id(), binding)
    }
    return [...bindings.values()].flatMap((binding) => builderOf(binding, source.scopes) ?? []).map((builder) => siteOf(source, builder))
  },
}

function isEmptyJoin(call: SgNode): boolean {
  const parts = methodCall(call)
  return parts?.method === 'join' && parts.values.length === 1 && ["''", '""'].includes(parts.values[0]?.text() ?? '')
}

function builderOf(binding: Binding, scopes: Scopes): Builder | null {
  const declarator = binding.declaration.parent()
  const statement = declarator?.parent()
  const block = statement?.parent()
  if (!['const', 'let', 'var'].includes(binding.kind) || binding.writes.length > 0 || binding.value?.text() !== '[]') return null
  // Where a jump could pass the declaration by, the text would start as undefined.
  if (declarator === null || statement === null || statement === undefined || block === null || block === undefined || !['statement_block', 'program'].includes(String(block.kind()))) return null
  const owner = functionAround(binding.declaration)
  const calls = binding.uses.map((use) => {
    const isReached = isWithin(use, block) && use.range().start.index > declarator.range().end.index && isNodeOrNone(functionAround(use), owner)
    return isReached ? callOn(use) : null
  })
  const known = calls.filter((call) => call !== null)
  const pushes = known.filter((call) => isTextPush(call, scopes))
  const joins = known.filter(isEmptyJoin)
  if (known.length < calls.length || pushes.length + joins.length < known.length || joins.length === 0) return null
  return pushes.some((push) => push.ancestors().some((ancestor) => isLoop(ancestor) && isWithin(ancestor, block))) ? { binding, declarator, statement, pushes, joins } : null
}

function callOn(use: SgNode): SgNode | null {
  const member = use.parent()
  const call = member?.kind() === 'member_expression' && isNode(member.field('object'), use) ? member.parent() : null
  return call !== null && call !== undefined && methodCall(call) !== null && isNode(call.field('function'), member) ? call : null
}

function isTextPush(call: SgNode, scopes: Scopes): boolean {
  const parts = methodCall(call)
  return parts?.method === 'push' && parts.values.length > 0 && call.parent()?.kind() === 'expression_statement' && parts.values.every((value) => isTextForm(value, scopes))
}

function isNodeOrNone(a: SgNode | null, b: SgNode | null): boolean {
  return (a === null && b === null) || isNode(a, b)
}

function siteOf(source: ScriptSource, builder: Builder): EditSite {
  const offset = builder.pushes[0]?.range().start.index ?? builder.statement.range().start.index
  return {
    offset,
    key: `${builder.statement.range().start.index}:${builder.binding.name}:string`,
    rationale: `lets the text in \`${builder.binding.name}\` grow instead of collecting its parts: \`${excerpt(builder.pushes[0] ?? builder.statement)}\``,
    edits: () => rewrite(source, builder),
  }
}

function rewrite(source: ScriptSource, { binding, declarator, statement, pushes, joins }: Builder): readonly TextEdit[] {
  const replace = (node: SgNode, replacement: string): TextEdit => ({ path: source.path, start: node.range().start.index, end: node.range().end.index, replacement, part: 0 })
  const [word, type, value] = [statement.children()[0], declarator.field('type'), binding.value]
  const edits: TextEdit[] = []
  if (word?.text() === 'const') edits.push(replace(word, 'let'))
  if (type !== null) edits.push(replace(type, ''))
  if (value !== null) edits.push(replace(value, "''"))
  for (const push of pushes) {
    const values = methodCall(push)?.values ?? []
    const added = values.length === 1 ? (values[0]?.text() ?? '') : values.map((part) => (['string', 'template_string', 'call_expression'].includes(String(part.kind())) ? part.text() : `(${part.text()})`)).join(' + ')
    edits.push(replace(push, `${binding.name} += ${added}`))
  }
  return [...edits, ...joins.map((join) => replace(join, binding.name))]
}

function functionAround(node: SgNode): SgNode | null {
  return node.ancestors().find(isFunction) ?? null
}
