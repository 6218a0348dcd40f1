import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, upwards } from '../../genetic-proposer/analysis/nodes.ts'
import type { Binding } from '../../genetic-proposer/analysis/scopes.ts'
import type { Names } from '../names.ts'
import { isMemberOf } from './builtin-members.ts'

/** What is written to: the name at its beginning, and the properties from there on; null for one that only running it would tell. */
interface Path {
  readonly base: SgNode
  readonly properties: readonly (string | null)[]
}

const ownValues = new Set(['object', 'array', 'string', 'template_string', 'number', 'regex', 'true', 'false', 'null', 'arrow_function', 'function_expression', 'class'])
/** Through these every object reaches one that others share. */
const shared = new Set<string | null>(['prototype', 'constructor', '__proto__'])
/** Words by which a value may be a built-in, whatever it is called afterwards. */
const reaching = /\b(?:globalThis|global|window|self|this|require|import|module|eval|Function|Reflect|Object|constructor|prototype|arguments)\b|\\/

/**
 * Whether a name that a built-in has as well surely means something of the file's own here: it is bound by a declaration, a parameter or an import of the target's own, and what is done to it would not change the built-in even if that
 * had been handed in under its own name. Threat: a name bound to the very built-in (`const performance = globalThis.performance`, `(process = globalThis.process) => ...`).
 */
export function isOwnStore(found: SgNode, names: Names): boolean {
  const path = pathOf(found)
  const binding = path === null ? null : bindingOf(path.base, names)
  if (path === null) return false
  if (binding === null) return isOwnTypedClass(path, names)
  if (path.properties.length > 0) return isMadeHere(binding) ? isShallow(path, binding) : isHandedIn(binding, names) && isForeignTo(path)
  // The whole name: given a new meaning, or handed to what changes objects.
  return found.parent()?.kind() === 'arguments' ? isMadeHere(binding) : isLocal(binding)
}

/** The same of a name that is only used: made here it may still be a copy of the built-in, so that its properties count. */
export function isOwnUse(found: SgNode, names: Names): boolean {
  const path = pathOf(found)
  const binding = path === null || path.properties.length === 0 ? null : bindingOf(path.base, names)
  return path !== null && binding !== null && (isMadeHere(binding) || isHandedIn(binding, names)) && isForeignTo(path)
}

/** The same of the whole object: handed on, taken apart, asked for what is not known. */
export function isOwnValue(found: SgNode, names: Names): boolean {
  const binding = bindingOf(found, names)
  return binding !== null && (binding.kind === 'class' || binding.kind === 'function' || isHandedIn(binding, names))
}

/**
 * What declares the name, where that is sure. Names of parameters that only a type has, what is only said to be there (`declare let Date`), types that are imported, and functions in a block, which modules know there only, declare nothing
 * here; and what is declared in a function's body means nothing to the defaults of its parameters.
 */
