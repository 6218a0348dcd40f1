import type { Syntax, SyntaxTree } from '../syntax-tree.ts'

/** A name that belongs to one function, with everything the function does with it. */
export interface LocalName {
  readonly name: string
  readonly home: Syntax
  readonly isParameter: boolean
  /** In the order of the text, declarations included. */
  readonly mentions: readonly Syntax[]
  /** Those that give the name another value. */
  readonly writes: readonly Syntax[]
}

const scopes = ['function_definition', 'lambda', 'class_definition']
const patterns = ['pattern_list', 'tuple_pattern', 'list_pattern', 'list_splat_pattern', 'dictionary_splat_pattern', 'as_pattern_target', 'typed_parameter', 'expression_list']
const fields: Readonly<Record<string, string>> = {
  assignment: 'left', augmented_assignment: 'left', for_statement: 'left', for_in_clause: 'left', named_expression: 'name', default_parameter: 'name', typed_default_parameter: 'name', function_definition: 'name',
  class_definition: 'name', aliased_import: 'alias',
}
const always = new Set(['parameters', 'lambda_parameters', 'global_statement', 'nonlocal_statement', 'delete_statement', 'as_pattern', 'case_pattern', 'import_statement', 'import_from_statement', 'type_parameter'])

/** Whether this mention declares the name, gives it another value, or takes it away. */
export function isBinding(node: Syntax): boolean {
  let top = node
  if (top.parent?.kind === 'dotted_name') top = top.parent
  while (top.parent !== null && patterns.includes(top.parent.kind) && !(top.parent.kind === 'typed_parameter' && top.parent.field('type') === top)) top = top.parent
  const { parent } = top
  if (parent === null) return false
  if (parent.kind === 'as_pattern') return parent.field('alias') === top
  if (parent.kind === 'delete_statement') return top.kind === 'identifier' || top.kind === 'expression_list'
  if (parent.kind === 'import_from_statement') return parent.field('module_name') !== top
  const field = fields[parent.kind]
  return always.has(parent.kind) || (field !== undefined && parent.field(field) === top) || node.nearest('case_pattern') !== null
}

/** Not the `b` of `a.b`, nor the `b` of `f(b=1)`. */
function isName(node: Syntax): boolean {
  const { parent } = node
  return !(parent?.kind === 'attribute' && parent.field('attribute') === node) && !(parent?.kind === 'keyword_argument' && parent.field('name') === node)
}

const reachesNames = /\b(?:eval|exec|locals|vars|globals|__dict__|sys\._getframe)\b|\bimport\s*\*/

/** The mentions of a name within a part of the file. */
export function mentionsIn(tree: SyntaxTree, part: Syntax, name: string): readonly Syntax[] {
  const inside = tree.within(part, 'identifier')
  return [...(part.kind === 'identifier' ? [part] : []), ...inside].filter((node) => node.text() === name && isName(node))
}

/**
 * What a name means where it is used in a function. Null when it is not the function's own, when an inner function, class or comprehension has anything to do with
 * it, or when names may be reached in other ways.
 */
export function localName(tree: SyntaxTree, use: Syntax): LocalName | null {
  const home = use.nearest('function_definition')
  if (use.kind !== 'identifier' || home === null || reachesNames.test(tree.text)) return null
  const name = use.text()
  const mentions = mentionsIn(tree, home, name)
  const isOwn = (node: Syntax): boolean => {
    const scope = node.nearest(...scopes)
    return scope === home && node !== home.field('name') && node.parent?.kind !== 'global_statement' && node.parent?.kind !== 'nonlocal_statement'
  }
  if (!mentions.every(isOwn)) return null
  const writes = mentions.filter(isBinding)
  const parameters = home.field('parameters')
  const declared = writes.filter((node) => parameters !== null && node.isWithin(parameters))
  const others = writes.filter((node) => !declared.includes(node))
  const isOdd = others.some((node) => ['for_in_clause', 'import_statement', 'import_from_statement', 'aliased_import', 'case_pattern', 'delete_statement', 'dotted_name'].some((kind) => node.nearest(kind, 'block')?.kind === kind))
  return writes.length === 0 || isOdd ? null : { name, home, isParameter: declared.length > 0, mentions, writes: others }
}

/** Nothing in the file gives this name a meaning of its own: it is the language's. */
export function isBuiltin(tree: SyntaxTree, name: string): boolean {
  return !reachesNames.test(tree.text) && tree.all('identifier').every((node) => node.text() !== name || !isName(node) || !isBinding(node))
}

/** `name(...)` with positional arguments only, of a built-in function. */
export function builtinCall(tree: SyntaxTree, call: Syntax | null, ...names: readonly string[]): readonly Syntax[] | null {
  const callee = call?.kind === 'call' ? call.field('function') : null
  const list = call?.field('arguments')
  if (callee?.kind !== 'identifier' || list?.kind !== 'argument_list' || !names.includes(callee.text()) || !isBuiltin(tree, callee.text())) return null
  return list.named.some(({ kind }) => ['keyword_argument', 'list_splat', 'dictionary_splat'].includes(kind)) ? null : list.named
}

/** `object.method(...)` with positional arguments only. */
export function methodCall(call: Syntax | null): { readonly object: Syntax; readonly method: string; readonly values: readonly Syntax[] } | null {
  const callee = call?.kind === 'call' ? call.field('function') : null
  const [object, method, list] = [callee?.field('object'), callee?.field('attribute'), call?.field('arguments')]
  if (callee?.kind !== 'attribute' || object === null || object === undefined || method === null || method === undefined || list?.kind !== 'argument_list') return null
  return list.named.some(({ kind }) => ['keyword_argument', 'list_splat', 'dictionary_splat'].includes(kind)) ? null : { object, method: method.text(), values: list.named }
}
