import { literalOf } from './literal-of.ts'
import { kindOf, parts, type SyntaxNode } from './parse-module.ts'

/** A name of another module, as `from` writes its path. */
export interface Origin {
  readonly from: string
  readonly name: string
}

/** The places in other modules that may be behind an exported name, the surest first: `export ... from`, imports that are exported, `require`. */
export function originsOf(root: SyntaxNode, name: string): readonly Origin[] {
  return [...reexported(root, name), ...exportedImport(root, name), ...exportedValues(root, name).flatMap((value) => originsOfValue(root, value, name)), ...wholeModules(root, name)]
}

const pathOf = (node: SyntaxNode | null): string | null => {
  const value = node === null ? null : literalOf(node)?.value
  return typeof value === 'string' ? value : null
}

const unquoted = (node: SyntaxNode | null): string => (node === null ? '' : (pathOf(node) ?? node.text()))

/** `export { a as name } from './x'`. */
function reexported(root: SyntaxNode, name: string): readonly Origin[] {
  return exportStatements(root).flatMap((statement) => {
    const from = pathOf(statement.field('source'))
    return from === null ? [] : specifiers(statement).flatMap(({ local, shown }) => (shown === name ? [{ from, name: local }] : []))
  })
}

/** `import a from './x'` with `export { a as name }` or `export default a`. */
function exportedImport(root: SyntaxNode, name: string): readonly Origin[] {
  return exportStatements(root).flatMap((statement) => {
    if (statement.field('source') !== null) return []
    const value = name === 'default' ? statement.field('value') : null
    const locals = value !== null && kindOf(value) === 'identifier' ? [value.text()] : specifiers(statement).flatMap(({ local, shown }) => (shown === name ? [local] : []))
    return locals.flatMap((local) => originsOfName(root, local))
  })
}

/** What is only known to come from somewhere in a module: `export * from './x'`, `module.exports = require('./x')`, `...require('./x')`. */
function wholeModules(root: SyntaxNode, name: string): readonly Origin[] {
  const stars = exportStatements(root).flatMap((statement) => {
    const from = statement.children().some((child) => kindOf(child) === '*') ? pathOf(statement.field('source')) : null
    return from === null || name === 'default' ? [] : [{ from, name }]
  })
  const spread = assignments(root).flatMap(({ target, value }) => {
    if (target !== 'module.exports') return []
    const sources = kindOf(value) === 'object' ? parts(value).flatMap((part) => (kindOf(part) === 'spread_element' ? parts(part) : [])) : [value]
    return sources.flatMap((source) => originsOfValue(root, source, 'default')).flatMap((origin) => (origin.name === 'default' && name !== 'default' ? [{ ...origin, name }] : []))
  })
  return [...stars, ...spread]
}

const exportStatements = (root: SyntaxNode): readonly SyntaxNode[] => root.findAll({ rule: { kind: 'export_statement' } })

function specifiers(statement: SyntaxNode): readonly { readonly local: string; readonly shown: string }[] {
  return statement.findAll({ rule: { kind: 'export_specifier' } }).map((specifier) => {
    const local = unquoted(specifier.field('name'))
    const alias = specifier.field('alias')
    return { local, shown: alias === null ? local : unquoted(alias) }
  })
}

function assignments(root: SyntaxNode): readonly { readonly target: string; readonly value: SyntaxNode }[] {
  return root.findAll({ rule: { kind: 'assignment_expression' } }).flatMap((assignment) => {
    let value = assignment.field('right')
    while (value !== null && kindOf(value) === 'assignment_expression') value = value.field('right')
    return value === null ? [] : [{ target: assignment.field('left')?.text() ?? '', value }]
  })
}

/** Expressions that CommonJS exports by a name. */
function exportedValues(root: SyntaxNode, name: string): readonly SyntaxNode[] {
  const targets = name === 'default' ? ['module.exports', 'module.exports.default', 'exports.default'] : [`module.exports.${name}`, `exports.${name}`]
  return assignments(root).flatMap(({ target, value }) => {
    if (targets.includes(target)) return [value]
    return target === 'module.exports' && kindOf(value) === 'object' ? parts(value).flatMap((part) => ofProperty(part, name)) : []
  })
}

