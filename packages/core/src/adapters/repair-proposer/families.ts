import type { Language } from '../ast-grep-rules/code-rule.ts'
import { ancestors, childOf, named, type SyntaxNode } from './syntax-tree.ts'

export type Family = 'script' | 'python' | 'cpp'

/** How a language says what repairs are made of. */
export interface Words {
  readonly and: string
  readonly or: string
  readonly nothing: string
  readonly flags: readonly [yes: string, no: string]
  readonly equal: string
  readonly not: (condition: string) => string
  readonly size: (list: string) => string
  readonly statement: (text: string) => string
  /** A statement on one line that runs `statement` only when `condition` holds. */
  readonly only: (condition: string, statement: string) => string
  readonly append: (list: string, item: string) => string
  readonly dropLast: (list: string) => string
  readonly choose: (condition: string, yes: string, no: string) => string
  readonly larger: (one: string, other: string) => string
  readonly smaller: (one: string, other: string) => string
}

export const words: Readonly<Record<Family, Words>> = {
  script: {
    and: '&&', or: '||', nothing: 'null', flags: ['true', 'false'], equal: '===', not: (condition) => `!(${condition})`, size: (list) => `${list}.length`, statement: (text) => `${text};`,
    only: (condition, statement) => `if (${condition}) ${statement}`, append: (list, item) => `${list}.push(${item})`, dropLast: (list) => `${list}.pop()`, choose: (condition, yes, no) => `(${condition} ? ${yes} : ${no})`,
    larger: (one, other) => `Math.max(${one}, ${other})`, smaller: (one, other) => `Math.min(${one}, ${other})`,
  },
  python: {
    and: 'and', or: 'or', nothing: 'None', flags: ['True', 'False'], equal: '==', not: (condition) => `not (${condition})`, size: (list) => `len(${list})`, statement: (text) => text,
    only: (condition, statement) => `if ${condition}: ${statement}`, append: (list, item) => `${list}.append(${item})`, dropLast: (list) => `${list}.pop()`, choose: (condition, yes, no) => `(${yes} if ${condition} else ${no})`,
    larger: (one, other) => `max(${one}, ${other})`, smaller: (one, other) => `min(${one}, ${other})`,
  },
  cpp: {
    and: '&&', or: '||', nothing: 'nullptr', flags: ['true', 'false'], equal: '==', not: (condition) => `!(${condition})`, size: (list) => `${list}.size()`, statement: (text) => `${text};`,
    only: (condition, statement) => `if (${condition}) ${statement}`, append: (list, item) => `${list}.push_back(${item})`, dropLast: (list) => `${list}.pop_back()`, choose: (condition, yes, no) => `(${condition} ? ${yes} : ${no})`,
    larger: (one, other) => `max(${one}, ${other})`, smaller: (one, other) => `min(${one}, ${other})`,
  },
}

export function familyOf(language: Language): Family {
  return language === 'python' || language === 'cpp' ? language : 'script'
}

const kinds = {
  function: new Set(['function_declaration', 'function_expression', 'arrow_function', 'method_definition', 'generator_function', 'generator_function_declaration', 'function_definition', 'lambda', 'lambda_expression']),
  block: new Set(['statement_block', 'program', 'switch_case', 'switch_default', 'block', 'module', 'compound_statement', 'case_statement']),
  loop: new Set(['for_statement', 'for_in_statement', 'while_statement', 'do_statement', 'for_range_loop']),
  number: new Set(['number', 'integer', 'float', 'number_literal']),
  text: new Set(['string', 'string_literal', 'char_literal', 'template_string']),
  flag: new Set(['true', 'false']),
  list: new Set(['array', 'list', 'initializer_list', 'list_comprehension']),
  call: new Set(['call_expression', 'call', 'new_expression']),
  arguments: new Set(['arguments', 'argument_list']),
  member: new Set(['member_expression', 'attribute', 'field_expression']),
  subscript: new Set(['subscript_expression', 'subscript']),
  assignment: new Set(['assignment_expression', 'assignment', 'augmented_assignment_expression', 'augmented_assignment']),
  declarator: new Set(['variable_declarator', 'init_declarator', 'assignment', 'assignment_expression']),
  parenthesized: new Set(['parenthesized_expression', 'condition_clause']),
  ternary: new Set(['ternary_expression', 'conditional_expression']),
  binary: new Set(['binary_expression', 'binary_operator', 'comparison_operator', 'boolean_operator']),
  unary: new Set(['unary_expression', 'unary_operator', 'not_operator']),
  statement: new Set([
    'expression_statement', 'lexical_declaration', 'variable_declaration', 'return_statement', 'if_statement', 'for_statement', 'for_in_statement', 'while_statement', 'do_statement', 'break_statement',
    'continue_statement', 'throw_statement', 'raise_statement', 'switch_statement', 'declaration', 'for_range_loop', 'with_statement', 'try_statement',
  ]),
  /** What is never edited: what is imported, and types. */
  closed: new Set([
    'import_statement', 'import_from_statement', 'export_clause', 'preproc_include', 'preproc_def', 'using_declaration', 'type_annotation', 'type_arguments', 'type_alias_declaration', 'interface_declaration', 'template_argument_list', 'primitive_type',
    'type', 'type_descriptor', 'type_parameters', 'decorator', 'template_parameter_list',
  ]),
} as const

