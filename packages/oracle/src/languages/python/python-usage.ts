import type { Generator } from '../../spec.ts'
import { descendants, parts, type SyntaxNode } from './parse-source.ts'
import { oneOf } from './python-type.ts'

const text: Generator = { kind: 'string' }
const list: Generator = { kind: 'array', items: { kind: 'any' } }
const record: Generator = { kind: 'record', keys: { kind: 'string' }, values: { kind: 'any' } }
const called = (arity: number): Generator => ({ kind: 'function', returns: { kind: 'any' }, arity: Math.min(8, Math.max(1, arity)) })
const methodsOf: readonly (readonly [Generator, readonly string[]])[] = [
  [text, 'lower upper strip lstrip rstrip split rsplit splitlines join startswith endswith replace encode isdigit isalpha isspace title casefold partition zfill format'.split(' ')],
  [list, 'append extend sort reverse insert pop'.split(' ')],
  [record, 'items keys values get setdefault'.split(' ')],
  [{ kind: 'set', items: { kind: 'any' } }, 'add union intersection difference issubset issuperset discard'.split(' ')],
]

/** What a body does with a parameter that says nothing about its type: methods called on it, arithmetic, loops, subscripts. */
export function generatorOfUsage(body: SyntaxNode, name: string): Generator | null {
  const found: Generator[] = []
  for (const node of descendants(body, ['attribute', 'call', 'binary_operator', 'comparison_operator', 'for_statement', 'for_in_clause', 'subscript', 'unary_operator'])) {
    const use = usageAt(node, name)
    if (use !== null) found.push(use)
  }
  // A text is a sequence too: where both were seen, the more telling use decides.
  const telling = found.filter((use) => use !== list)
  const kinds = new Set((telling.length > 0 ? telling : found).map((use) => use.kind))
  if (kinds.size === 0) return null
  if (kinds.has('integer') && kinds.has('number')) kinds.delete('number')
  return oneOf([...kinds].map((kind) => found.find((use) => use.kind === kind) ?? null))
}

function usageAt(node: SyntaxNode, name: string): Generator | null {
  const isName = (candidate: SyntaxNode | null | undefined): boolean => candidate?.kind() === 'identifier' && candidate.text() === name
  switch (String(node.kind())) {
    case 'attribute':
      return isName(node.field('object')) ? (methodsOf.find(([, methods]) => methods.includes(node.field('attribute')?.text() ?? ''))?.[0] ?? null) : null
    case 'call': {
      const given = parts(node.field('arguments') ?? node)
      const [first] = given
      if (isName(node.field('function'))) return called(parts(node.field('arguments') ?? node).length)
      const name = node.field('function')?.text().split('.').at(-1) ?? ''
      const isKey = given.some((argument) => argument.kind() === 'keyword_argument' && ['key', 'default_factory'].includes(argument.field('name')?.text() ?? '') && isName(argument.field('value')))
      if (isKey || (isName(first) && given.length > 1 && ['map', 'filter', 'reduce', 'filterfalse', 'takewhile', 'dropwhile', 'starmap', 'partial'].includes(name))) return called(name === 'reduce' ? 2 : 1)
      if (!isName(first)) return given.some(isName) && ['map', 'filter', 'zip', 'chain', 'islice', 'groupby', 'filterfalse', 'takewhile', 'dropwhile', 'product', 'zip_longest', 'reduce'].includes(name) ? list : null
      if (['range', 'chr', 'bin', 'hex'].includes(name)) return { kind: 'integer' }
      if (['ord'].includes(name)) return text
      return ['len', 'sorted', 'sum', 'enumerate', 'reversed', 'list', 'min', 'max', 'set', 'tuple', 'iter', 'zip', 'any', 'all', 'chain', 'islice', 'cycle', 'tee', 'groupby', 'accumulate', 'pairwise', 'permutations', 'combinations', 'product', 'deque', 'Counter', 'frozenset'].includes(name) ? list : null
    }
    case 'for_statement':
    case 'for_in_clause':
      return isName(node.field('right')) ? list : null
    case 'subscript':
      return isName(node.field('value')) ? list : isName(node.field('subscript')) ? { kind: 'integer' } : null
    case 'unary_operator':
      return isName(parts(node)[0]) ? { kind: 'number' } : null
    default:
      return ofOperator(node, isName)
  }
}

function ofOperator(node: SyntaxNode, isName: (node: SyntaxNode | undefined) => boolean): Generator | null {
  const [left, right] = [parts(node)[0], parts(node).at(-1)]
  const other = isName(left) ? right : isName(right) ? left : undefined
  if (other === undefined) return null
  const isWhole = other.kind() === 'integer'
  const operator = node.text().slice(left?.text().length, -(right?.text().length ?? 0)).trim()
  if (['//', '<<', '>>', '&', '|', '^', '%'].includes(operator) && (isWhole || operator !== '%')) return { kind: 'integer' }
  if (['-', '/', '**', '<', '>', '<=', '>=', '==', '!=', '+', '*', '%'].includes(operator)) {
    if (isWhole) return ['/', '**'].includes(operator) ? { kind: 'number' } : { kind: 'integer' }
    if (other.kind() === 'float' || ['-', '/', '**'].includes(operator)) return { kind: 'number' }
    if (other.kind() === 'string' && ['==', '!=', '+'].includes(operator)) return text
  }
  return null
}
