import type { SgNode } from '@ast-grep/napi'
import { namedChildren, withoutParentheses } from '../../analysis/nodes.ts'

/** A function written at its place of use, without a name by which something else could call it, that runs from start to end. */
export interface CallbackShape {
  readonly node: SgNode
  readonly isArrow: boolean
  /** Plain names; undefined for a parameter that is a pattern, a rest or has a default. */
  readonly parameters: readonly (string | undefined)[]
  /** The one expression that the function gives back; null when it does more. */
  readonly result: SgNode | null
}

/** Reads `(x, i) => e`, `(x, i) => { return e }` and `function (x, i) { return e }`; null for other functions and everything else. */
export function callbackShape(node: SgNode | undefined): CallbackShape | null {
  if (node === undefined || !['arrow_function', 'function_expression'].includes(String(node.kind())) || node.field('name') !== null) return null
  if (node.children().some((child) => child.kind() === 'async')) return null
  const single = node.field('parameter')
  const parameters = single === null ? namedChildren(node.field('parameters')).map(parameterName) : [parameterName(single)]
  return { node, isArrow: node.kind() === 'arrow_function', parameters, result: resultOf(node) }
}

function parameterName(parameter: SgNode): string | undefined {
  const name = parameter.kind() === 'required_parameter' && parameter.field('value') === null ? parameter.field('pattern') : parameter
  return name?.kind() === 'identifier' ? name.text() : undefined
}

function resultOf(callback: SgNode): SgNode | null {
  const body = callback.field('body')
  if (body?.kind() !== 'statement_block') return body === null ? null : withoutParentheses(body)
  const [statement, ...others] = namedChildren(body)
  const [value] = statement?.kind() === 'return_statement' && others.length === 0 ? namedChildren(statement) : []
  return value === undefined ? null : withoutParentheses(value)
}
