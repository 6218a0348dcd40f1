import type { SgNode } from '@ast-grep/napi'
import type { Opportunity } from '../../proposal/proposal.ts'
import type { ParsedSource } from './edit-operator.ts'

/** Characters [start, end) of a file that took `weight` of the time. */
export interface WeightedRange {
  readonly start: number
  readonly end: number
  readonly weight: number
}

const functionKinds = ['function_declaration', 'function_expression', 'arrow_function', 'method_definition', 'generator_function', 'generator_function_declaration']

/** Where the profile's hot functions lie in this file: the innermost function that begins on the profile's line. */
export function functionRanges(source: ParsedSource, opportunities: readonly Opportunity[]): readonly WeightedRange[] {
  const own = opportunities.filter((opportunity) => opportunity.path === source.path)
  if (own.length === 0) return []
  const functions = source.root.root().findAll({ rule: { any: functionKinds.map((kind) => ({ kind })) } })
  return own.flatMap(({ line, weight }): WeightedRange[] => {
    const starting = functions.filter((node) => node.range().start.line + 1 === line)
    const node = starting.toSorted((a, b) => size(a) - size(b))[0]
    if (node === undefined) return []
    const range = node.range()
    return [{ start: range.start.index, end: range.end.index, weight }]
  })
}

/** A site counts for every hot function around it. */
export function weightAt(ranges: readonly WeightedRange[], offset: number): number {
  return ranges.reduce((sum, range) => (range.start <= offset && offset < range.end ? sum + range.weight : sum), 0)
}

function size(node: SgNode): number {
  const range = node.range()
  return range.end.index - range.start.index
}
