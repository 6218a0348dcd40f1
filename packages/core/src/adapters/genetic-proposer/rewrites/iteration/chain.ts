import type { SgNode } from '@ast-grep/napi'
import { isNode, isOptional, isWithin, methodCall, namedChildren } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import { inlineCallback, type InlineCallback } from '../../analysis/inline-callback.ts'
import { isQuiet, isQuietPattern, usesOwnThis } from '../../analysis/quiet-expression.ts'

/** One `map` or `filter`: its callback written in place, or the platform's `Boolean`, `Number` or `String`. */
export interface ChainStep {
  readonly kind: 'map' | 'filter'
  readonly call: SgNode
  readonly callback: InlineCallback | 'Boolean' | 'Number' | 'String'
}

/** What becomes of the last step's elements. */
export type ChainEnd =
  | { readonly kind: 'array' | 'length' }
  | { readonly kind: 'join'; readonly separator: string }
  | { readonly kind: 'reduce'; readonly callback: InlineCallback; readonly initial: SgNode; /** Statements before `return accumulator`; null for a callback that is one expression. */ readonly statements: readonly SgNode[] | null }

export interface Chain {
  /** The whole expression. */
  readonly node: SgNode
  readonly receiver: SgNode
  /** In the order they run. */
  readonly steps: readonly ChainStep[]
  readonly end: ChainEnd
}

/** Reads an expression as a chain of which at least one array is in between; null when it is none, or when running the steps in turn for each element could be told apart. */
export function chainOf(node: SgNode, scopes: Scopes): Chain | null {
  const end = endOf(node, scopes)
  const last = end?.kind === 'array' ? node : node.kind() === 'member_expression' ? node.field('object') : methodCall(node)?.object
  if (end === null || last === null || last === undefined) return null
  const { receiver, steps } = stepsOf(last, scopes)
  if (steps.length < (end.kind === 'array' ? 2 : 1)) return null
  return end.kind === 'length' && steps.at(-1)?.kind !== 'filter' ? null : { node, receiver, steps, end }
}

function stepsOf(last: SgNode, scopes: Scopes): { readonly receiver: SgNode; readonly steps: readonly ChainStep[] } {
  const steps: ChainStep[] = []
  let receiver = last
  for (let step = stepOf(receiver, scopes); step !== null; step = stepOf(receiver, scopes)) {
    steps.unshift(step)
    receiver = methodCall(receiver)?.object ?? receiver
  }
  return { receiver, steps }
}

function stepOf(call: SgNode, scopes: Scopes): ChainStep | null {
  const parts = methodCall(call)
  const [value, ...others] = parts?.values ?? []
  if (parts === null || (parts.method !== 'map' && parts.method !== 'filter') || value === undefined || others.length > 0) return null
  const name = value.text()
  if (name === 'Boolean' || name === 'Number' || name === 'String') return scopes.isPlatformName(name) ? { kind: parts.method, call, callback: name } : null
  const callback = quietCallback(value, scopes)
  if (callback === null || callback.result === null || callback.parameters.length > 2 || !isQuiet(callback.result, scopes)) return null
  return { kind: parts.method, call, callback }
}

/** A callback whose parameters are known: plain names are not used to take others apart, and nothing is its own `this`. */
function quietCallback(value: SgNode, scopes: Scopes): InlineCallback | null {
  const callback = inlineCallback(value)
  if (callback === null || usesOwnThis(value) || !callback.parameters.every(({ pattern }) => isQuietPattern(pattern, scopes))) return null
  const isKnown = callback.parameters.every(({ pattern, name }) => {
    const binding = name === null ? null : scopes.resolve(pattern)
    return name === null || (binding !== null && binding.writes.length === 0 && !binding.uses.some((use) => callback.parameters.some(({ pattern }) => isWithin(use, pattern))))
  })
  return isKnown ? callback : null
}

