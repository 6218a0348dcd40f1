import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, isWithin, namedChildren } from '../../analysis/nodes.ts'
import { isLoop } from '../../analysis/repetition.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'
import type { InlineCallback } from '../../analysis/inline-callback.ts'

export interface BodyEdit {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** Statements that may begin with these without becoming something else. */
const plainStarts = new Set(['call_expression', 'assignment_expression', 'augmented_assignment_expression', 'update_expression', 'new_expression', 'identifier', 'member_expression'])

/**
 * What has to change in a callback's body so that it can stand in a loop: `return` becomes `continue`, `var` becomes `let`. Null when that is not enough.
 */
export function loopBody(callback: InlineCallback, scopes: Scopes): readonly BodyEdit[] | null {
  const { body } = callback
  if (body.kind() !== 'statement_block') return plainStarts.has(String(body.kind())) && startsPlainly(body) ? [] : null
  const [first] = namedChildren(body)
  // A directive would only be a text in a loop.
  if (first?.kind() === 'expression_statement' && namedChildren(first)[0]?.kind() === 'string') return null
  const kinds = ['return_statement', 'variable_declaration', 'for_in_statement', 'function_declaration', 'generator_function_declaration', 'labeled_statement', 'await_expression', 'yield_expression']
  const own = body.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } }).filter((node) => isNode(functionAround(node), callback.node))
  const edits: BodyEdit[] = []
  for (const node of own) {
    const edit = editFor(node, callback, scopes)
    if (edit === null) return null
    edits.push(...edit)
  }
  return parametersAreKnown(callback, scopes) && !mentionsUnresolvedSelf(body) ? edits : null
}

function editFor(node: SgNode, callback: InlineCallback, scopes: Scopes): readonly BodyEdit[] | null {
  switch (String(node.kind())) {
    case 'return_statement':
      return returnEdit(node, callback)
    case 'variable_declaration':
      return variableEdit(node, callback, scopes)
    case 'for_in_statement':
      return node.field('kind')?.text() === 'var' ? loopHeadEdit(node, scopes) : []
    default:
      return null
  }
}

function returnEdit(node: SgNode, { node: callback }: InlineCallback): readonly BodyEdit[] | null {
  if (ancestorsUpTo(node, callback).some(isLoop)) return null
  const [value] = namedChildren(node)
  const { start, end } = node.range()
  if (value === undefined || ['undefined', 'true', 'false', 'null', 'number', 'string'].includes(String(value.kind()))) return [{ start: start.index, end: end.index, replacement: 'continue;' }]
  const expression = plainStarts.has(String(value.kind())) && startsPlainly(value) ? value.text() : `void (${value.text()})`
  return [{ start: start.index, end: end.index, replacement: `{ ${expression}; continue; }` }]
}

function startsPlainly(expression: SgNode): boolean {
  return /^(?!function\b|class\b|let\b|async\b|await\b|yield\b)[A-Za-z_$]/.test(expression.text())
}

function variableEdit(declaration: SgNode, callback: InlineCallback, scopes: Scopes): readonly BodyEdit[] | null {
  const isRepeated = ancestorsUpTo(declaration, callback.node).some((ancestor) => isLoop(ancestor) && !isNode(ancestor, declaration.parent()))
  const parent = declaration.parent()
  const reach = parent !== null && (isLoop(parent) || parent.kind() === 'statement_block') ? parent : null
  const word = declaration.children()[0]
  if (reach === null || word?.text() !== 'var') return null
  for (const declarator of namedChildren(declaration)) {
    const name = declarator.field('name')
    // In a loop, a `var` without a value keeps the one of the round before.
    if (declarator.kind() !== 'variable_declarator' || name?.kind() !== 'identifier' || (isRepeated && declarator.field('value') === null)) return null
    if (!staysInside(scopes.resolve(name), { reach, mayBeCaptured: !isLoop(reach) && !isRepeated, scopeStart: declarator.range().end.index })) return null
  }
  const { start, end } = word.range()
  return [{ start: start.index, end: end.index, replacement: 'let' }]
}

function loopHeadEdit(loop: SgNode, scopes: Scopes): readonly BodyEdit[] | null {
  const [name, word] = [loop.field('left'), loop.field('kind')]
  if (name?.kind() !== 'identifier' || word === null || loop.field('value') !== null) return null
  const right = loop.field('right')
  if (!staysInside(scopes.resolve(name), { reach: loop, mayBeCaptured: false, scopeStart: right?.range().end.index ?? Infinity })) return null
  const { start, end } = word.range()
  return [{ start: start.index, end: end.index, replacement: 'let' }]
}

/** As a `let` the name would mean the same: it is declared once, and only used afterwards and within the block. */
function staysInside(binding: Binding | null, { reach, mayBeCaptured, scopeStart }: { readonly reach: SgNode; readonly mayBeCaptured: boolean; readonly scopeStart: number }): boolean {
  if (binding === null) return false
  const owner = functionAround(binding.declaration)
  return binding.uses.every((use) => {
    const isLater = isWithin(use, reach) && use.range().start.index >= scopeStart
    return isLater && (mayBeCaptured || isNode(functionAround(use), owner))
  })
}

function parametersAreKnown({ parameters }: InlineCallback, scopes: Scopes): boolean {
  const names = parameters.flatMap(({ pattern, name }) => (name === null ? pattern.findAll({ rule: { any: [{ kind: 'identifier' }, { kind: 'shorthand_property_identifier_pattern' }] } }) : [pattern]))
  return names.every((name) => scopes.resolve(name) !== null)
}

/** `await` and `yield` are names in a plain callback, and words of the language around it. */
function mentionsUnresolvedSelf(body: SgNode): boolean {
  return /\b(?:await|yield)\b/.test(body.text()) && body.findAll({ rule: { kind: 'identifier', regex: '^(?:await|yield)$' } }).length > 0
}

function functionAround(node: SgNode): SgNode | null {
  return node.ancestors().find(isFunction) ?? null
}

/** The nodes around `node` within the callback, innermost first. */
function ancestorsUpTo(node: SgNode, callback: SgNode): readonly SgNode[] {
  const line = node.ancestors()
  return line.slice(0, line.findIndex((ancestor) => isNode(ancestor, callback)))
}