export type Shape = keyof typeof kinds

export function is(node: SyntaxNode | null | undefined, ...shapes: readonly Shape[]): boolean {
  return node !== null && node !== undefined && shapes.some((shape) => kinds[shape].has(node.kind))
}

export interface Binary {
  readonly left: SyntaxNode
  readonly operator: SyntaxNode
  readonly right: SyntaxNode
}

export function binaryOf(node: SyntaxNode): Binary | null {
  const [left, operator, right] = node.children
  if (!is(node, 'binary') || node.children.length !== 3 || left === undefined || operator === undefined || right === undefined) return null
  return { left, operator, right }
}

export interface Call {
  readonly callee: SyntaxNode
  /** The object of a method call. */
  readonly receiver: SyntaxNode | null
  /** The name that is called: of the function or the method. */
  readonly name: SyntaxNode
  readonly arguments: readonly SyntaxNode[]
}

export function callOf(node: SyntaxNode): Call | null {
  if (!is(node, 'call') || node.kind === 'new_expression') return null
  const [callee] = node.children
  const list = node.children.find((child) => is(child, 'arguments') || child.kind === 'generator_expression')
  if (callee === undefined || list === undefined) return null
  const name = is(callee, 'member') ? named(callee).at(-1) : callee
  if (name === undefined) return null
  return { callee, receiver: is(callee, 'member') ? (named(callee)[0] ?? null) : null, name, arguments: list.kind === 'generator_expression' ? [list] : named(list) }
}

/** The condition of an if, a loop or a ternary, without its parentheses. */
export function conditionOf(node: SyntaxNode): SyntaxNode | null {
  if (['if_statement', 'elif_clause', 'while_statement', 'do_statement'].includes(node.kind)) {
    const inside = node.children.find((child) => is(child, 'parenthesized')) ?? (node.kind === 'do_statement' ? undefined : named(node)[0])
    return is(inside, 'parenthesized') ? (named(inside as SyntaxNode)[0] ?? null) : (inside ?? null)
  }
  if (is(node, 'ternary')) return (node.children.some(({ text }) => text === 'if') ? named(node)[1] : named(node)[0]) ?? null
  return null
}

/** The function around a node; the root where there is none. */
export function functionAround(node: SyntaxNode): SyntaxNode {
  let last = node
  for (const around of ancestors(node)) {
    if (is(around, 'function')) return around
    last = around
  }
  return last
}

/** The outermost function around a node, which holds its closures; the root where there is none. */
export function wholeFunctionAround(node: SyntaxNode): SyntaxNode {
  let outermost = node
  let found: SyntaxNode | null = is(node, 'function') ? node : null
  for (const around of ancestors(node)) {
    if (is(around, 'function')) found = around
    outermost = around
  }
  return found ?? outermost
}

export function statementAround(node: SyntaxNode): SyntaxNode | null {
  if (is(node, 'statement')) return node
  for (const around of ancestors(node)) if (is(around, 'statement')) return around
  return null
}

/** A name that is read or written: no property, no label, no type. */
export function isName(node: SyntaxNode): boolean {
  if (node.kind === 'shorthand_property_identifier_pattern') return true
  if (node.kind !== 'identifier') return false
  const { parent } = node
  if (parent === null) return false
  if (parent.kind === 'keyword_argument') return parent.children[0] !== node
  return !(parent.kind === 'attribute' && parent.children.at(-1) === node && parent.children.length > 1) && parent.kind !== 'qualified_identifier'
}

export function isCallee(node: SyntaxNode): boolean {
  return is(node.parent, 'call') && node.parent?.children[node.parent.kind === 'new_expression' ? 1 : 0] === node
}

export { childOf }
