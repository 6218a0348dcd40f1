import type { SgNode } from '@ast-grep/napi'

/** Most drastic first: what a judge overlooks here it overlooks everywhere. */
export const mutationKinds = ['result', 'condition', 'value', 'removal', 'comparison', 'arithmetic', 'constant'] as const
export type MutationKind = (typeof mutationKinds)[number]

/** Replaces one node by another text. */
export interface Mutation {
  readonly kind: MutationKind
  readonly node: SgNode
  readonly text: string
}

export type Family = 'script' | 'python' | 'cpp'

interface Words {
  /** What a function gives back instead of its result, and a name holds instead of its value. */
  readonly nothing: string
  readonly not: (condition: string) => string
  /** A statement that does nothing. */
  readonly idle: string
  readonly returns: readonly string[]
  /** Statements whose `condition` may be turned round without an endless loop. */
  readonly conditionals: readonly string[]
  readonly declarators: readonly string[]
  readonly operations: readonly string[]
  readonly numbers: readonly string[]
}

const words: Readonly<Record<Family, Words>> = {
  script: {
    nothing: 'undefined', not: (condition) => `(!(${condition}))`, idle: ';', returns: ['return_statement'], conditionals: ['if_statement', 'ternary_expression'], declarators: ['variable_declarator', 'assignment_expression'],
    operations: ['binary_expression', 'augmented_assignment_expression'], numbers: ['number'],
  },
  python: {
    nothing: 'None', not: (condition) => `(not (${condition}))`, idle: 'pass', returns: ['return_statement'], conditionals: ['if_statement', 'elif_clause'], declarators: ['assignment'],
    operations: ['comparison_operator', 'binary_operator', 'augmented_assignment'], numbers: ['integer', 'float'],
  },
  cpp: {
    nothing: '{}', not: (condition) => `(!(${condition}))`, idle: ';', returns: ['return_statement'], conditionals: ['if_statement', 'conditional_expression'], declarators: ['init_declarator'],
    operations: ['binary_expression', 'assignment_expression'], numbers: ['number_literal'],
  },
}

const swaps: Readonly<Record<string, readonly [MutationKind, string]>> = {
  '<': ['comparison', '>='], '>': ['comparison', '<='], '<=': ['comparison', '>'], '>=': ['comparison', '<'], '==': ['comparison', '!='], '!=': ['comparison', '=='], '===': ['comparison', '!=='], '!==': ['comparison', '==='],
  in: ['comparison', 'not in'], is: ['comparison', 'is not'], '&&': ['comparison', '||'], '||': ['comparison', '&&'], and: ['comparison', 'or'], or: ['comparison', 'and'],
  '+': ['arithmetic', '-'], '-': ['arithmetic', '+'], '*': ['arithmetic', '+'], '/': ['arithmetic', '*'], '%': ['arithmetic', '+'], '+=': ['arithmetic', '-='], '-=': ['arithmetic', '+='], '*=': ['arithmetic', '+='],
}

/** Every mutation that one node allows. */
export function mutationsOf(node: SgNode, family: Family): readonly Mutation[] {
  const own = words[family]
  const kind = String(node.kind())
  if (own.returns.includes(kind)) return family === 'cpp' && isDeduced(node) ? [] : resultOf(node, own)
  if (kind === 'arrow_function') return bodyOf(node, own)
  if (own.conditionals.includes(kind)) return conditionOf(node, own)
  if (own.declarators.includes(kind)) return family === 'cpp' ? nativeValueOf(node, own) : valueOf(node, own)
  if (kind === 'expression_statement') return removalOf(node, own)
  if (own.operations.includes(kind)) return operationOf(node)
  if (own.numbers.includes(kind)) return [{ kind: 'constant', node, text: `(${node.text()} + 1)` }]
  if (/^(?:true|false|True|False)$/.test(node.text()) && node.isNamed()) return [{ kind: 'constant', node, text: turned(node.text()) }]
  return []
}