function ofProperty(part: SyntaxNode, name: string): readonly SyntaxNode[] {
  if (kindOf(part) === 'shorthand_property_identifier') return part.text() === name ? [part] : []
  const value = kindOf(part) === 'pair' && unquoted(part.field('key')) === name ? part.field('value') : null
  return value === null ? [] : [value]
}

/** Where a value comes from: `require('./x')`, `require('./x').y`, a name bound to one of these, `x.y` of such a name. */
function originsOfValue(root: SyntaxNode, value: SyntaxNode, name: string): readonly Origin[] {
  const required = requiredPath(value)
  if (required !== null) return [{ from: required, name: 'default' }]
  if (kindOf(value) === 'identifier' || kindOf(value) === 'shorthand_property_identifier') return originsOfName(root, value.text())
  if (kindOf(value) !== 'member_expression') return []
  const property = value.field('property')?.text() ?? name
  const object = value.field('object')
  if (object === null) return []
  const of = requiredPath(object)
  const holders = of === null ? originsOfName(root, object.text()) : [{ from: of, name: 'default' }]
  return holders.flatMap((holder) => (holder.name === 'default' || holder.name === '*' ? [{ from: holder.from, name: property }] : []))
}

function requiredPath(value: SyntaxNode): string | null {
  if (kindOf(value) !== 'call_expression' || value.field('function')?.text() !== 'require') return null
  const list = value.field('arguments')
  return pathOf(list === null ? null : (parts(list)[0] ?? null))
}

/** Where a local name was imported from. A whole namespace has the name `*`. */
function originsOfName(root: SyntaxNode, local: string): readonly Origin[] {
  const imported = root.findAll({ rule: { kind: 'import_statement' } }).flatMap((statement) => {
    const from = pathOf(statement.field('source'))
    return from === null ? [] : importedNames(statement).flatMap((one) => (one.local === local ? [{ from, name: one.name }] : []))
  })
  const required = root.findAll({ rule: { kind: 'variable_declarator' } }).flatMap((declarator) => boundBy(declarator, local))
  return [...imported, ...required]
}

function importedNames(statement: SyntaxNode): readonly { readonly local: string; readonly name: string }[] {
  const clause = parts(statement).find((part) => kindOf(part) === 'import_clause')
  if (clause === undefined) return []
  return parts(clause).flatMap((part) => {
    if (kindOf(part) === 'identifier') return [{ local: part.text(), name: 'default' }]
    if (kindOf(part) === 'namespace_import') return [{ local: parts(part)[0]?.text() ?? '', name: '*' }]
    return part.findAll({ rule: { kind: 'import_specifier' } }).map((specifier) => {
      const name = unquoted(specifier.field('name'))
      return { local: specifier.field('alias')?.text() ?? name, name }
    })
  })
}

/** `const local = require('./x')`, `= require('./x').y`, `const { y: local } = require('./x')`. */
function boundBy(declarator: SyntaxNode, local: string): readonly Origin[] {
  const [target, value] = [declarator.field('name'), declarator.field('value')]
  if (target === null || value === null) return []
  const object = kindOf(value) === 'member_expression' ? value.field('object') : value
  const from = object === null ? null : requiredPath(object)
  if (from === null) return []
  const whole = object === value ? 'default' : (value.field('property')?.text() ?? 'default')
  if (kindOf(target) === 'identifier') return target.text() === local ? [{ from, name: whole }] : []
  return parts(target).flatMap((part) => {
    if (kindOf(part) === 'shorthand_property_identifier_pattern') return part.text() === local ? [{ from, name: local }] : []
    return kindOf(part) === 'pair_pattern' && part.field('value')?.text() === local ? [{ from, name: part.field('key')?.text() ?? '' }] : []
  })
}
