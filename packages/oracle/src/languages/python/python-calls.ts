import type { TaggedJson } from '../../tagged.ts'
import { descendants, parseSource, parts, type SyntaxNode } from './parse-source.ts'
import { pythonLiteral } from './python-literal.ts'

/** Argument lists of calls of a function whose arguments are literals, or names that one assignment of the same file makes one. */
export function callsOf(source: string, name: string, parameters: readonly string[]): readonly (readonly TaggedJson[])[] {
  const root = parseSource('python', source)
  const known = constantsOf(root)
  const found: (readonly TaggedJson[])[] = []
  for (const call of descendants(root, ['call'])) {
    const callee = call.field('function')
    const called = callee?.kind() === 'attribute' ? callee.field('attribute')?.text() : callee?.text()
    if (called !== name) continue
    const args = argumentsOf(call, parameters, known)
    if (args !== null) found.push(args)
  }
  found.push(...parametrized(root, name, parameters))
  return found
}

type Constants = ReadonlyMap<string, TaggedJson>

function valueOf(node: SyntaxNode, known: Constants): { readonly value: TaggedJson } | null {
  const literal = pythonLiteral(node)
  if (literal !== null) return literal
  const value = node.kind() === 'identifier' ? known.get(node.text()) : undefined
  return value === undefined ? null : { value }
}

/** Names that get a literal and nothing else anywhere in the file. */
function constantsOf(root: SyntaxNode): Constants {
  const known = new Map<string, TaggedJson>()
  const spoiled = new Set<string>()
  for (const assignment of descendants(root, ['assignment', 'augmented_assignment', 'for_statement', 'for_in_clause', 'function_definition'])) {
    if (assignment.kind() === 'function_definition') {
      // A parameter hides a name of the file.
      for (const parameter of descendants(assignment.field('parameters') ?? assignment, ['identifier'])) if (assignment.field('parameters') !== null) spoiled.add(parameter.text())
      continue
    }
    const [left, right] = [assignment.field('left'), assignment.field('right')]
    const literal = assignment.kind() === 'assignment' && right !== null ? pythonLiteral(right) : null
    for (const name of left === null ? [] : descendants(left, ['identifier']).map((node) => node.text())) {
      if (literal === null || left?.kind() !== 'identifier' || known.has(name)) spoiled.add(name)
      else known.set(name, literal.value)
    }
  }
  for (const name of spoiled) known.delete(name)
  return known
}

function argumentsOf(call: SyntaxNode, parameters: readonly string[], known: Constants): readonly TaggedJson[] | null {
  const args: TaggedJson[] = []
  const named = new Map<number, TaggedJson>()
  for (const argument of parts(call.field('arguments') ?? call)) {
    const isNamed = argument.kind() === 'keyword_argument'
    const node = isNamed ? argument.field('value') : argument
    const literal = node === null ? null : valueOf(node, known)
    if (literal === null) return null
    if (!isNamed) args.push(literal.value)
    else named.set(parameters.indexOf(argument.field('name')?.text() ?? ''), literal.value)
  }
  // A named argument counts where nothing before it is left open.
  for (const [index, value] of [...named].sort(([a], [b]) => a - b)) {
    if (index !== args.length) return null
    args.push(value)
  }
  return args
}

/** Rows of `@pytest.mark.parametrize("a, b", [(1, 2), ...])` over a test that calls the function with these names. */
function parametrized(root: SyntaxNode, name: string, parameters: readonly string[]): readonly (readonly TaggedJson[])[] {
  return descendants(root, ['decorated_definition']).flatMap((definition) => {
    const mark = parts(definition).find((child) => child.kind() === 'decorator' && /parametrize\s*\(/.test(child.text()))
    const [labels, rows] = mark === undefined ? [] : parts(descendants(mark, ['argument_list'])[0] ?? mark)
    const label = labels === undefined ? null : pythonLiteral(labels)
    if (label === null || rows === undefined) return []
    const names = labelNames(label.value)
    const calls = descendants(definition, ['call']).filter((call) => call.field('function')?.text().split('.').at(-1) === name)
    return parts(rows).flatMap((row) => {
      const values = names.length === 1 ? [pythonLiteral(row)] : parts(row).map(pythonLiteral)
      const known = new Map(names.flatMap((each, index): [string, TaggedJson][] => (values[index] ? [[each, values[index].value]] : [])))
      return calls.flatMap((call) => {
        const args = argumentsOf(call, parameters, known)
        return args === null ? [] : [args]
      })
    })
  })
}

function labelNames(value: TaggedJson): readonly string[] {
  if (typeof value === 'string') return value.split(',').map((each) => each.trim())
  const items = Array.isArray(value) ? value : typeof value === 'object' && value !== null && 'v' in value && Array.isArray(value.v) ? value.v : []
  return items.filter((item) => typeof item === 'string')
}
