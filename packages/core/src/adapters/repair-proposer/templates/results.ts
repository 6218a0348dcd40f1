import { conditionOf, functionAround, is } from '../families.ts'
import { named, walk, type SyntaxNode } from '../syntax-tree.ts'
import { replaced, type Repair, type RepairContext, type RepairTemplate } from '../repair.ts'

/** A value that is computed and thrown away, where it was meant to be given back. */
export const returns: RepairTemplate = ({ words, family, text, scopes }, node) => {
  const found: Repair[] = []
  if (node.kind === 'expression_statement') {
    const [expression] = named(node)
    if (expression !== undefined && !is(expression, 'assignment', 'text') && expression.kind !== 'update_expression') found.push(replaced('return', node, words.statement(`return ${expression.text.replace(/;$/, '')}`), [1.5, 'return']))
  }
  if (!is(node, 'function') || family === 'cpp') return found
  const body = node.children.findLast((child) => is(child, 'block'))
  const last = body === undefined ? undefined : named(body).at(-1)
  if (body === undefined || last === undefined || last.kind === 'return_statement') return found
  const indent = /[ \t]*$/.exec(text.slice(0, last.start))?.[0] ?? ''
  const names = scopes.at(last).filter((name) => name.kind === 'local' && functionAround(name.declared) === node)
  for (const name of names) found.push({ template: 'return', cuts: [{ start: last.end, end: last.end, replacement: `\n${indent}${words.statement(`return ${name.text}`)}` }], share: 1 / names.length, line: last.line, label: `return ${name.text}` })
  return found
}

/** Nothing, or an empty list, at the door: given back at once as something plausible. */
export const nullChecks: RepairTemplate = (context, node) => {
  if (!is(node, 'function')) return []
  const { words, text, scopes } = context
  const body = node.children.findLast((child) => is(child, 'block'))
  const first = body === undefined ? undefined : named(body).find((child) => !(child.kind === 'expression_statement' && /^["']/.test(child.text)))
  if (body === undefined || first === undefined || text.slice(text.lastIndexOf('\n', first.start - 1) + 1, first.start).trim() !== '') return []
  const indent = /[ \t]*$/.exec(text.slice(0, first.start))?.[0] ?? ''
  const parameters = scopes.at(first).filter((name) => name.kind === 'parameter' && name.scope === node)
  const results = plausibleResults(context, node)
  return parameters.flatMap(({ text: name, type }) =>
    results.flatMap((result, place): Repair[] =>
      emptyTests(context, name, type).map(([test, share]) => ({
        template: 'null-check', cuts: [{ start: first.start, end: first.start, replacement: `${words.only(test, words.statement(`return ${result}`))}\n${indent}` }], share: share / (place + 1) / parameters.length, line: first.line, label: `check ${test}`,
      })),
    ),
  )
}

function emptyTests({ words, family }: RepairContext, name: string, type: string): readonly (readonly [string, number])[] {
  const empty = [`${words.size(name)} ${words.equal} 0`, type === 'list' || type === 'text' ? 0.6 : type === 'unknown' ? 0.3 : 0] as const
  const none = [family === 'python' ? `${name} is None` : family === 'script' ? `${name} == null` : `${name} == nullptr`, family === 'cpp' ? 0.02 : 0.15] as const
  const low = type === 'list' || type === 'text' ? [] : ([[`${name} < 0`, 0.15], [`${name} ${words.equal} 0`, 0.2], [`${name} < 2`, 0.15], [`${name} ${words.equal} 1`, 0.1]] as const)
  return [empty, none, ...low].filter(([, share]) => share > 0)
}

function plausibleResults({ words, family }: RepairContext, node: SyntaxNode): readonly string[] {
  const given = [...walk(node)].flatMap((other) => (other.kind === 'return_statement' && functionAround(other) === node ? named(other).slice(0, 1) : []))
  const literals = given.filter((value) => is(value, 'number', 'text', 'flag', 'list') && value.text.length < 12).map((value) => value.text)
  const isFlag = given.some((value) => is(value, 'flag')) || given.some((value) => conditionOf(value) === null && /[<>=]=?|\band\b|&&/.test(value.text) && !value.text.includes('=>'))
  const usual = isFlag ? words.flags : family === 'cpp' ? ['0', '{}'] : ['0', words.nothing, '[]', "''"]
  return [...new Set([...literals, ...usual])].slice(0, 5)
}
