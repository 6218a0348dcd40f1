import type { NapiConfig, SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { argumentsOf, indentAt, isNode, isWithin, namedChildren } from '../../analysis/nodes.ts'
import { isLoop, statementAround } from '../../analysis/repetition.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { freshWord } from '../../analysis/fresh-word.ts'
import { primitiveFunction, type PrimitiveFunction } from './primitive-function.ts'

/** Results kept in one outermost call; more are computed again, so that a long recursion without repetition keeps within bounds. */
const memoLimit = 1_000_000
/** Characters of a body. */
const lengthLimit = 3_000

/**
 * A pure function of one or two primitive values that calls itself more than once remembers its results while its outermost call runs. The function itself
 * keeps its name, parameters and body, and hands primitive arguments to a copy that has the memo; other arguments, which could answer differently each
 * time, take the old way. Exact: -0 is not looked up, since a Map takes it for 0, and errors are not kept. Refused when the function sees anything but its
 * parameters, its own variables and constants. A recursion almost as deep as the stack may not fit any more.
 */
export const memoiseRecursion: ScriptOperator = {
  name: 'memoise-recursion',
  kind: 'rewrite',
  sites: (source) => {
    const names = oftenCalled(source.text)
    if (names.length === 0) return []
    const name = { field: 'name', kind: 'identifier', regex: `^(?:${names.join('|').replaceAll('$', '\\$')})$` }
    const isFunctionValue = { field: 'value', any: [{ kind: 'arrow_function' }, { kind: 'function_expression' }] }
    const declared = source.root.root().findAll({ rule: { any: [{ kind: 'function_declaration', has: name }, { kind: 'variable_declarator', all: [{ has: name }, { has: isFunctionValue }] }] } })
    const recursions = declared.flatMap((node) => recursionOf(source, node) ?? [])
    return recursions.length > 0 && ['Map', 'Object'].every((own) => source.scopes.isPlatformName(own)) ? recursions.map((recursion) => siteOf(source, recursion)) : []
  },
}

/** Names that stand before a parenthesis at least twice, as a function that calls itself does. Cheaper to find in the text than in the tree. */
function oftenCalled(text: string): readonly string[] {
  const counts = new Map<string, number>()
  for (const [, name = ''] of text.matchAll(/(?<![.\w$])([A-Za-z_$][\w$]*)\s*\(/g)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].flatMap(([name, count]) => (count > 1 && !words.has(name) ? [name] : []))
}

/** A first look by the parser's own search: what a function that only computes never holds. */
function seesMore(name: string): NapiConfig['rule'] {
  const called = `^(?:${name.replaceAll('$', '\\$')}|Boolean|Number|String|parseInt|parseFloat|isNaN|isFinite)$`
  const kinds = ['object', 'array', 'regex', 'for_in_statement', 'spread_element', 'optional_chain', 'yield_expression', 'labeled_statement']
  return { any: [...kinds.map((kind) => ({ kind })), { kind: 'call_expression', has: { field: 'function', kind: 'identifier', not: { regex: called } } }] }
}

const words = new Set(['if', 'for', 'while', 'switch', 'catch', 'function', 'return', 'await', 'require'])

function recursionOf(source: ScriptSource, declared: SgNode): PrimitiveFunction | null {
  const name = declared.field('name')
  const node = declared.kind() === 'function_declaration' ? declared : declared.field('value')
  if (name?.kind() !== 'identifier' || node === null || (node.kind() === 'function_expression' && node.field('name') !== null)) return null
  const body = node.field('body')?.range()
  // Resolving names is for the few that may do: short, calling themselves, and without functions or objects inside.
  const text = body === undefined ? '' : source.text.slice(body.start.index, body.end.index)
  if (text.length > lengthLimit || !text.includes(name.text()) || /\bthis\b|=>|\bawait\b|\bfunction\b|\btry\b/.test(text)) return null
  if (node.field('body')?.find({ rule: seesMore(name.text()) }) !== null) return null
  const binding = source.scopes.resolve(name)
  if (binding === null || binding.writes.length > 0 || !['function', 'const'].includes(binding.kind) || statementOf(node) === null) return null
  const recursion = primitiveFunction(binding, node, source.scopes)
  return recursion !== null && repeatsItself(recursion) ? recursion : null
}

/** Two calls that one run of the function may both make, or one in a loop. */
function repeatsItself({ selfCalls, node }: PrimitiveFunction): boolean {
  const inLoop = selfCalls.some((call) => call.ancestors().some((ancestor) => isLoop(ancestor) && isWithin(ancestor, node)))
  return inLoop || selfCalls.some((call, index) => selfCalls.slice(index + 1).some((other) => !areExclusive(call, other)))
}

function areExclusive(call: SgNode, other: SgNode): boolean {
  const common = call.ancestors().find((ancestor) => isWithin(other, ancestor))
  if (common?.kind() !== 'ternary_expression' && common?.kind() !== 'if_statement') return false
  const condition = common.field('condition')
  return condition !== null && !isWithin(call, condition) && !isWithin(other, condition)
}

/** The statement that holds the function, with its `export`; the copy comes after it. */
function statementOf(node: SgNode): SgNode | null {
  const inDeclaration = node.kind() === 'function_declaration' ? node : node.parent()?.parent()
  if (inDeclaration === null || inDeclaration === undefined) return null
  if (inDeclaration !== node && (inDeclaration.kind() !== 'lexical_declaration' || namedChildren(inDeclaration).length !== 1)) return null
  const statement = inDeclaration.parent()?.kind() === 'export_statement' ? inDeclaration.parent() : inDeclaration
  return statement !== null && isNode(statementAround(statement), statement) ? statement : null
}

function siteOf(source: ScriptSource, recursion: PrimitiveFunction): EditSite {
  const offset = recursion.node.range().start.index
  return { offset, key: `${offset}:memo`, rationale: `remembers what \`${recursion.binding.name}\` gives for equal arguments while its outermost call runs`, edits: () => rewrite(source, recursion) }
}

function rewrite(source: ScriptSource, recursion: PrimitiveFunction): readonly TextEdit[] {
  const { parameters, body, binding, node } = recursion
  const fresh = (wanted: string): string => freshWord(source.text, wanted)
  const names = { copy: fresh(`${binding.name}Remembered`), memo: fresh('memo'), value: fresh('value'), row: fresh('row'), known: fresh('known'), exact: fresh('isExact') }
  const statement = statementOf(node) ?? node
  const indent = indentAt(source.text, statement.range().start.index)
  const unit = source.text.includes('\n\t') ? '\t' : '  '
  const primitives = parameters.map((parameter) => `typeof ${parameter} !== 'object' && typeof ${parameter} !== 'function'`).join(' && ')
  const handOver = `${names.copy}(${[...parameters, parameters.length === 1 ? 'new Map()' : `{ room: ${memoLimit}, rows: new Map() }`].join(', ')})`
  const { start, end } = body.range()
  const entry: TextEdit =
    body.kind() === 'statement_block'
      ? { path: source.path, start: start.index + 1, end: start.index + 1, replacement: `\n${indent}${unit}if (${primitives}) return ${handOver};`, part: 0 }
      : { path: source.path, start: start.index, end: end.index, replacement: `${primitives} ? ${handOver} : (${body.text()})`, part: 0 }
  const after = statement.range().end.index
  return [entry, { path: source.path, start: after, end: after, replacement: `\n\n${copyText(recursion, names, { indent, unit })}`, part: 0 }]
}

interface Names {
  readonly copy: string
  readonly memo: string
  readonly value: string
  readonly row: string
  readonly known: string
  readonly exact: string
}

/** The function again, as one that looks into the memo first and puts every result there. */
function copyText(recursion: PrimitiveFunction, names: Names, { indent, unit }: { readonly indent: string; readonly unit: string }): string {
  const { parameters, body } = recursion
  const { copy, memo, row, known, exact } = names
  const [first, second] = parameters
  const lookUp =
    second === undefined
      ? [`const ${known} = ${exact} ? ${memo}.get(${first}) : undefined;`, `if (${known} !== undefined) return ${known};`]
      : [
          `let ${row} = ${exact} ? ${memo}.rows.get(${first}) : undefined;`,
          `const ${known} = ${row} === undefined ? undefined : ${row}.get(${second});`,
          `if (${known} !== undefined) return ${known};`,
          `if (${exact} && ${row} === undefined && ${memo}.room-- > 0) ${memo}.rows.set(${first}, ${row} = new Map());`,
        ]
  const head = [`const ${exact} = ${parameters.map((parameter) => `!Object.is(${parameter}, -0)`).join(' && ')};`, ...lookUp]
  const keep = second === undefined ? `if (${exact} && ${memo}.size < ${memoLimit}) ${memo}.set(${first}, ${names.value})` : `if (${row} !== undefined && ${memo}.room-- > 0) ${row}.set(${second}, ${names.value})`
  const text = copiedBody(recursion, names, keep)
  const rest = body.kind() === 'statement_block' ? text.slice(1) : `\n${indent}${unit}${text}\n${indent}}`
  return `${indent}function ${copy}(${[...parameters, memo].join(', ')}) {${head.map((line) => `\n${indent}${unit}${line}`).join('')}${rest}`
}

/** The body in which the function calls its copy, and every result is kept before it is given. */
function copiedBody({ body, selfCalls, parameters }: PrimitiveFunction, { copy, memo, value }: Names, keep: string): string {
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = []
  for (const call of selfCalls) {
    const [callee, last] = [call.field('function')?.range(), argumentsOf(call).at(-1)?.range()]
    if (callee === undefined || last === undefined) continue
    edits.push({ start: callee.start.index, end: callee.end.index, text: copy }, { start: last.end.index, end: last.end.index, text: `, ${memo}` })
  }
  const base = body.range().start.index
  for (const node of body.kind() === 'statement_block' ? body.findAll({ rule: { kind: 'return_statement' } }) : []) {
    const [given, word] = [namedChildren(node)[0], node.children()[0]?.range()]
    // What costs nothing to compute needs no place in the memo.
    if (given === undefined || word === undefined || ['number', 'string', 'true', 'false', 'null', 'undefined'].includes(String(given.kind())) || parameters.includes(given.text())) continue
    edits.push({ start: word.start.index, end: word.end.index, text: `{ const ${value} =` }, { start: given.range().end.index, end: node.range().end.index, text: `; ${keep}; return ${value}; }` })
  }
  let text = body.text()
  // From the end, and of two at one place the outer one first: what comes later in the text is put in before.
  for (const edit of edits.map((edit, order) => ({ ...edit, order })).sort((a, b) => b.start - a.start || b.order - a.order)) text = text.slice(0, edit.start - base) + edit.text + text.slice(edit.end - base)
  return body.kind() === 'statement_block' ? text : `const ${value} = ${text}; ${keep}; return ${value};`
}
