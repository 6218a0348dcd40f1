import type { SgNode } from '@ast-grep/napi'
import { parseAs } from '../ast-grep-rules/languages.ts'

/** What a C or C++ file declares for others, at namespace and class level. */
export interface NativeDeclarations {
  /** Functions and static methods, with namespaces and class. */
  readonly functions: readonly string[]
  /** Classes that have methods, with namespaces, and the names of those methods. */
  readonly classes: ReadonlyMap<string, readonly string[]>
}

/** What a C or C++ file uses of others. */
export interface NativeUses {
  /** Functions called or handed on, as they are written, in their order. */
  readonly functions: readonly string[]
  /** Names of methods called on some object. */
  readonly methods: ReadonlySet<string>
  /** Names of types that are mentioned. */
  readonly types: ReadonlySet<string>
}

/** Macros that only decorate a declaration; the grammar takes them for its type. */
const decorations = /(?<!^[ \t]*#.*)\b[A-Z][A-Z0-9_]*_?(?:API|EXPORTS?|PUBLIC|INLINE|DECL|NODISCARD|NOEXCEPT|CONSTEXPR|EXTERN|DEF|CALL|DLL)\b(?=\s+[A-Za-z_])/gm
const transparent = ['translation_unit', 'declaration_list', 'preproc_ifdef', 'preproc_if', 'preproc_else', 'preproc_elif', 'linkage_specification', 'template_declaration']
const classes = ['class_specifier', 'struct_specifier']

const rootOf = (text: string): SgNode => parseAs('cpp', text.replaceAll(decorations, (word) => ' '.repeat(word.length))).root()
const named = (node: SgNode): readonly SgNode[] => node.children().filter((child) => child.isNamed())
const joined = (path: string, name: string): string => (path === '' ? name : `${path}::${name}`)

export function nativeDeclarations(text: string): NativeDeclarations {
  const found = { functions: [] as string[], classes: new Map<string, string[]>() }
  collect(rootOf(text), { path: '', owner: null }, found)
  return { functions: [...new Set(found.functions)], classes: found.classes }
}

interface Scope {
  readonly path: string
  readonly owner: string | null
}

function collect(node: SgNode, scope: Scope, found: { readonly functions: string[]; readonly classes: Map<string, string[]> }): void {
  for (const child of named(node)) {
    const kind = String(child.kind())
    const type = child.field('type')
    if (transparent.includes(kind)) collect(child, scope, found)
    else if (kind === 'namespace_definition') {
      const [name, body] = [child.field('name')?.text() ?? '', child.field('body')]
      // What stands in a namespace without a name is nobody else's.
      if (name !== '' && body !== null) collect(body, { ...scope, path: joined(scope.path, name) }, found)
    } else if (classes.includes(kind)) collectClass(child, scope, found)
    else if (['function_definition', 'declaration', 'field_declaration'].includes(kind)) {
      if (type !== null && classes.includes(String(type.kind()))) collectClass(type, scope, found)
      if (type !== null) collectFunction(child, scope, found)
    }
  }
}

function collectClass(node: SgNode, scope: Scope, found: Parameters<typeof collect>[2]): void {
  const [name, body] = [node.field('name')?.text(), node.field('body')]
  if (name === undefined || body === null) return
  const path = joined(scope.path, name)
  found.classes.set(path, found.classes.get(path) ?? [])
  let isPublic = node.kind() === 'struct_specifier'
  for (const member of named(body)) {
    if (member.kind() === 'access_specifier') isPublic = member.text().startsWith('public')
    else if (isPublic) collectMember(member, { path, owner: path }, found)
  }
}

function collectMember(member: SgNode, scope: Scope, found: Parameters<typeof collect>[2]): void {
  const inner = member.kind() === 'template_declaration' ? named(member).at(-1) : member
  if (inner === undefined) return
  if (classes.includes(String(inner.kind()))) collectClass(inner, scope, found)
  else if (['function_definition', 'declaration', 'field_declaration'].includes(String(inner.kind())) && inner.field('type') !== null) collectFunction(inner, scope, found)
}

function collectFunction(node: SgNode, scope: Scope, found: Parameters<typeof collect>[2]): void {
  let declarator = node.field('declarator')
  while (declarator !== null && ['pointer_declarator', 'reference_declarator'].includes(String(declarator.kind()))) {
    declarator = declarator.field('declarator') ?? named(declarator).at(-1) ?? null
  }
  const name = declarator?.kind() === 'function_declarator' ? declarator.field('declarator')?.text().replaceAll(/\s/g, '') : undefined
  if (name === undefined || !/^(?:\w+::)*[A-Za-z_]\w*$/.test(name) || name.startsWith('operator')) return
  const head = node.text().slice(0, node.text().indexOf('('))
  if (scope.owner === null) {
    // `static` in a source file keeps a function there; in a header everybody has his own. `void Class::f() {}` belongs to its class.
    if (!name.includes('::') && name !== 'main') found.functions.push(joined(scope.path, name))
  } else if (/\bstatic\b/.test(head)) found.functions.push(joined(scope.path, name))
  else found.classes.get(scope.owner)?.push(name)
}

export function nativeUses(text: string): NativeUses {
  const root = rootOf(text)
  const uses = { functions: [] as string[], methods: new Set<string>(), types: new Set<string>() }
  const aliases = new Map<string, string>()
  const pending: SgNode[] = [root]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    note(next, uses, aliases)
    pending.push(...next.children().toReversed())
  }
  const own = new Set(nativeDeclarations(text).functions)
  const functions = uses.functions.map((name) => name.replace(/^(\w+)(?=::)/, (first) => aliases.get(first) ?? first)).filter((name) => !own.has(name))
  return { functions: [...new Set(functions)], methods: uses.methods, types: uses.types }
}

function note(node: SgNode, uses: { readonly functions: string[]; readonly methods: Set<string>; readonly types: Set<string> }, aliases: Map<string, string>): void {
  const plain = (text: string): string => text.replaceAll(/\s/g, '').replace(/<.*>$/s, '').replace(/^[&*]*(?:::)?/, '')
  switch (String(node.kind())) {
    case 'call_expression': {
      const called = node.field('function')
      if (called?.kind() === 'field_expression') uses.methods.add(called.field('field')?.text().replace(/<.*>$/s, '') ?? '')
      else if (called !== null) uses.functions.push(plain(called.text()))
      return
    }
    case 'argument_list':
      // A function handed to something that measures it.
      for (const argument of named(node)) if (['identifier', 'qualified_identifier', 'pointer_expression'].includes(String(argument.kind()))) uses.functions.push(plain(argument.text()))
      return
    case 'type_identifier':
      uses.types.add(node.text())
      return
    case 'namespace_alias_definition': {
      const [alias, target] = named(node)
      if (alias !== undefined && target !== undefined) aliases.set(alias.text(), target.text().replaceAll(/\s/g, ''))
    }
  }
}

/** Whether a call written as `used` can mean the function of the full name: its qualifiers occur in this order; inline namespaces may be left out. */
export function isCallOf(used: string, full: string): boolean {
  const [wanted, have] = [used.split('::'), full.split('::')]
  if (wanted.at(-1) !== have.at(-1)) return false
  let at = 0
  for (const part of have.slice(0, -1)) if (part === wanted[at] && at < wanted.length - 1) at++
  return at === wanted.length - 1
}
