import { kindOf, parts, type SyntaxNode } from './parse-module.ts'

/** A function as it stands in its module. */
export interface FoundFunction {
  /** The node that has parameters and a body. */
  readonly node: SyntaxNode
  /** The comment before the declaration, or empty. */
  readonly comment: string
  /** For a method of instances: its class. */
  readonly owner: SyntaxNode | null
}

const functionKinds = ['function_declaration', 'generator_function_declaration', 'function_expression', 'generator_function', 'arrow_function', 'method_definition']

/** Finds what a spec names: an exported function, the default export, a CommonJS export, `Class.method`. */
export function findFunction(root: SyntaxNode, name: string): FoundFunction | null {
  const dot = name.indexOf('.')
  if (dot !== -1) return findMethod(root, name.slice(0, dot), name.slice(dot + 1))
  return name === 'default' ? findDefault(root) : (findNamed(root, name) ?? findAssigned(root, name))
}

/** The exported functions of a module, in the order of the text; `default` for the default export. */
export function exportedFunctions(root: SyntaxNode): readonly string[] {
  const names = new Set<string>()
  for (const statement of root.findAll({ rule: { kind: 'export_statement' } })) {
    const isDefault = statement.children().some((child) => kindOf(child) === 'default')
    const declaration = statement.field('declaration')
    if (isDefault) names.add('default')
    else if (declaration !== null) for (const name of declaredNames(declaration)) names.add(name)
    for (const specifier of statement.findAll({ rule: { kind: 'export_specifier' } })) {
      const local = specifier.field('name')?.text() ?? ''
      const shown = specifier.field('alias')?.text() ?? local
      if (findNamed(root, local) !== null) names.add(shown)
    }
  }
  for (const assignment of root.findAll({ rule: { kind: 'assignment_expression' } })) {
    const target = assignment.field('left')?.text() ?? ''
    if (target === 'module.exports') names.add('default')
    const property = /^(?:module\.)?exports\.([A-Za-z_$][\w$]*)$/.exec(target)
    if (property?.[1] !== undefined) names.add(property[1])
  }
  return [...names].filter((name) => findFunction(root, name) !== null)
}

function declaredNames(declaration: SyntaxNode): readonly string[] {
  if (kindOf(declaration).includes('function_declaration')) return [declaration.field('name')?.text() ?? '']
  return parts(declaration).flatMap((part) => {
    const value = kindOf(part) === 'variable_declarator' ? part.field('value') : null
    return value !== null && functionKinds.includes(kindOf(value)) ? [part.field('name')?.text() ?? ''] : []
  })
}

function findNamed(root: SyntaxNode, name: string): FoundFunction | null {
  const declared = root
    .findAll({ rule: { any: [{ kind: 'function_declaration' }, { kind: 'generator_function_declaration' }] } })
    .find((node) => node.field('name')?.text() === name && isTopLevel(node))
  if (declared !== undefined) return found(declared)
  const variable = root
    .findAll({ rule: { kind: 'variable_declarator' } })
    .find((node) => node.field('name')?.text() === name && isTopLevel(node))
  const value = variable?.field('value') ?? null
  return value === null ? null : ofExpression(root, value)
}

function ofExpression(root: SyntaxNode, expression: SyntaxNode): FoundFunction | null {
  const kind = kindOf(expression)
  if (functionKinds.includes(kind)) return found(expression)
  if (kind === 'identifier') return findNamed(root, expression.text())
  if (kind === 'parenthesized_expression' || kind === 'as_expression' || kind === 'satisfies_expression') {
    const inner = parts(expression)[0]
    return inner === undefined ? null : ofExpression(root, inner)
  }
  return null
}

function findDefault(root: SyntaxNode): FoundFunction | null {
  for (const statement of root.findAll({ rule: { kind: 'export_statement' } })) {
    const specifier = statement.findAll({ rule: { kind: 'export_specifier' } }).find((node) => node.field('alias')?.text() === 'default')
    if (specifier !== undefined) return findNamed(root, specifier.field('name')?.text() ?? '')
    if (!statement.children().some((child) => kindOf(child) === 'default')) continue
    const value = statement.field('declaration') ?? statement.field('value')
    if (value !== null) return ofExpression(root, value)
  }
  return findAssigned(root, null)
}

