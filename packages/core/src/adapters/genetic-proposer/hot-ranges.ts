import type { Opportunity } from '../../proposal/proposal.ts'
import type { ParsedSource, ScriptSource } from './edit-operator.ts'

/** A function's characters [start, end) and the line (from 1) it begins on. */
export interface FunctionSpan {
  readonly line: number
  readonly start: number
  readonly end: number
}

/** Characters [start, end) of a file that took `weight` of the time. */
export interface WeighedSpan {
  readonly start: number
  readonly end: number
  readonly weight: number
}

const functionKinds = ['function_declaration', 'function_expression', 'arrow_function', 'method_definition', 'generator_function', 'generator_function_declaration']

export function functionSpans(source: ParsedSource): readonly FunctionSpan[] {
  switch (source.family) {
    case 'script':
      return scriptFunctions(source)
    case 'python':
    case 'cpp':
      return source.tree.all('function_definition').map(({ line, start, end }) => ({ line: line + 1, start, end }))
    case 'settings':
      return []
  }
}

const loopKinds = ['for_statement', 'while_statement', 'do_statement', 'for_range_loop', 'for_in_clause']
/** Deeper loops are not hotter than anybody could tell. */
const depthLimit = 3

/**
 * How hot a place is where no profile says it: code in loops, the more the deeper. Of scripts nothing is assumed: they have a profile. One number for each
 * offset.
 */
export function staticHeat(source: ParsedSource, offsets: readonly number[]): readonly number[] {
  if (source.family === 'script' || source.family === 'settings') return offsets.map(() => 1)
  const loops = source.tree.all(...loopKinds)
  return offsets.map((offset) => 1 + 2 * Math.min(depthLimit, loops.filter((loop) => loop.start <= offset && offset < loop.end).length))
}

function scriptFunctions(source: ScriptSource): readonly FunctionSpan[] {
  return source.root.root().findAll({ rule: { any: functionKinds.map((kind) => ({ kind })) } }).map((node) => {
    const { start, end } = node.range()
    return { line: start.line + 1, start: start.index, end: end.index }
  })
}

/** Where the profile's hot functions lie in this file: the innermost function that begins on the profile's line. */
export function weighedSpans(path: string, functions: readonly FunctionSpan[], profile: readonly Opportunity[]): readonly WeighedSpan[] {
  return profile.flatMap((opportunity): WeighedSpan[] => {
    if (opportunity.kind !== 'hot-function' || opportunity.path !== path) return []
    const [innermost] = functions.filter((span) => span.line === opportunity.line).toSorted((a, b) => a.end - a.start - (b.end - b.start))
    return innermost === undefined ? [] : [{ start: innermost.start, end: innermost.end, weight: opportunity.weight }]
  })
}

/** A site counts for every hot function around it. */
export function weightAt(spans: readonly WeighedSpan[], offset: number): number {
  return spans.reduce((sum, span) => (span.start <= offset && offset < span.end ? sum + span.weight : sum), 0)
}
