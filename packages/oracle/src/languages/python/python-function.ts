import type { Generator } from '../../spec.ts'
import { descendants, parts, type SyntaxNode } from './parse-source.ts'
import { generatorOfAnnotation, type TypeNames } from './python-type.ts'

export type PythonParameterKind = 'positional' | 'keyword' | 'rest' | 'keywords'

/** One parameter as it is declared. */
export interface PythonParameter {
  readonly name: string
  readonly kind: PythonParameterKind
  readonly annotation: string | null
  readonly fallback: SyntaxNode | null
}

/** A function or method found in a module. */
export interface PythonFunction {
  readonly node: SyntaxNode
  readonly parameters: readonly PythonParameter[]
  readonly docstring: string
  /** Set for a method that needs an object: the parameters of its class's `__init__`, or the fields of a dataclass. */
  readonly construct: readonly PythonParameter[] | null
}

/** Finds `f`, `Class.method` or a class itself (a call of it makes an object); null where the module has none. */
export function findPythonFunction(root: SyntaxNode, path: string): PythonFunction | null {
  let scope: SyntaxNode = root
  let owner: SyntaxNode | null = null
  let found: SyntaxNode | null = null
  for (const name of path.split('.')) {
    found = definitions(scope).find((node) => node.field('name')?.text() === name) ?? null
    if (found === null) return null
    if (found.kind() === 'class_definition') owner = found
    scope = found.field('body') ?? found
  }
  if (found === null) return null
  if (found.kind() === 'class_definition') return { node: found, parameters: constructorOf(found), docstring: docstringOf(found), construct: null }
  const all = parametersOf(found)
  const isStatic = owner === null || decorators(found).includes('staticmethod')
  const isClassMethod = decorators(found).includes('classmethod')
  return {
    node: found,
    parameters: isStatic ? all : all.slice(1),
    docstring: docstringOf(found),
    construct: isStatic || isClassMethod || owner === null ? null : constructorOf(owner),
  }
}

/** Aliases (`Vector = list[float]`, `NewType`) and typed dictionaries of a module. */
export function typeNamesOf(root: SyntaxNode): TypeNames {
  const names = new Map<string, Generator>()
  for (const statement of parts(root)) {
    const [assignment] = statement.kind() === 'expression_statement' ? parts(statement) : []
    const [left, right] = [assignment?.field('left'), assignment?.field('right')]
    if (left?.kind() !== 'identifier' || right === undefined || right === null) continue
    const named = /^(?:typing\.)?NewType\(\s*["']\w+["']\s*,\s*(.+)\)$/s.exec(right.text())?.[1]
    const bound = /^(?:typing\.)?TypeVar\(.*\bbound\s*=\s*([\w.[\]]+).*\)$/s.exec(right.text())?.[1]
    const isVariable = /^(?:typing\.)?TypeVar\(/.test(right.text())
    const isType = ['subscript', 'binary_operator', 'identifier', 'attribute'].includes(String(right.kind()))
    const generator = isVariable && bound === undefined ? { kind: 'integer' as const } : isType || named !== undefined || bound !== undefined ? generatorOfAnnotation(named ?? bound ?? right.text(), names) : null
    if (generator !== null) names.set(left.text(), generator)
  }
  for (const node of descendants(root, ['class_definition'])) {
    const generator = typedDictionary(node, names)
    const name = node.field('name')?.text()
    if (generator !== null && name !== undefined) names.set(name, generator)
  }
  return names
}

function typedDictionary(node: SyntaxNode, names: TypeNames): Generator | null {
  const bases = node.field('superclasses')?.text() ?? ''
  if (!/\bTypedDict\b/.test(bases)) return null
  const properties: Record<string, Generator> = {}
  for (const field of fieldsOf(node)) {
    const generator = field.annotation === null ? null : generatorOfAnnotation(field.annotation, names)
    if (generator === null) return null
    properties[field.name] = generator
  }
  return { kind: 'object', properties, ...(/total\s*=\s*False/.test(bases) && { optional: Object.keys(properties) }) }
}

function definitions(scope: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (const statement of parts(scope)) {
    if (['if_statement', 'try_statement', 'else_clause', 'except_clause', 'block'].includes(String(statement.kind()))) found.push(...definitions(statement))
    const inner = statement.kind() === 'decorated_definition' ? statement.field('definition') : statement
    if (inner?.kind() === 'function_definition' || inner?.kind() === 'class_definition') found.push(inner)
  }
  return found
}

function decorators(node: SyntaxNode): readonly string[] {
  const parent = node.parent()
  if (parent?.kind() !== 'decorated_definition') return []
  return parts(parent).filter((child) => child.kind() === 'decorator').map((child) => child.text().replace(/^@\s*/, ''))
}

function constructorOf(owner: SyntaxNode): readonly PythonParameter[] {
  const init = definitions(owner.field('body') ?? owner).find((node) => node.field('name')?.text() === '__init__')
  if (init !== undefined) return parametersOf(init).slice(1)
  const isRecord = decorators(owner).some((name) => /(?:^|\.)dataclass\b/.test(name)) || /\bNamedTuple\b/.test(owner.field('superclasses')?.text() ?? '')
  return isRecord ? fieldsOf(owner) : []
}

function fieldsOf(owner: SyntaxNode): readonly PythonParameter[] {
  return parts(owner.field('body') ?? owner).flatMap((statement): PythonParameter[] => {
    const [assignment] = statement.kind() === 'expression_statement' ? parts(statement) : []
    const [left, type] = [assignment?.field('left'), assignment?.field('type')]
    if (left === undefined || left === null || type === undefined || type === null || /^(?:typing\.)?ClassVar\b/.test(type.text())) return []
    return [{ name: left.text(), kind: 'positional', annotation: type.text(), fallback: assignment?.field('right') ?? null }]
  })
}

function parametersOf(node: SyntaxNode): readonly PythonParameter[] {
  const found: PythonParameter[] = []
  let kind: PythonParameterKind = 'positional'
  for (const child of parts(node.field('parameters') ?? node)) {
    const annotation = child.field('type')?.text() ?? null
    const target = child.kind() === 'typed_parameter' ? parts(child)[0] : child
    switch (String(target?.kind())) {
      case 'keyword_separator':
        kind = 'keyword'
        break
      case 'list_splat_pattern':
        found.push({ name: target?.text().replace('*', '') ?? '', kind: 'rest', annotation, fallback: null })
        kind = 'keyword'
        break
      case 'dictionary_splat_pattern':
        found.push({ name: target?.text().replace('**', '') ?? '', kind: 'keywords', annotation, fallback: null })
        break
      case 'identifier':
        found.push({ name: target?.text() ?? '', kind, annotation, fallback: null })
        break
      case 'default_parameter':
      case 'typed_default_parameter':
        found.push({ name: child.field('name')?.text() ?? '', kind, annotation, fallback: child.field('value') })
        break
      default:
    }
  }
  return found
}

function docstringOf(node: SyntaxNode): string {
  const [first] = parts(node.field('body') ?? node)
  const [expression] = first?.kind() === 'expression_statement' ? parts(first) : []
  if (expression?.kind() !== 'string') return ''
  return expression.text().replace(/^[a-zA-Z]*("""|'''|"|')/, '').replace(/("""|'''|"|')$/, '')
}