/** `module.exports = f`, `exports.name = f`, `module.exports = { name }` and chains of these. */
function findAssigned(root: SyntaxNode, name: string | null): FoundFunction | null {
  const targets = name === null ? ['module.exports', 'module.exports.default', 'exports.default'] : [`module.exports.${name}`, `exports.${name}`]
  for (const assignment of root.findAll({ rule: { kind: 'assignment_expression' } })) {
    let value = assignment.field('right')
    while (value !== null && kindOf(value) === 'assignment_expression') value = value.field('right')
    if (value === null) continue
    const target = assignment.field('left')?.text() ?? ''
    const direct = targets.includes(target) ? ofExpression(root, value) : null
    if (direct !== null) return direct
    if (name === null || target !== 'module.exports') continue
    if (kindOf(value) === 'object') {
      const inside = ofProperty(root, value, name)
      if (inside !== null) return inside
    }
    const whole = ofExpression(root, value)
    if (whole !== null && whole.node.field('name')?.text() === name) return whole
  }
  for (const specifier of root.findAll({ rule: { kind: 'export_specifier' } })) {
    if (specifier.field('alias')?.text() === name) return findNamed(root, specifier.field('name')?.text() ?? '')
  }
  return null
}

function ofProperty(root: SyntaxNode, object: SyntaxNode, name: string): FoundFunction | null {
  for (const part of parts(object)) {
    const kind = kindOf(part)
    if (kind === 'shorthand_property_identifier' && part.text() === name) return findNamed(root, name)
    if (kind === 'method_definition' && part.field('name')?.text() === name) return found(part)
    const value = kind === 'pair' && part.field('key')?.text() === name ? part.field('value') : null
    if (value !== null) return ofExpression(root, value)
  }
  return null
}

function findMethod(root: SyntaxNode, className: string, method: string): FoundFunction | null {
  const owner = root
    .findAll({ rule: { any: [{ kind: 'class_declaration' }, { kind: 'class' }] } })
    .find((node) => node.field('name')?.text() === className)
  const member = owner?.findAll({ rule: { kind: 'method_definition' } }).find((node) => node.field('name')?.text() === method)
  if (owner === undefined || member === undefined) return null
  const isStatic = member.children().some((child) => child.text() === 'static')
  return { ...found(member), owner: isStatic ? null : owner }
}

/** The constructor of a class; `null` where it has none of its own. */
export function constructorOf(owner: SyntaxNode): FoundFunction | null {
  const member = owner.findAll({ rule: { kind: 'method_definition' } }).find((node) => node.field('name')?.text() === 'constructor')
  return member === undefined ? null : found(member)
}

function found(node: SyntaxNode): FoundFunction {
  return { node, comment: commentBefore(node), owner: null }
}

/** The JSDoc comment before the statement that holds the function. */
function commentBefore(node: SyntaxNode): string {
  for (let at: SyntaxNode | null = node; at !== null && kindOf(at) !== 'program'; at = at.parent()) {
    const before = at.prev()
    if (before !== null && kindOf(before) === 'comment' && before.text().startsWith('/**')) return before.text()
    if (kindOf(at) === 'statement_block' || kindOf(at) === 'class_body') return ''
  }
  return ''
}

function isTopLevel(node: SyntaxNode): boolean {
  for (let at = node.parent(); at !== null; at = at.parent()) if (functionKinds.includes(kindOf(at))) return isModuleWrapper(at)
  return true
}

/** A function called where it stands at the top of the module, as bundles for browsers have it. */
function isModuleWrapper(node: SyntaxNode): boolean {
  const outer = node.parent()
  if (outer === null || !['parenthesized_expression', 'call_expression', 'arguments', 'unary_expression'].includes(kindOf(outer))) return false
  return isTopLevel(node)
}
