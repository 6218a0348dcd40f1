import type { SgNode } from '@ast-grep/napi'
import { namedChildren, withoutParentheses } from './nodes.ts'

export interface InlineParameter {
  /** The name or the destructuring pattern, without its type. */
  readonly pattern: SgNode
  /** The plain name; null for a pattern. */
  readonly name: string | null
}

/** A nameless function written at its place of use, neither async nor a generator, whose parameters have no default, are no rest, and not called `this`. */
export interface InlineCallback {
  readonly node: SgNode
  readonly isArrow: boolean
  readonly parameters: readonly InlineParameter[]
  readonly body: SgNode
  /** The one expression that it gives back, without parentheses; null when it does more. */
  readonly result: SgNode | null
}

/** Reads a function expression or an arrow; null for anything else. */
export function inlineCallback(node: SgNode | undefined): InlineCallback | null {
  const body = node?.field('body')
  if (node === undefined || body === null || body === undefined || !['arrow_function', 'function_expression'].includes(String(node.kind()))) return null
  if (node.field('name') !== null || node.children().some((child) => child.kind() === 'async')) return null
  const single = node.field('parameter')
  const parameters = (single === null ? namedChildren(node.field('parameters')) : [single]).map(parameterOf)
  if (parameters.includes(null)) return null
  return { node, isArrow: node.kind() === 'arrow_function', parameters: parameters.filter((parameter) => parameter !== null), body, result: resultOf(body) }
}

function parameterOf(parameter: SgNode): InlineParameter | null {
  const isTyped = ['required_parameter', 'optional_parameter'].includes(String(parameter.kind()))
  if (isTyped && (parameter.field('value') !== null || parameter.children().some((child) => child.kind() === 'accessibility_modifier'))) return null
  const pattern = isTyped ? parameter.field('pattern') : parameter
  if (pattern === null || !['identifier', 'object_pattern', 'array_pattern'].includes(String(pattern.kind()))) return null
  return { pattern, name: pattern.kind() === 'identifier' ? pattern.text() : null }
}

function resultOf(body: SgNode): SgNode | null {
  if (body.kind() !== 'statement_block') return withoutParentheses(body)
  const [statement, ...others] = namedChildren(body)
  const [value] = statement?.kind() === 'return_statement' && others.length === 0 ? namedChildren(statement) : []
  return value === undefined ? null : withoutParentheses(value)
}
