import { parts, type SyntaxNode } from '../python/parse-source.ts'
import { normalType, parseParameter, type CppParameter, type CppStruct } from './cpp-signature.ts'
import type { CppNames } from './cpp-type.ts'

/** A function or method of a module. */
export interface CppFunction {
  /** With namespaces and class. */
  readonly name: string
  /** Its declaration without body, as it stands. */
  readonly text: string
  /** Names of template parameters that are types; null where a parameter is a value or a pack. */
  readonly template: readonly string[] | null
  /** Name of the class it is a method of. */
  readonly owner: string | null
  readonly isStatic: boolean
  readonly node: SyntaxNode
}

export interface CppModule extends CppNames {
  readonly functions: readonly CppFunction[]
  /** Parameters of constructors by class. */
  readonly constructors: ReadonlyMap<string, readonly (readonly CppParameter[])[]>
}

interface Collected {
  readonly functions: CppFunction[]
  readonly structs: Map<string, CppStruct>
  readonly aliases: Map<string, string>
  readonly enums: Map<string, readonly number[]>
  readonly constructors: Map<string, (readonly CppParameter[])[]>
}

interface Scope {
  readonly path: string
  readonly owner: string | null
  readonly template: readonly string[] | null
}

/** Everything that a module declares at namespace and class level, header guards and `extern "C"` included. */
export function cppModuleOf(root: SyntaxNode): CppModule {
  const found: Collected = { functions: [], structs: new Map(), aliases: new Map(), enums: new Map(), constructors: new Map() }
  collect(root, { path: '', owner: null, template: [] }, found)
  return found
}

const containers = ['translation_unit', 'declaration_list', 'preproc_ifdef', 'preproc_if', 'preproc_else', 'linkage_specification', 'field_declaration_list']

function collect(node: SyntaxNode, scope: Scope, found: Collected): void {
  for (const child of parts(node)) {
    const kind = String(child.kind())
    if (containers.includes(kind)) collect(child, scope, found)
    else if (kind === 'namespace_definition') collect(child.field('body') ?? child, { ...scope, path: joined(scope.path, child.field('name')?.text() ?? '') }, found)
    else if (kind === 'template_declaration') collect(child, { ...scope, template: templateOf(child) }, found)
    else if (kind === 'class_specifier' || kind === 'struct_specifier') collectClass(child, scope, found)
    else if (kind === 'enum_specifier') collectEnum(child, scope, found)
    else if (kind === 'alias_declaration') named(found.aliases, scope, child.field('name')?.text() ?? '', normalType(child.field('type')?.text() ?? ''))
    else if (kind === 'type_definition') collectTypedef(child, scope, found)
    else if (['function_definition', 'declaration', 'field_declaration'].includes(kind)) collectFunction(child, scope, found)
  }
}

const joined = (path: string, name: string): string => (name === '' ? path : path === '' ? name : `${path}::${name}`)

/** A name is known in full and by its last part, because code of the same namespace writes it so. */
function named<T>(map: Map<string, T>, scope: Scope, name: string, value: T): void {
  map.set(joined(scope.path, name), value)
  if (!map.has(name)) map.set(name, value)
}

function templateOf(node: SyntaxNode): readonly string[] | null {
  const list = node.field('parameters')
  if (list === null) return null
  const names = parts(list).map((parameter) => {
    const isType = parameter.kind() === 'type_parameter_declaration' || parameter.kind() === 'optional_type_parameter_declaration'
    return isType ? (/^(?:typename|class)\s+(\w+)/.exec(parameter.text())?.[1] ?? null) : null
  })
  return names.every((name) => name !== null) ? names : null
}

