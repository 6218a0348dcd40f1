import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { freshName, indentAt } from '../../analysis/nodes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { rebuildStatements, type RebuildStatement } from './fresh-accumulator.ts'
import { methodCalls } from './method-calls.ts'
import { rebuildOf, type Rebuild } from './rebuild-forms.ts'
import { reduceRebuilds, type ReduceRebuild } from './reduce-accumulator.ts'

/**
 * A collection that is copied to append one thing, again and again (`acc = [...acc, x]`, `acc = acc.concat(x)`, `acc = { ...acc, [k]: v }`,
 * `Object.assign({}, acc, ...)`, in loops, callbacks and as the result of a reducer), grows in place. Exact also for what concat takes apart, for holes
 * and for a key named `__proto__`. Refused unless the collection is made here and nobody sees it before it is complete. Out of sight: a `reduce` that
 * is not the array's own, getters, setters on `Object.prototype`, and objects as keys whose conversion to a string has effects.
 */
export const appendInPlace: ScriptOperator = {
  name: 'append-in-place',
  kind: 'rewrite',
  sites: (source) => {
    const root = source.root.root()
    const assignments = mayAppend.test(source.text) ? root.findAll({ rule: { kind: 'assignment_expression', has: { field: 'right', any: rebuildRules } } }).filter(mayRebuild) : []
    const names = new Map(assignments.flatMap((assignment) => bindingOf(source, assignment) ?? []).map((binding) => [binding.declaration.id(), binding]))
    const loops = [...names.values()].flatMap((binding) => rebuildStatements(binding, source.scopes)).filter(({ rebuild }) => isAllowed(rebuild, source))
    const calls = mayAppend.test(source.text) && source.text.includes('.reduce') ? methodCalls(root, ['reduce', 'reduceRight']) : []
    const reducers = calls.map((call) => reduceRebuilds(call, source.scopes) ?? []).filter((rebuilds) => rebuilds.length > 0 && rebuilds.every(({ rebuild }) => isAllowed(rebuild, source)))
    return [
      ...loops.map((statement) => siteOf(statement.assignment, () => [edit(source, statement.place, statementText(source, statement))])),
      ...reducers.map((rebuilds) => siteOf((rebuilds[0] as ReduceRebuild).result, () => rebuilds.map((rebuild) => edit(source, rebuild.place, reducerText(source, rebuild))))),
    ]
  },
}

const mayAppend = /\.\.\.|\.concat\b|\bObject\.assign\b/
const spreads = { has: { kind: 'spread_element' } }
const rebuildRules = [
  { kind: 'array', ...spreads },
  { kind: 'object', ...spreads },
  { kind: 'call_expression', has: { field: 'function', kind: 'member_expression', has: { field: 'property', regex: '^(?:concat|assign)$' } } },
]

function mayRebuild(assignment: SgNode): boolean {
  const [left, right] = [assignment.field('left'), assignment.field('right')]
  return left?.kind() === 'identifier' && right !== null && rebuildOf(right)?.accumulator.text() === left.text()
}

function bindingOf(source: ScriptSource, assignment: SgNode): ReturnType<ScriptSource['scopes']['resolve']> {
  const left = assignment.field('left')
  return left === null ? null : source.scopes.resolve(left)
}

/** The platform's own Object, where its parts are used. */
function isAllowed(rebuild: Rebuild, { scopes }: ScriptSource): boolean {
  return rebuild.kind === 'array' || rebuild.form === 'spread' || scopes.isPlatformName('Object')
}

function siteOf(node: SgNode, edits: () => readonly TextEdit[]): EditSite {
  const offset = node.range().start.index
  return { offset, key: `${offset}:append`, rationale: `appends in place instead of copying everything: \`${excerpt(node)}\``, edits }
}

function edit(source: ScriptSource, place: SgNode, replacement: string): TextEdit {
  const { start, end } = place.range()
  return { path: source.path, start: start.index, end: end.index, replacement, part: 0 }
}

function statementText(source: ScriptSource, { place, rebuild }: RebuildStatement): string {
  const lines = appending(source, rebuild)
  const isAlone = lines.length === 1 && !lines[0]?.startsWith('for ')
  if (place.kind() === 'expression_statement' && isAlone) return lines[0] as string
  return block(source, place, lines)
}

function block(source: ScriptSource, place: SgNode, lines: readonly string[]): string {
  const indent = indentAt(source.text, place.range().start.index)
  return ['{', ...lines.map((line) => `  ${line}`), '}'].join(`\n${indent}`)
}

function reducerText(source: ScriptSource, { place, result, rebuild, needsBlock }: ReduceRebuild): string {
  if (needsBlock) return block(source, place, [...appending(source, rebuild), `return ${rebuild.accumulator.text()};`])
  const name = rebuild.accumulator.text()
  if (rebuild.kind === 'array') return `(${name}.push(${'items' in rebuild.push ? rebuild.push.items : `...${rebuild.push.each}`}), ${name})`
  const { key, value } = rebuild
  if ('place' in key) return `(${name}${key.place} = ${value.text()}, ${name})`
  return `(${isPlainKey(rebuild, key.computed)} ? (${name}[${key.computed}] = ${value.text()}, ${name}) : ${result.text()})`
}

/** Statements that append. */
function appending(source: ScriptSource, rebuild: Rebuild): readonly string[] {
  const name = rebuild.accumulator.text()
  if (rebuild.kind === 'object') return assigning(source, rebuild)
  if ('items' in rebuild.push) return [`${name}.push(${rebuild.push.items});`]
  const item = freshName(source.text, 'item')
  // The new items are listed before the first is appended: an error in the middle leaves the old state, as before.
  if (!rebuild.push.mayHaveHoles) return [`for (const ${item} of ${rebuild.push.each}) ${name}.push(${item});`]
  const [items, index] = [freshName(source.text, 'items'), freshName(source.text, 'index')]
  return [
    `const ${items} = ${rebuild.push.each};`,
    `for (let ${index} = 0; ${index} < ${items}.length; ${index}++) {`,
    `  if (${index} in ${items}) ${name}.push(${items}[${index}]);`,
    `  else ${name}.length++;`,
    '}',
  ]
}

function assigning(source: ScriptSource, rebuild: Extract<Rebuild, { kind: 'object' }>): readonly string[] {
  const { accumulator, key, value, form } = rebuild
  const name = accumulator.text()
  if ('place' in key) return [`${name}${key.place} = ${value.text()};`]
  const [once, given] = [freshName(source.text, 'key'), freshName(source.text, 'value')]
  const copy = form === 'spread' ? `{ ...${name}, [${once}]: ${given} }` : `Object.assign({}, ${name}, { [${once}]: ${given} })`
  return [`const ${once} = ${key.computed};`, `const ${given} = ${value.text()};`, `if (${isPlainKey(rebuild, once)}) ${name}[${once}] = ${given};`, `else ${name} = ${copy};`]
}

/** Objects as keys could be spelt `__proto__`, and where that has set a prototype the next copy drops it again: these cases are left to the copy. */
function isPlainKey({ accumulator, form }: Extract<Rebuild, { kind: 'object' }>, key: string): string {
  const usual = `typeof ${key} !== 'object' && ${key} !== '__proto__'`
  return form === 'spread' ? usual : `${usual} && Object.getPrototypeOf(${accumulator.text()}) === Object.prototype`
}