function bindingOf(name: SgNode, names: Names): Binding | null {
  const binding = names.isFrequent(name.text()) ? null : names.resolve(name)
  if (binding === null || names.hasTypedDeclaration(binding.name)) return null
  const line = [...upwards(binding.declaration)]
  if (line.some((around) => around.kind() === 'ambient_declaration')) return null
  switch (binding.kind) {
    case 'parameter':
    case 'rest': {
      const holder = line.find((around) => around.kind() === 'formal_parameters')?.parent() ?? binding.home
      return isNode(holder, binding.home) && isFunction(holder) && holder.field('body') !== null ? binding : null
    }
    case 'import':
      return /^import\b[^'"]*\btype\b/.test(line.find((around) => around.kind() === 'import_statement')?.text() ?? '') ? null : binding
    case 'function':
    case 'var':
      return isHoisted(binding) && ![...upwards(name)].some((around) => around.kind() === 'formal_parameters') ? binding : null
    case 'const':
    case 'let':
    case 'class':
    case 'catch':
      return binding
  }
}

function isHoisted({ kind, declaration }: Binding): boolean {
  const owner = declaration.parent()
  if (kind === 'var' || owner?.kind() === 'function_expression' || owner?.kind() === 'generator_function') return true
  const around = owner?.parent() ?? null
  return around?.kind() === 'program' || around?.kind() === 'export_statement' || (around?.kind() === 'statement_block' && around.parent() !== null && isFunction(around.parent() as SgNode))
}

/** `a.b['c'].d`, written as such: brackets around it, casts and optional steps are not. */
function pathOf(found: SgNode): Path | null {
  const properties: (string | null)[] = []
  let node: SgNode | null = found
  while (node?.kind() === 'member_expression' || node?.kind() === 'subscript_expression') {
    properties.unshift(propertyOf(node))
    node = node.field('object')
  }
  return node?.kind() === 'identifier' ? { base: node, properties } : null
}

function propertyOf(node: SgNode): string | null {
  if (node.kind() === 'member_expression') return node.field('property')?.text() ?? null
  const index = node.field('index')
  return index?.kind() === 'string' && /^.\w+.$/.test(index.text()) ? index.text().slice(1, -1) : null
}

/** What stands here belongs to nobody else, whatever it holds. */
function isMadeHere({ kind, value, writes }: Binding): boolean {
  if (writes.length > 0) return false
  return kind === 'class' || kind === 'function' || (value !== null && ownValues.has(String(value.kind())))
}

/** On the object itself, or on the prototype of a class of one's own. Threat: farther in lies what others have made, `class Date { static p = performance }` with `Date.p.now = f`, or `Map.push.call = f` on a list. */
function isShallow({ properties }: Path, { kind }: Pick<Binding, 'kind'>): boolean {
  const [first, ...rest] = properties
  if (first === 'prototype' && (kind === 'class' || kind === 'function')) return rest.length === 1 && !shared.has(rest[0] as string | null)
  return properties.length === 1 && first !== '__proto__' && first !== 'prototype'
}

/** Given by somebody else: a parameter, a part of one, the element of a list, what a call returns, or a module of the target. Nothing in the file means the built-in by that name. */
function isHandedIn(binding: Binding, names: Names): boolean {
  const sources = sourcesOf(binding)
  if (sources === null || binding.writes.length > 0 || sources.some((source) => reaching.test(source) || names.wordsIn(source).has(binding.name))) return false
  return names.mentions(binding.name).every((mention) => bindingOf(mention, names) !== null)
}

/** Texts that say where its value comes from, defaults included; null where a package or Node does. */
function sourcesOf({ declaration, kind }: Binding): readonly string[] | null {
  const sources: string[] = []
  for (const around of upwards(declaration)) {
    switch (String(around.kind())) {
      case 'import_statement':
        return /^["']\.{1,2}\//.test(around.field('source')?.text() ?? '') ? [] : null
      case 'variable_declarator': {
        const value = around.field('value')
        if (value !== null) sources.push(value.text())
        if (value !== null || around.parent()?.kind() !== 'for_in_statement') return value === null ? null : sources
        break
      }
      case 'for_in_statement':
        return [...sources, around.field('right')?.text() ?? 'this']
      case 'assignment_pattern':
      case 'object_assignment_pattern':
        sources.push(around.field('right')?.text() ?? 'this')
        break
      case 'required_parameter':
      case 'optional_parameter':
        if (around.field('value') !== null) sources.push(around.field('value')?.text() ?? 'this')
        break
      case 'formal_parameters':
      case 'arrow_function':
      case 'catch_clause':
        return sources
      default:
        if (kind === 'class' || kind === 'function') return null
    }
  }
  return null
}

/** Nothing that the built-in has is replaced. */
function isForeignTo({ base, properties }: Path): boolean {
  const [first = null] = properties
  return first !== null && !isMemberOf(base.text(), first) && !properties.some((name) => shared.has(name))
}

/** Bound in this file and nowhere else: a new meaning for the name is one for this file. What a script declares outside of functions belongs to everybody. */
function isLocal({ kind, home }: Binding): boolean {
  return (kind !== 'var' && kind !== 'function') || home.kind() !== 'program' || home.children().some((child) => child.kind() === 'import_statement' || child.kind() === 'export_statement')
}

/** The name of a class is no identifier in TypeScript. Threat: what declares the name once more farther in, where it means something else. */
function isOwnTypedClass({ base, properties }: Path, names: Names): boolean {
  const name = base.text()
  if (names.isFrequent(name) || !isShallow({ base, properties }, { kind: 'class' }) || names.hasTypedDeclaration(name)) return false
  if (names.mentions(name).some((mention) => names.isWritten(mention) || names.isDeclared(mention))) return false
  return [...upwards(base)].some((around) => ['program', 'statement_block'].includes(String(around.kind())) && around.children().some((child) => isClassOf(child.kind() === 'export_statement' ? child.field('declaration') : child, name)))
}

function isClassOf(node: SgNode | null, name: string): boolean {
  return node?.kind() === 'class_declaration' && node.field('name')?.kind() === 'type_identifier' && node.field('name')?.text() === name
}
