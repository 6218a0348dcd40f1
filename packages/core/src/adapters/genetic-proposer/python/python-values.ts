import type { Syntax, SyntaxTree } from '../syntax-tree.ts'
import { isBinding, isBuiltin, localName, type LocalName } from './python-names.ts'

/** Built-in functions that look at their arguments and leave them as they are. */
export const lookers: readonly string[] = ['len', 'min', 'max', 'sum', 'sorted', 'enumerate', 'zip', 'list', 'set', 'tuple', 'dict', 'frozenset', 'any', 'all', 'reversed', 'str', 'repr', 'print', 'range', 'abs', 'bool', 'int', 'float', 'isinstance', 'type', 'round']
/** Methods of the built-in containers and texts that change nothing. */
export const quietMethods: ReadonlySet<string> = new Set([
  'index', 'count', 'copy', 'keys', 'values', 'items', 'get', 'startswith', 'endswith', 'split', 'rsplit', 'splitlines', 'strip', 'lstrip', 'rstrip', 'lower', 'upper', 'title', 'replace', 'find', 'rfind', 'join', 'isdigit', 'isalpha', 'isalnum',
  'isspace', 'isupper', 'islower', 'format', 'encode', 'union', 'intersection', 'difference', 'issubset', 'issuperset', 'partition', 'casefold', 'zfill', 'most_common',
])

/** Whether this mention only looks at what the name holds, as far as the language's own types go; nothing else gets hold of it. */
export function isRead(tree: SyntaxTree, mention: Syntax): boolean {
  const { parent } = mention
  if (parent === null || isBinding(mention)) return false
  switch (parent.kind) {
    case 'comparison_operator':
    case 'not_operator':
    case 'binary_operator':
    case 'unary_operator':
    case 'interpolation':
    case 'return_statement':
      return true
    case 'subscript':
      return !isStored(parent)
    case 'for_statement':
    case 'for_in_clause':
      return parent.field('right') === mention
    case 'if_statement':
    case 'elif_clause':
    case 'while_statement':
    case 'if_clause':
      return true
    case 'attribute':
      return parent.field('object') === mention && parent.parent?.kind === 'call' && parent.parent.field('function') === parent && quietMethods.has(parent.field('attribute')?.text() ?? '')
    case 'argument_list':
      return lookers.some((name) => parent.parent?.field('function')?.text() === name && isBuiltin(tree, name))
    case 'slice':
      return true
    default:
      return false
  }
}

/** `x[i] = 1`, `x[i] += 1`, `del x[i]`, also within a pattern. */
export function isStored(subscript: Syntax): boolean {
  for (const around of subscript.around()) {
    if (['pattern_list', 'tuple_pattern', 'list_pattern', 'expression_list'].includes(around.kind)) continue
    if (around.kind === 'delete_statement') return true
    if (!['assignment', 'augmented_assignment', 'for_statement', 'for_in_clause'].includes(around.kind)) return false
    const left = around.field('left')
    return left !== null && subscript.isWithin(left)
  }
  return false
}

/** What the name holds stays the same while this part of its function runs. */
export function staysFixed(tree: SyntaxTree, { mentions }: LocalName, part: Syntax): boolean {
  return mentions.every((mention) => !mention.isWithin(part) || isRead(tree, mention))
}

export type Shape = 'list' | 'set' | 'dict' | 'str' | 'int' | 'other'

