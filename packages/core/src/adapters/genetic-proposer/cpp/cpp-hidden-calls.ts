import type { Syntax, SyntaxTree } from '../syntax-tree.ts'
import { methodCall, templateOf, typeArguments, variableOf, type Variable } from './cpp-names.ts'
import { isQuietCall } from './cpp-values.ts'

const libraryTypes = new Set([
  'array', 'auto', 'bool', 'char', 'const', 'deque', 'double', 'float', 'int', 'int16_t', 'int32_t', 'int64_t', 'int8_t', 'list', 'long', 'map', 'multimap', 'multiset', 'pair', 'ptrdiff_t', 'set', 'short', 'signed', 'size_t', 'ssize_t', 'std',
  'string', 'string_view', 'tuple', 'uint16_t', 'uint32_t', 'uint64_t', 'uint8_t', 'unordered_map', 'unordered_set', 'unsigned', 'vector', 'void', 'wchar_t',
])
/** Whoever defined these anew for texts and containers of the library would not be understood by the compiler. */
const takenOperators = new Set(['==', '!=', '<', '>', '<=', '>=', '&&', '||'])
const ownHeader = /^"|^<(?![a-z_0-9]+>$|(?:assert|ctype|errno|float|inttypes|limits|locale|math|signal|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|time|unistd)\.h>$)/

/** The program's own types may do something when they are made, end, or are computed with; a header of its own may hold such types. */
function hasActiveTypes(tree: SyntaxTree): boolean {
  const known = active.get(tree) ?? findActiveTypes(tree)
  active.set(tree, known)
  return known
}

const active = new WeakMap<SyntaxTree, boolean>()

function findActiveTypes(tree: SyntaxTree): boolean {
  if (tree.all('operator_name', 'operator_cast', 'destructor_name').length > 0 || /\boperator\b/.test(tree.text)) return true
  if (tree.all('preproc_include').some((node) => ownHeader.test(node.field('path')?.text() ?? '"'))) return true
  if (tree.all('field_declaration').some((field) => tree.within(field, 'call_expression').length > 0)) return true
  const classes = new Set(tree.all('class_specifier', 'struct_specifier', 'union_specifier').map((node) => node.field('name')?.text() ?? ''))
  return tree.all('function_declarator').some((declarator) => classes.has(/\w+$/.exec(declarator.field('declarator')?.text() ?? '')?.[0] ?? ''))
}

/** Where something stands in a part of the program by which code of its own may run without being called by name: operators, constructors, destructors and conversions. */
export function hiddenCalls(tree: SyntaxTree, part: Syntax): readonly Syntax[] {
  if (!hasActiveTypes(tree)) return []
  const all = (kind: string): readonly Syntax[] => [...(part.kind === kind ? [part] : []), ...tree.within(part, kind)]
  const names = all('identifier').filter((node) => !isOfLibrary(node) && !isPassive(tree, node))
  const types = all('type_identifier').filter((node) => !libraryTypes.has(node.text()))
  const operations = all('binary_expression').filter((node) => !takenOperators.has(node.field('operator')?.text() ?? '') && [node.field('left'), node.field('right')].some((operand) => isContainer(tree, operand, node.field('operator')?.text() ?? '')))
  return [...names, ...types, ...operations, ...all('this'), ...all('lambda_expression')]
}

/** `std::max`, and what is called, which the callers look at themselves. */
function isOfLibrary(node: Syntax): boolean {
  const { parent } = node
  if (parent?.kind === 'qualified_identifier') return /^(?:::)?std\s*::/.test(parent.text())
  return parent?.kind === 'call_expression' && parent.field('function') === node
}

/** The name of something that only holds numbers, texts and containers of the library. */
function isPassive(tree: SyntaxTree, node: Syntax): boolean {
  const variable = variableOf(tree, node)
  if (variable === null) return false
  return variable.type === 'auto' ? isPassiveValue(tree, variable) : isPassiveType(variable.type)
}

function isPassiveType(type: string): boolean {
  return !type.startsWith('?') && (type.match(/\w+/g) ?? ['?']).every((word) => libraryTypes.has(word) || /^\d+$/.test(word))
}

/** What `auto` stands for: an element of such a container, or what is worked out of such values. */
function isPassiveValue(tree: SyntaxTree, { declaration, value }: Variable): boolean {
  const walked = declaration.kind === 'for_range_loop' ? declaration.field('right') : null
  const container = walked?.kind === 'identifier' ? variableOf(tree, walked) : null
  if (container !== null) return container.type !== 'auto' && typeArguments(container.type).length > 0 && isPassiveType(container.type)
  if (value === null) return false
  const calls = [...(value.kind === 'call_expression' ? [value] : []), ...tree.within(value, 'call_expression')]
  const names = [...(value.kind === 'identifier' ? [value] : []), ...tree.within(value, 'identifier')]
  return calls.every((call) => methodCall(call) !== null || isQuietCall(tree, call)) && names.every((name) => isOfLibrary(name) || ((variableOf(tree, name)?.declaration.start ?? declaration.start) < declaration.start && isPassive(tree, name)))
}

const containers = new Set(['array', 'deque', 'list', 'map', 'multimap', 'multiset', 'pair', 'set', 'tuple', 'unordered_map', 'unordered_set', 'vector'])

/** Only the program itself can say what becomes of containers that are added, or of a text times a number. */
function isContainer(tree: SyntaxTree, operand: Syntax | null, operator: string): boolean {
  const type = operand?.kind === 'identifier' ? (variableOf(tree, operand)?.type ?? '') : ''
  return containers.has(templateOf(type)) || (/^string(?:_view)?$/.test(type) && operator !== '+' && operator !== '<<' && operator !== '>>')
}