function collectClass(node: SyntaxNode, scope: Scope, found: Collected): void {
  const name = node.field('name')?.text()
  const body = node.field('body')
  if (name === undefined || body === null) return
  const path = joined(scope.path, name)
  const inner: Scope = { path, owner: path, template: scope.template === null || scope.template.length > 0 ? null : [] }
  collect(body, inner, found)
  const fields: CppParameter[] = []
  let isPublic = node.kind() === 'struct_specifier'
  for (const member of parts(body)) {
    if (member.kind() === 'access_specifier') isPublic = member.text() === 'public'
    if (member.kind() !== 'field_declaration' || declaratorOf(member) !== null) continue
    const isPlain = isPublic && node.kind() === 'struct_specifier' && !/\bstatic\b/.test(member.text())
    const type = member.field('type')?.text() ?? ''
    const names = member.fieldChildren('declarator')
    if (!isPlain || names.some((each) => each.kind() !== 'field_identifier')) return
    for (const each of names) fields.push({ type: normalType(type), name: each.text() })
  }
  const isAggregate = fields.length > 0 && !found.constructors.has(path) && node.field('body') !== null && inner.template !== null
  if (isAggregate) named(found.structs, scope, name, { name: path, fields })
}

function collectEnum(node: SyntaxNode, scope: Scope, found: Collected): void {
  const name = node.field('name')?.text()
  const body = node.field('body')
  if (name === undefined || body === null) return
  let next = 0
  const values: number[] = []
  for (const entry of parts(body)) {
    const given = Number(entry.field('value')?.text() ?? next)
    if (!Number.isSafeInteger(given)) return
    values.push(given)
    next = given + 1
  }
  if (values.length > 0) named(found.enums, scope, name, values)
}

function collectTypedef(node: SyntaxNode, scope: Scope, found: Collected): void {
  const [type, name] = [node.field('type'), node.field('declarator')]
  if (type === null || name?.kind() !== 'type_identifier') return
  if (type.kind() !== 'struct_specifier') return named(found.aliases, scope, name.text(), normalType(type.text()))
  const fields = parts(type.field('body') ?? type).flatMap((field) => (field.kind() === 'field_declaration' ? [parseParameter(field.text().replace(/;$/, ''))] : []))
  if (fields.length > 0) named(found.structs, scope, name.text(), { name: joined(scope.path, name.text()), fields })
}

/** The declarator that makes a declaration one of a function, behind pointers and references of its result. */
function declaratorOf(node: SyntaxNode): SyntaxNode | null {
  let declarator = node.field('declarator')
  while (declarator !== null && ['pointer_declarator', 'reference_declarator'].includes(String(declarator.kind()))) {
    declarator = declarator.field('declarator') ?? parts(declarator).at(-1) ?? null
  }
  return declarator?.kind() === 'function_declarator' ? declarator : null
}

function collectFunction(node: SyntaxNode, scope: Scope, found: Collected): void {
  const declarator = declaratorOf(node)
  const type = node.field('type')
  if (type !== null && ['struct_specifier', 'class_specifier', 'enum_specifier'].includes(String(type.kind()))) collectAny(type, scope, found)
  const name = declarator?.field('declarator')?.text()
  if (declarator === null || name === undefined || name.startsWith('operator') || name.startsWith('~')) return
  const list = declarator.field('parameters')
  if (type === null) {
    if (list !== null && scope.owner !== null) {
      const entries = found.constructors.get(scope.owner) ?? []
      entries.push(parts(list).map((parameter) => parseParameter(parameter.text())))
      found.constructors.set(scope.owner, entries)
    }
    return
  }
  const body = node.field('body')
  const text = body === null ? node.text() : node.text().slice(0, body.range().start.index - node.range().start.index)
  // `void Class::method() {...}` outside of its class names its owner itself.
  const full = joined(scope.path, name.replaceAll(/\s/g, ''))
  const known = found.functions.find((each) => each.name === full)
  if (known !== undefined && body !== null && known.owner !== null && scope.owner === null) return
  found.functions.push({ name: full, text: text.replace(/;$/, '').trim(), template: scope.template, owner: scope.owner, isStatic: /\bstatic\b/.test(text.slice(0, text.indexOf('('))), node })
}

function collectAny(type: SyntaxNode, scope: Scope, found: Collected): void {
  if (type.kind() === 'enum_specifier') collectEnum(type, scope, found)
  else collectClass(type, scope, found)
}