/** What kind of value an expression gives, where its form says so. */
export function shapeOf(tree: SyntaxTree, node: Syntax | null): Shape {
  switch (node?.kind) {
    case 'list':
    case 'list_comprehension':
      return 'list'
    case 'set':
    case 'set_comprehension':
      return 'set'
    case 'dictionary':
    case 'dictionary_comprehension':
      return 'dict'
    case 'string':
    case 'concatenated_string':
      return /^[rRuUfF]*['"]/.test(node.text()) ? 'str' : 'other'
    case 'integer':
      return 'int'
    case 'call': {
      const name = node.field('function')?.text() ?? ''
      const made = { list: 'list', sorted: 'list', set: 'set', dict: 'dict', str: 'str', len: 'int' } as const
      return name in made && isBuiltin(tree, name) ? made[name as keyof typeof made] : 'other'
    }
    default:
      return 'other'
  }
}

/** What kind of value the name always holds: by its annotation, or by all that it is given. */
export function shapeOfName(tree: SyntaxTree, local: LocalName): Shape {
  const shapes = new Set(local.writes.map((write) => (write.parent?.kind === 'assignment' && write.parent.field('left') === write ? shapeOf(tree, write.parent.field('right')) : 'other')))
  if (local.isParameter) shapes.add(annotated(local))
  return shapes.size === 1 ? ([...shapes][0] as Shape) : 'other'
}

function annotated({ mentions, name }: LocalName): Shape {
  const parameter = mentions[0]?.parent
  const type = parameter?.field('type')?.text() ?? ''
  if (mentions[0]?.text() !== name) return 'other'
  if (/^(?:typing\.)?(?:list|List)\b/.test(type)) return 'list'
  return type === 'str' ? 'str' : type === 'int' ? 'int' : 'other'
}

/** A built-in sequence for sure, by its form. */
function isSequenceForm(tree: SyntaxTree, node: Syntax | null): boolean {
  if (node === null) return false
  if (node.kind === 'tuple' || ['list', 'str'].includes(shapeOf(tree, node))) return true
  const callee = node.kind === 'call' ? node.field('function') : null
  if (callee?.kind === 'identifier') return ['list', 'tuple', 'sorted', 'range'].includes(callee.text()) && isBuiltin(tree, callee.text())
  // `column.str.split()` of a table gives a table.
  return callee?.kind === 'attribute' && ['split', 'rsplit', 'splitlines'].includes(callee.field('attribute')?.text() ?? '') && callee.field('object')?.text().endsWith('.str') !== true
}

/** The name always holds a built-in list, tuple, range or text that this function has made: what is only annotated may be anything when the program runs. */
export function isSequence(tree: SyntaxTree, local: LocalName): boolean {
  const isMade = (write: Syntax): boolean => write.parent?.kind === 'assignment' && write.parent.field('left') === write && isSequenceForm(tree, write.parent.field('right'))
  return !local.isParameter && local.writes.length > 0 && local.writes.every(isMade)
}

/** Walking through it runs no code of the program and takes nothing away from anybody: neither a generator nor an iterator. */
export function isSteadyList(tree: SyntaxTree, node: Syntax | null): boolean {
  if (node === null) return false
  const shapes: readonly Shape[] = ['list', 'set', 'dict', 'str']
  const local = node.kind === 'identifier' ? localName(tree, node) : null
  if (local !== null) return isSequence(tree, local) || (!local.isParameter && shapes.includes(shapeOfName(tree, local)))
  const callee = node.kind === 'call' ? node.field('function') : null
  if (callee?.kind === 'identifier' && ['enumerate', 'reversed'].includes(callee.text()) && isBuiltin(tree, callee.text())) return isSteadyList(tree, node.field('arguments')?.named[0] ?? null)
  return isSequenceForm(tree, node) || shapes.includes(shapeOf(tree, node))
}

const calmKinds = new Set(['identifier', 'integer', 'float', 'string', 'string_start', 'string_content', 'string_end', 'escape_sequence', 'true', 'false', 'none', 'boolean_operator', 'not_operator', 'parenthesized_expression', 'comparison_operator'])
const calmOperators = new Set(['==', '!=', 'is', 'is not', 'not'])

/** Asking it does nothing and cannot fail: names, constants, and whether they are the same. An order can fail (`1 < 'a'`), as can a subscript, an attribute or a call. */
export function isCalm(node: Syntax): boolean {
  if (node.isNamed && !calmKinds.has(node.kind)) return false
  if (node.kind === 'comparison_operator' && !node.children.every((child) => child.isNamed || calmOperators.has(child.text().replaceAll(/\s+/g, ' ')))) return false
  return node.named.every(isCalm)
}

const quietKinds = new Set([
  'identifier', 'integer', 'float', 'string', 'true', 'false', 'none', 'comparison_operator', 'boolean_operator', 'not_operator', 'binary_operator', 'unary_operator', 'parenthesized_expression', 'subscript', 'tuple', 'list', 'attribute', 'slice',
  'conditional_expression', 'string_start', 'string_content', 'string_end', 'escape_sequence', 'argument_list',
])

/** Computing it changes nothing, as far as the language's own types go; it may fail. Calls only of built-in functions that look. */
export function isQuiet(tree: SyntaxTree, node: Syntax): boolean {
  if (node.kind === 'call') {
    const callee = node.field('function')
    const isLooker = callee?.kind === 'identifier' && [...lookers, 'ord', 'chr'].filter((name) => name !== 'print').includes(callee.text()) && isBuiltin(tree, callee.text())
    const isMethod = callee?.kind === 'attribute' && quietMethods.has(callee.field('attribute')?.text() ?? '')
    if (!isLooker && !isMethod) return false
  } else if (node.isNamed && !quietKinds.has(node.kind)) return false
  return node.named.every((child) => isQuiet(tree, child))
}