/** Another number, another text, the other truth value; null for what is no literal, and for the name of a module. */
export function wrongLiteral(node: SgNode, family: Family): Mutation | null {
  const kind = String(node.kind())
  if (words[family].numbers.includes(kind)) return { kind: 'constant', node, text: `(${node.text()} + 1)` }
  if (/^(?:true|false|True|False)$/.test(node.text()) && node.isNamed()) return { kind: 'constant', node, text: turned(node.text()) }
  const isText = (kind === 'string' || kind === 'string_literal') && /^(["'])[^\\\n]*\1$/.test(node.text())
  const names = /import|require|include|from\b/.test(node.parent()?.parent()?.text().slice(0, 200) ?? '')
  return isText && !names ? { kind: 'constant', node, text: `${node.text().slice(0, -1)}~${node.text().slice(-1)}` } : null
}

function resultOf(node: SgNode, { nothing }: Words): readonly Mutation[] {
  const value = node.children().find((child) => child.isNamed() && child.kind() !== 'comment')
  return value === undefined || value.text() === nothing ? [] : [{ kind: 'result', node: value, text: nothing }]
}

function bodyOf(node: SgNode, { nothing }: Words): readonly Mutation[] {
  const body = node.field('body')
  return body === null || body.kind() === 'statement_block' ? [] : [{ kind: 'result', node: body, text: nothing }]
}

function conditionOf(node: SgNode, { not }: Words): readonly Mutation[] {
  const condition = node.field('condition')
  if (condition === null) return []
  const inner = /^\([^]*\)$/.test(condition.text()) ? condition.text().slice(1, -1) : condition.text()
  // A declaration within the parentheses cannot be turned round.
  return /[;]|^\s*(?:auto|const|int)\s/.test(inner) ? [] : [{ kind: 'condition', node: condition, text: not(inner) }]
}

function valueOf(node: SgNode, { nothing }: Words): readonly Mutation[] {
  const value = node.field('value') ?? node.field('right')
  const isFunction = value !== null && /function|lambda|class/.test(String(value.kind()))
  return value === null || isFunction || value.text() === nothing ? [] : [{ kind: 'value', node: value, text: nothing }]
}

/** `auto x = {}` has no type and `T& x = {}` nothing to refer to: there the value is given first and taken away by a statement of its own. Where that would not build either there is none. */
function nativeValueOf(node: SgNode, words: Words): readonly Mutation[] {
  const [declaration, declarator] = [node.parent(), node.field('declarator')]
  const isReference = declarator?.kind() === 'reference_declarator'
  if (declaration?.field('type')?.kind() !== 'placeholder_type_specifier' && !isReference) return valueOf(node, words)
  const name = isReference || declarator?.kind() === 'pointer_declarator' ? declarator.children().find((child) => child.kind() === 'identifier') : declarator?.kind() === 'identifier' ? declarator : null
  const isOwnStatement = declaration?.kind() === 'declaration' && declaration.parent()?.kind() === 'compound_statement' && declaration.children().filter((child) => child.kind().toString().endsWith('declarator')).length === 1
  const isFixed = /\b(?:const|constexpr|static)\b|&&/.test(declaration?.text().slice(0, (declaration.text().indexOf('=') + 1) || undefined) ?? '')
  if (name === null || name === undefined || !isOwnStatement || isFixed) return []
  return valueOf(node, words).map((mutation) => ({ ...mutation, text: `${mutation.node.text()}; ${name.text()} = ${words.nothing}` }))
}

/** `return {}` says nothing where the type of the result is what is returned, and gives nothing where a reference is wanted. */
function isDeduced(node: SgNode): boolean {
  const around = node.ancestors().find((each) => each.kind() === 'function_definition' || each.kind() === 'lambda_expression')
  if (around === undefined) return false
  const declarators = declaratorsOf(around)
  const trailing = declarators.at(-1)?.children().find((child) => child.kind() === 'trailing_return_type')?.children().find((child) => child.kind() === 'type_descriptor')
  const type = trailing === undefined ? around.field('type') : trailing.field('type')
  if (around.kind() === 'lambda_expression' && trailing === undefined) return true
  // What `decltype` gives may be a reference as well.
  return type?.kind() === 'placeholder_type_specifier' || type?.kind() === 'decltype' || [...declarators, ...(trailing === undefined ? [] : declaratorsOf(trailing))].some((each) => String(each.kind()).endsWith('reference_declarator'))
}

/** The declarators in each other, down to the one of the function itself; what its parameters declare is not among them. */
function declaratorsOf(node: SgNode): readonly SgNode[] {
  const found: SgNode[] = []
  for (let next = declaratorIn(node); next !== null; next = declaratorIn(next)) {
    found.push(next)
    if (String(next.kind()).endsWith('function_declarator')) break
  }
  return found
}

function declaratorIn(node: SgNode): SgNode | null {
  return node.field('declarator') ?? node.children().find((child) => /(?:_declarator|^operator_cast)$/.test(String(child.kind()))) ?? null
}

/** Calls and assignments; a text on its own, as a directive or a description, does nothing when it goes. */
function removalOf(node: SgNode, { idle }: Words): readonly Mutation[] {
  const [expression] = node.children()
  return expression === undefined || expression.kind() === 'string' ? [] : [{ kind: 'removal', node, text: idle }]
}

function operationOf(node: SgNode): readonly Mutation[] {
  const operator = node.field('operator') ?? node.field('operators') ?? node.children().find((child) => !child.isNamed())
  const swap = operator === null || operator === undefined || !Object.hasOwn(swaps, operator.text()) ? undefined : swaps[operator.text()]
  return swap === undefined || operator === null || operator === undefined ? [] : [{ kind: swap[0], node: operator, text: swap[1] }]
}

function turned(text: string): string {
  const opposites: Readonly<Record<string, string>> = { true: 'false', false: 'true', True: 'False', False: 'True' }
  return opposites[text] ?? text
}
