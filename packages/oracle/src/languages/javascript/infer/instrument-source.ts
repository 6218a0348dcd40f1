import { findExported } from './find-exported.ts'
import { kindOf, parts, type SyntaxNode } from './parse-module.ts'

const load = `process.getBuiltinModule('node:module').createRequire(process.env.RATCHET_RECORDER)(process.env.RATCHET_RECORDER)`

/** A module's text in which the function hands its arguments to the recorder before anything else. */
export interface Instrumented {
  /** Where the function is written, which need not be the module that exports it. */
  readonly module: string
  readonly text: string
}

/** Finds and changes the module that the function is written in; `null` where that cannot be done. */
export function instrumentSource(request: { readonly module: string; readonly source: string; readonly function: string; readonly directory?: string }): Instrumented | null {
  const exported = findExported(request)
  const text = exported === null ? null : instrumented(exported.found.node, exported.source)
  return exported === null || text === null ? null : { module: exported.module, text }
}

function instrumented(node: SyntaxNode, source: string): string | null {
  const body = node.field('body')
  if (body === null) return null
  const args = argumentsText(node)
  if (args === null) return null
  const call = `${load}(${args});`
  const range = body.range()
  const [start, end] = [range.start.index, range.end.index]
  if (kindOf(body) !== 'statement_block') return `${source.slice(0, start)}{ ${call} return (${source.slice(start, end)}); }${source.slice(end)}`
  const at = afterDirectives(body) ?? start + 1
  return `${source.slice(0, at)} ${call}${source.slice(at)}`
}

/** Arrow functions have no \`arguments\`: their names are listed, as far as they are plain. */
function argumentsText(node: SyntaxNode): string | null {
  if (kindOf(node) !== 'arrow_function') return 'arguments'
  const list = node.field('parameters') ?? node.field('parameter')
  if (list === null) return '[]'
  const nodes = kindOf(list) === 'formal_parameters' ? parts(list) : [list]
  const names = nodes.map((parameter) => nameOf(parameter))
  return names.includes(null) ? null : `[${names.join(', ')}]`
}

function nameOf(parameter: SyntaxNode): string | null {
  const kind = kindOf(parameter)
  if (kind === 'identifier') return parameter.text()
  const inner = kind === 'assignment_pattern' ? parameter.field('left') : parameter.field('pattern')
  if (kind === 'rest_pattern') return `...${parts(parameter)[0]?.text() ?? ''}`
  return inner === null ? null : nameOf(inner)
}

/** A directive (\`'use strict'\`) counts only as the first statement. */
function afterDirectives(body: SyntaxNode): number | null {
  let at: number | null = null
  for (const statement of parts(body)) {
    const first = kindOf(statement) === 'expression_statement' ? parts(statement)[0] : undefined
    if (first === undefined || kindOf(first) !== 'string') return at
    at = statement.range().end.index
  }
  return at
}
