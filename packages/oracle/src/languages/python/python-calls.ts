import type { TaggedJson } from '../../tagged.ts'
import { descendants, parseSource, parts, type SyntaxNode } from './parse-source.ts'
import { pythonLiteral } from './python-literal.ts'

/** Argument lists of calls of a function whose arguments are literals, or names that one assignment of the same file makes one. */
export function callsOf(source: string, name: string, parameters: readonly string[], functions: ReadonlySet<string> = new Set()): readonly (readonly TaggedJson[])[] {
  const root = parseSource('python', source)
  const known = constantsOf(root)
  const found: (readonly TaggedJson[])[] = []
  for (const call of descendants(root, ['call'])) {
    const callee = call.field('function')
    const called = callee?.kind() === 'attribute' ? callee.field('attribute')?.text() : callee?.text()
    if (called !== name) continue
    const args = argumentsOf(call, { names: parameters, functions }, known)
    if (args !== null) found.push(args)
  }
  found.push(...parametrized(root, name, { names: parameters, functions }))
  return found
}

interface Constants {
  readonly values: ReadonlyMap<string, TaggedJson>
  /** Names that stand for something else than one literal or function: parameters, loop variables, results. */
  readonly others: ReadonlySet<string>
}

function valueOf(node: SyntaxNode, known: Constants): { readonly value: TaggedJson } | null {
  const literal = pythonLiteral(node)
  if (literal !== null) return literal
  const value = node.kind() === 'identifier' ? known.values.get(node.text()) : undefined
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
    if (right?.kind() === 'lambda') continue
    const literal = assignment.kind() === 'assignment' && right !== null ? pythonLiteral(right) : null
    for (const name of left === null ? [] : descendants(left, ['identifier']).map((node) => node.text())) {
      if (literal === null || left?.kind() !== 'identifier' || known.has(name)) spoiled.add(name)
      else known.set(name, literal.value)
    }
  }
  for (const name of spoiled) known.delete(name)
  return { values: known, others: spoiled }
}

/** Names of the parameters in order, and which of them are called. */
interface Parameters {
  readonly names: readonly string[]
  readonly functions: ReadonlySet<string>
}

function argumentsOf(call: SyntaxNode, { names, functions }: Parameters, known: Constants): readonly TaggedJson[] | null {
  const args: TaggedJson[] = []
  const named = new Map<number, TaggedJson>()
  let replaced = 0
  for (const argument of parts(call.field('arguments') ?? call)) {
    const isNamed = argument.kind() === 'keyword_argument'
    const node = isNamed ? argument.field('value') : argument
    const place = isNamed ? (argument.field('name')?.text() ?? '') : (names[args.length] ?? '')
    const literal = node === null ? null : valueOf(node, known)
    const value = literal === null ? (node === null || known.others.has(node.text()) ? null : standIn(node, functions.has(place))) : literal.value
    if (literal === null && (value === null || ++replaced > 1)) return null
    if (!isNamed) args.push(value)
    else named.set(names.indexOf(place), value)
  }
  // A name alone may stand for anything.
  if (replaced === args.length + named.size && !parts(call.field('arguments') ?? call).some((each) => each.kind() === 'lambda')) return replaced === 0 ? args : null
  // What is left open before a named argument keeps its default.
  for (const [index, value] of [...named].sort(([a], [b]) => a - b)) {
    if (index < args.length) return null
    while (args.length < index) args.push({ $: 'undefined' })
    args.push(value)
  }
  return args
}

const typeNames = new Set(['str', 'int', 'float', 'bool', 'list', 'dict', 'tuple', 'set', 'frozenset', 'bytes', 'object', 'complex'])
const functionNames = new Set(['len', 'sum', 'min', 'max', 'sorted', 'abs', 'any', 'all', 'repr', 'ord', 'chr', 'round', 'reversed'])

/** A function of ours for one that an example names or writes as a lambda; null for an expression that is none. Other names count only where the function calls what it gets. */
function standIn(node: SyntaxNode, isCalled: boolean): TaggedJson | null {
  const source = node.text()
  if (node.kind() === 'identifier' && typeNames.has(source)) return { $: 'python', v: `type:${source}` }
  if (node.kind() === 'identifier' && functionNames.has(source)) return { $: 'python', v: `function:${source}` }
  const [, owner, method] = /^(str|int|list|dict)\.([a-z]+)$/.exec(source) ?? []
  if (node.kind() === 'attribute' && owner !== undefined && method !== undefined) return { $: 'python', v: `method:${source}` }
  const isFunction = node.kind() === 'lambda' || (isCalled && node.kind() === 'identifier') || (node.kind() === 'attribute' && /^operator\.\w+$/.test(source))
  return isFunction ? { $: 'fn', v: { kind: 'pick', salt: source.length, arity: arityOf(node), pool: [1, 2, 0, 3] } } : null
}

const arityOf = (node: SyntaxNode): number => Math.min(8, Math.max(1, node.kind() === 'lambda' ? parts(node.field('parameters') ?? node).length : 1))

/** Rows of `@pytest.mark.parametrize("a, b", [(1, 2), ...])` over a test that calls the function with these names. */
function parametrized(root: SyntaxNode, name: string, parameters: Parameters): readonly (readonly TaggedJson[])[] {
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
        const args = argumentsOf(call, parameters, { values: known, others: new Set(names) })
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
