import type { SgNode } from '@ast-grep/napi'
import { isNode, upwards } from '../../genetic-proposer/analysis/nodes.ts'
import type { Names } from '../names.ts'
import { isInModule } from './module-members.ts'

type Bound = 'parameter' | 'loop'

const comprehensions = new Set(['list_comprehension', 'set_comprehension', 'dictionary_comprehension', 'generator_expression', 'lambda', 'class_definition'])
/** Where a name is bound: places in which it may become something else than it was handed in as. */
const binding: readonly (readonly [kind: string, field: string | null])[] = [
  ['assignment', 'left'], ['augmented_assignment', 'left'], ['named_expression', 'name'], ['pattern_list', null], ['tuple_pattern', null], ['list_pattern', null], ['as_pattern_target', null], ['delete_statement', null], ['global_statement', null],
  ['nonlocal_statement', null], ['dotted_name', null], ['aliased_import', null], ['list_splat_pattern', null], ['dictionary_splat_pattern', null], ['default_parameter', 'name'], ['typed_default_parameter', 'name'], ['function_definition', 'name'],
  ['class_definition', 'name'], ['type_alias_statement', null], ['case_pattern', null], ['for_in_clause', 'left'],
]
/** Uses that take nothing but a value of one's own from it. */
const asking = new Set(['binary_operator', 'comparison_operator', 'unary_operator', 'not_operator', 'boolean_operator', 'interpolation', 'for_statement'])
const measuring = /^(?:len|sum|max|min|sorted|range|int|float|str|list|tuple|set|abs|round|enumerate|zip|reversed|isinstance)$/
/** By these a loop could be handed the built-in itself. */
const reaching = /\b(?:__\w+__|globals|locals|vars|getattr|builtins|modules|importlib|import_module|eval|exec)\b/

/**
 * Whether a store to an attribute of a name that a module has as well surely changes something else: a parameter or a loop's variable, in a file that imports no module of this name, and an attribute that the module has not.
 * Threat: a module handed to a parameter of its own name, whose functions are then replaced.
 */
export function isOwnStore(found: SgNode, { root, isFrequent }: Names): boolean {
  let node: SgNode | null = found
  let first: string | null = null
  while (node?.kind() === 'attribute' || node?.kind() === 'subscript') {
    first = node.kind() === 'attribute' ? (node.field('attribute')?.text() ?? null) : null
    node = node.field(node.kind() === 'attribute' ? 'object' : 'value')
  }
  if (node?.kind() !== 'identifier' || first === null || found.text().includes('__')) return false
  return !isFrequent(node.text()) && !isInModule(node.text(), first) && !isImported(node.text(), root) && boundBy(node) !== null
}

/** Whether a built-in's name is a loop's variable here, or a parameter of which only values are taken: handed on or called it might be the built-in. */
export function isOwnUse(found: SgNode, { root, isFrequent }: Names): boolean {
  if (found.kind() !== 'identifier' || isFrequent(found.text()) || isImported(found.text(), root)) return false
  const bound = boundBy(found)
  return bound === 'loop' || (bound === 'parameter' && isOnlyAsked(found))
}

function isImported(name: string, root: SgNode): boolean {
  return root.findAll({ rule: { any: [{ kind: 'import_statement' }, { kind: 'import_from_statement' }] } }).some((statement) => new RegExp(`\\b${name}\\b|\\*`).test(statement.text()))
}

/** How the function around gives the name its value, where there is one way only. In a function a name that is bound anywhere means nothing else, from the first line on. */
function boundBy(name: SgNode): Bound | null {
  const line: SgNode[] = []
  for (const around of upwards(name)) {
    if (comprehensions.has(String(around.kind()))) return null
    if (around.kind() === 'function_definition') return line.some((part) => isNode(part, around.field('body'))) ? boundIn(around, name) : null
    line.push(around)
  }
  return null
}

function boundIn(definition: SgNode, name: SgNode): Bound | null {
  const mentions = definition.findAll({ rule: { kind: 'identifier', regex: `^${name.text()}$` } })
  if (mentions.some((mention) => binding.some(([kind, field]) => isAt(mention, kind, field)))) return null
  const isParameter = definition.field('parameters')?.children().some((parameter) => (parameter.kind() === 'typed_parameter' ? parameter.child(0)?.text() : parameter.kind() === 'identifier' ? parameter.text() : null) === name.text()) ?? false
  const loops = mentions.filter((mention) => isAt(mention, 'for_statement', 'left'))
  // A loop of a function or class that lies inside binds the name there.
  if (loops.some((mention) => !isNode(scopeOf(mention), definition))) return null
  if (loops.length === 0) return isParameter ? 'parameter' : null
  return !isParameter && loops.every((mention) => isPlainLoop(mention, name)) ? 'loop' : null
}

function scopeOf(node: SgNode): SgNode | null {
  for (const around of upwards(node)) if (around.kind() === 'function_definition' || around.kind() === 'class_definition') return around
  return null
}

/** A loop around the name, or whose variable it is, over something that does not lead to the built-in. */
function isPlainLoop(variable: SgNode, name: SgNode): boolean {
  const loop = variable.parent()
  const values = loop?.field('right')?.text() ?? '__'
  return !reaching.test(values) && !new RegExp(`\\b${name.text()}\\b`).test(values)
}

function isAt(mention: SgNode, kind: string, field: string | null): boolean {
  const parent = mention.parent()
  return parent?.kind() === kind && (field === null || isNode(parent.field(field), mention))
}

function isOnlyAsked(name: SgNode): boolean {
  const parent = name.parent()
  switch (String(parent?.kind())) {
    case 'attribute':
      return isNode(parent?.field('object'), name) && !(parent?.field('attribute')?.text().startsWith('_') ?? true)
    case 'subscript':
      return isNode(parent?.field('value'), name)
    case 'argument_list':
      return measuring.test(parent?.parent()?.field('function')?.text() ?? '')
    default:
      return asking.has(String(parent?.kind()))
  }
}
