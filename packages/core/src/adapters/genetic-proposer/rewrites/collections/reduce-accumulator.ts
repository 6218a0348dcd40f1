import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, isWithin, methodCall, namedChildren, withoutParentheses } from '../../analysis/nodes.ts'
import { iterationCall } from '../../analysis/repetition.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'
import { agree } from './fresh-accumulator.ts'
import { functionsBetween, isPlainRead } from './plain-reads.ts'
import { isFreshSeed, rebuildOf, type Rebuild } from './rebuild-forms.ts'

/** A result of a reducer that is a longer copy of its accumulator. */
export interface ReduceRebuild {
  readonly rebuild: Rebuild
  /** The copy itself. */
  readonly result: SgNode
  /** What to replace. */
  readonly place: SgNode
  /** The replacement takes statements, and the place is one where they can stand. */
  readonly needsBlock: boolean
}

/**
 * The copies that a reducer with a fresh literal for a seed gives back, when the accumulator goes nowhere else: every mention is a result or a plain
 * read that is over when the reducer returns. Null for everything else.
 */
export function reduceRebuilds(call: SgNode, scopes: Scopes): readonly ReduceRebuild[] | null {
  const parts = methodCall(call)
  if (parts === null || !['reduce', 'reduceRight'].includes(parts.method) || parts.values.length !== 2) return null
  const [callback, seed] = parts.values as readonly [SgNode, SgNode]
  const accumulator = reducerAccumulator(callback, scopes)
  const results = accumulator === null ? null : resultsOf(callback)
  if (accumulator === null || results === null) return null
  const rebuilds = results.flatMap((result) => rebuildResult(result, accumulator) ?? [])
  const [first] = rebuilds
  if (first === undefined || rebuilds.some(({ needsBlock, place }) => needsBlock && !canBeBlock(place, callback))) return null
  if (!isFreshSeed(withoutParentheses(seed), first.rebuild) || !agree(rebuilds.map(({ rebuild }) => rebuild))) return null
  const known = [...results, ...rebuilds.map(({ rebuild }) => rebuild.accumulator)]
  const isHarmless = (use: SgNode): boolean =>
    known.some((node) => isNode(node, use)) ||
    (isPlainRead(use, first.rebuild.kind, scopes) && functionsBetween(use, callback).every((inner) => iterationCall(inner) !== null && inner.field('name') === null))
  return accumulator.uses.every(isHarmless) ? rebuilds : null
}

/** The first parameter of a function that only `reduce` can call. */
function reducerAccumulator(callback: SgNode, scopes: Scopes): Binding | null {
  const isPlain = ['arrow_function', 'function_expression'].includes(String(callback.kind())) && callback.field('name') === null
  if (!isPlain || callback.children().some((child) => child.kind() === 'async') || /\barguments\b/.test(callback.text())) return null
  const [parameter] = namedChildren(callback.field('parameters'))
  const name = parameter?.kind() === 'required_parameter' ? parameter.field('pattern') : parameter
  if (name?.kind() !== 'identifier' || parameter?.field('value') || /\breadonly\b|\bReadonly/i.test(parameter?.text() ?? '')) return null
  const binding = scopes.resolve(name)
  return binding?.kind === 'parameter' && binding.writes.length === 0 ? binding : null
}

/** Every expression whose value may be the function's result; null when it may also come to its end without one. */
function resultsOf(callback: SgNode): readonly SgNode[] | null {
  const body = callback.field('body')
  if (body === null) return null
  if (body.kind() !== 'statement_block') return leaves(body)
  if (namedChildren(body).at(-1)?.kind() !== 'return_statement') return null
  const returns = body.findAll({ rule: { kind: 'return_statement' } }).filter((node) => isNode(node.ancestors().find(isFunction), callback))
  // In a `try` another return, or what comes after an error, could follow on a change.
  if (returns.some((node) => node.ancestors().some((ancestor) => ancestor.kind() === 'try_statement' && isWithin(ancestor, callback)))) return null
  const values = returns.flatMap((node) => namedChildren(node)[0] ?? [])
  return values.length === returns.length ? values.flatMap(leaves) : null
}

function leaves(expression: SgNode): readonly SgNode[] {
  const inner = withoutParentheses(expression)
  if (inner.kind() !== 'ternary_expression') return [inner]
  return [inner.field('consequence'), inner.field('alternative')].flatMap((branch) => (branch === null ? [] : leaves(branch)))
}

function rebuildResult(result: SgNode, { name }: Binding): ReduceRebuild | null {
  const rebuild = rebuildOf(result)
  if (rebuild === null || rebuild.accumulator.text() !== name) return null
  let outer = result
  for (let parent = outer.parent(); parent?.kind() === 'parenthesized_expression'; parent = parent.parent()) outer = parent
  const isExpression = rebuild.kind === 'array' ? 'items' in rebuild.push : 'place' in rebuild.key
  const holder = outer.parent()
  if (isExpression) return { rebuild, result, place: outer, needsBlock: false }
  // There the key is written more than once.
  const inTernary = holder?.kind() === 'ternary_expression' && rebuild.kind === 'object' && 'computed' in rebuild.key && /^[\w$]+(?:\.[\w$]+)*$/.test(rebuild.key.computed)
  return { rebuild, result, place: holder?.kind() === 'return_statement' ? holder : outer, needsBlock: !inTernary }
}

/** A whole `return`, or the bare expression of the arrow itself. */
function canBeBlock(place: SgNode, callback: SgNode): boolean {
  return place.kind() === 'return_statement' || isNode(callback.field('body'), place)
}