function endOf(node: SgNode, scopes: Scopes): ChainEnd | null {
  if (node.kind() === 'member_expression') {
    const isPlain = node.field('property')?.text() === 'length' && !isOptional(node)
    return isPlain && isOnlyRead(node) ? { kind: 'length' } : null
  }
  const parts = methodCall(node)
  if (parts?.method === 'map' || parts?.method === 'filter') return { kind: 'array' }
  const [first, second, ...others] = parts?.values ?? []
  if (parts?.method === 'join') {
    if (first === undefined) return { kind: 'join', separator: "','" }
    return first.kind() === 'string' && second === undefined ? { kind: 'join', separator: first.text() } : null
  }
  if (parts?.method !== 'reduce' || first === undefined || second === undefined || others.length > 0) return null
  if (!isQuiet(second, scopes) && !isFreshInitial(second, scopes)) return null
  return reduceOf(first, second, scopes)
}

function isOnlyRead(member: SgNode): boolean {
  const parent = member.parent()
  return !['assignment_expression', 'augmented_assignment_expression', 'update_expression'].includes(String(parent?.kind())) && parent?.field('operator')?.text() !== 'delete'
}

function reduceOf(value: SgNode, initial: SgNode, scopes: Scopes): ChainEnd | null {
  const callback = quietCallback(value, scopes)
  const accumulator = callback?.parameters[0]
  if (callback === null || callback.parameters.length > 3 || accumulator === undefined || accumulator.name === null) return null
  if (callback.result !== null) return isQuiet(callback.result, scopes) ? { kind: 'reduce', callback, initial, statements: null } : null
  const statements = callback.body.kind() === 'statement_block' ? namedChildren(callback.body) : []
  const [given, ...extra] = statements.at(-1)?.kind() === 'return_statement' ? namedChildren(statements.at(-1)) : []
  if (given === undefined || extra.length > 0 || given.text() !== accumulator.name) return null
  const filling = statements.slice(0, -1)
  return filling.every((statement) => fillsAccumulator(statement, { name: given.text(), initial }, scopes)) ? { kind: 'reduce', callback, initial, statements: filling } : null
}

/** A statement that puts something into the accumulator, which nobody else can see yet. */
function fillsAccumulator(statement: SgNode, { name, initial }: { readonly name: string; readonly initial: SgNode }, scopes: Scopes): boolean {
  const [expression, ...others] = statement.kind() === 'expression_statement' ? namedChildren(statement) : []
  if (expression === undefined || others.length > 0) return false
  if (expression.kind() === 'assignment_expression' || expression.kind() === 'augmented_assignment_expression') {
    const [place, value] = [expression.field('left'), expression.field('right')]
    const isElement = place?.kind() === 'subscript_expression' || place?.kind() === 'member_expression'
    return isElement && place?.field('object')?.text() === name && isFreshObject(initial, scopes) && isQuiet(place, scopes) && value !== null && isQuiet(value, scopes)
  }
  const parts = methodCall(expression)
  if (parts === null || parts.object.text() !== name || !parts.values.every((value) => isQuiet(value, scopes) && value.kind() !== 'spread_element')) return false
  if (parts.method === 'push') return initial.text() === '[]'
  return (parts.method === 'add' && initial.text() === 'new Set()') || (parts.method === 'set' && initial.text() === 'new Map()')
}

function isFreshInitial(initial: SgNode, scopes: Scopes): boolean {
  const name = /^new (Map|Set)\(\)$/.exec(initial.text())?.[1]
  return isFreshObject(initial, scopes) || (name !== undefined && scopes.isPlatformName(name))
}

function isFreshObject(initial: SgNode, scopes: Scopes): boolean {
  return initial.text() === '{}' || (initial.text() === 'Object.create(null)' && scopes.isPlatformName('Object'))
}

/** The chains that are no part of a longer one. */
export function longestChains(chains: readonly Chain[]): readonly Chain[] {
  return chains.filter((chain) => !chains.some((other) => !isNode(other.node, chain.node) && other.steps.some(({ call }) => isNode(call, chain.node))))
}
