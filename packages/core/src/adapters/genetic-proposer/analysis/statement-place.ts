import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isNode, isOptional, namedChildren, upwards } from './nodes.ts'
import type { Scopes } from './scopes.ts'
import { isQuiet } from './quiet-expression.ts'

/** Where statements can stand that compute an expression in advance: before a statement, or in the body that an arrow gets for its bare expression. */
export interface StatementPlace {
  readonly kind: 'statement' | 'arrow'
  /** The statement, or the bare expression. */
  readonly node: SgNode
}

const blocks = new Set(['statement_block', 'program', 'switch_case', 'switch_default'])
const firstEvaluated = new Set([
  'return_statement', 'expression_statement', 'throw_statement', 'parenthesized_expression', 'spread_element', 'template_substitution', 'non_null_expression', 'as_expression', 'satisfies_expression', 'await_expression',
  'export_statement',
])

/**
 * The place in front of everything that the statement around `expression` evaluates, when computing the expression there is the same: it is computed once
 * whatever happens, and what comes before it is quiet. For an expression that is not quiet itself (`isAloof` false) what comes before has to be constant.
 */
export function statementPlace(expression: SgNode, scopes: Scopes, isAloof: boolean): StatementPlace | null {
  let node = expression
  for (const parent of upwards(expression)) {
    if (blocks.has(String(parent.kind()))) return isNode(parent.field('value'), node) ? null : { kind: 'statement', node }
    if (parent.kind() === 'arrow_function') return isNode(parent.field('body'), node) ? { kind: 'arrow', node } : null
    const before = evaluatedBefore(parent, node, scopes)
    if (before === null || !before.every((part) => (isAloof ? isQuiet(part, scopes) : isConstant(part, scopes)))) return null
    node = parent
  }
  return null
}

function isConstant(node: SgNode, scopes: Scopes): boolean {
  if (node.kind() === 'identifier') return scopes.resolve(node)?.writes.length === 0
  return ['number', 'string', 'true', 'false', 'null', 'string_fragment', 'property_identifier'].includes(String(node.kind()))
}

/** What runs within `parent` before `part` does; null when the part may not run at all, run again, or mean something else outside. */
function evaluatedBefore(parent: SgNode, part: SgNode, scopes: Scopes): readonly SgNode[] | null {
  const isField = (name: string): boolean => isNode(parent.field(name), part)
  const kind = String(parent.kind())
  if (firstEvaluated.has(kind)) return []
  switch (kind) {
    case 'if_statement':
    case 'ternary_expression':
      return isField('condition') ? [] : null
    case 'switch_statement':
      return isField('value') ? [] : null
    case 'variable_declarator':
      return isField('value') ? [] : null
    case 'lexical_declaration':
    case 'variable_declaration':
      return isNode(namedChildren(parent)[0], part) ? [] : null
    case 'unary_expression':
      return parent.field('operator')?.text() === 'delete' ? null : []
    case 'for_in_statement':
      return isField('right') && parent.field('operator')?.text() === 'of' && !mentionsHead(part, parent, scopes) ? [] : null
    case 'call_expression':
    case 'new_expression':
      return isField('function') || isField('constructor') || part.kind() === 'arguments' ? [] : null
    case 'member_expression':
      return isField('object') ? [] : null
    default:
      return evaluatedBeforeOperand(parent, part)
  }
}

function evaluatedBeforeOperand(parent: SgNode, part: SgNode): readonly SgNode[] | null {
  const isField = (name: string): boolean => isNode(parent.field(name), part)
  const operator = parent.field('operator')?.text() ?? ''
  switch (String(parent.kind())) {
    case 'binary_expression':
      if (isField('left')) return []
      return ['&&', '||', '??'].includes(operator) ? null : present(parent.field('left'))
    case 'assignment_expression':
      return isField('right') ? present(parent.field('left'), ['identifier']) : null
    case 'augmented_assignment_expression':
      return isField('right') && !['&&=', '||=', '??='].includes(operator) ? present(parent.field('left')) : null
    case 'arguments':
      return beforeArgument(parent, part)
    case 'array':
    case 'object':
    case 'template_string':
      return earlierSiblings(parent, part)
    case 'pair':
      return isField('value') ? present(parent.field('key')) : null
    default:
      return null
  }
}

function present(node: SgNode | null, harmless: readonly string[] = []): readonly SgNode[] | null {
  if (node === null) return null
  return harmless.includes(String(node.kind())) ? [] : [node]
}

function earlierSiblings(parent: SgNode, part: SgNode): readonly SgNode[] {
  const children = namedChildren(parent)
  return children.slice(0, children.findIndex((child) => isNode(child, part)))
}

function beforeArgument(list: SgNode, part: SgNode): readonly SgNode[] | null {
  const call = list.parent()
  const callee = call?.field('function') ?? call?.field('constructor')
  // `f?.(x)` and `a?.f(x)` may not look at x.
  if (call === null || callee === null || callee === undefined || isOptional(call) || callee.text().includes('?.')) return null
  const values = argumentsOf(call)
  return [callee, ...values.slice(0, values.findIndex((value) => isNode(value, part)))]
}

/** A name of the loop's own head is not there yet when the list is computed, and is another one outside. */
function mentionsHead(list: SgNode, loop: SgNode, scopes: Scopes): boolean {
  const names = [...list.findAll({ rule: { kind: 'identifier' } }), ...(list.kind() === 'identifier' ? [list] : [])]
  return names.some((name) => isNode(scopes.resolve(name)?.home, loop))
}
