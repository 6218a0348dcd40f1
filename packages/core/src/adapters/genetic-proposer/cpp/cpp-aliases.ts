import type { Syntax, SyntaxTree } from '../syntax-tree.ts'
import { hiddenCalls } from './cpp-hidden-calls.ts'
import { callOn, methodCall, templateOf, variableOf, type Variable } from './cpp-names.ts'
import { isConstantUse, isOwn, isQuietCall, loopsAround } from './cpp-values.ts'

/** Others get hold of what the name stands for, or of a part of it: by a reference, an address, or a call that may keep it. */
export function isGivenAway(tree: SyntaxTree, mention: Syntax): boolean {
  const { parent } = mention
  if (parent?.kind === 'argument_list' && isTakenByValue(tree, parent.parent)) return false
  const isAssigned = parent?.kind === 'update_expression' || (parent?.kind === 'assignment_expression' && parent.field('left') === mention)
  return callOn(mention) === null && !isConstantUse(mention) && !isAssigned
}

const containers = new Set(['deque', 'list', 'map', 'multimap', 'multiset', 'set', 'string', 'unordered_map', 'unordered_set', 'vector'])
const takingMethods = new Set(['at', 'contains', 'count', 'erase', 'find', 'insert', 'push_back'])

/** A container of the library keeps a copy of what it is given. */
function isTakenByValue(tree: SyntaxTree, call: Syntax | null): boolean {
  const parts = methodCall(call)
  const container = parts === null ? null : variableOf(tree, parts.object)
  return parts !== null && container !== null && takingMethods.has(parts.method) && containers.has(templateOf(container.type))
}

/** The places that a part of the program assigns to or steps. */
export function writtenPlaces(tree: SyntaxTree, part: Syntax): readonly (Syntax | null)[] {
  return tree.within(part, 'assignment_expression', 'update_expression').map((node) => node.field('left') ?? node.field('argument'))
}

/**
 * Others may hold the container too, and get at it in the region: then only what the function owns may be changed there, and nothing unknown be called. Where a loop leads
 * back to the region, what is done behind it comes before it as well.
 */
export function mayBeReached(tree: SyntaxTree, { name, isReference, isPointer, mentions }: Variable, region: Syntax): boolean {
  const isEarlier = (mention: Syntax): boolean => mention.end <= region.start || (!mention.isWithin(region) && loopsAround(region).some((around) => mention.isWithin(around)))
  if (!isReference && !isPointer && !mentions.some((mention) => isEarlier(mention) && isGivenAway(tree, mention))) return false
  if (hiddenCalls(tree, region).length > 0) return true
  const isHarmless = (call: Syntax): boolean => isQuietCall(tree, call) || (call.field('function')?.kind === 'field_expression' && call.field('function')?.field('argument')?.text() === name)
  return !tree.within(region, 'call_expression').every(isHarmless) || !writtenPlaces(tree, region).every((place) => isOwn(tree, place))
}
