import type { Syntax, SyntaxTree } from '../syntax-tree.ts'
import { callOn, variableOf } from './cpp-names.ts'

const quietMethods = new Set(['size', 'length', 'empty', 'find', 'rfind', 'substr', 'c_str', 'count', 'contains', 'compare', 'end', 'cbegin', 'cend', 'starts_with', 'ends_with', 'find_first_of', 'find_last_of', 'capacity'])
const elementMethods = new Set(['at', 'front', 'back'])
/** Functions of the library that take whatever they are given by constant reference or by value. */
const lookers = /^(?:std::)?(?:max|min|abs|to_string|isalpha|isdigit|isspace|isalnum|isupper|islower|toupper|tolower|strlen|printf|hash)$/
const walkers = /^(?:std::)?(?:count|count_if|accumulate|any_of|all_of|none_of|binary_search|equal|find)$/

/** Whether the value that an expression stands for is only looked at: nobody can change what it stands for through it, or keep it. */
function isValue(node: Syntax): boolean {
  const { parent } = node
  switch (parent?.kind) {
    case 'binary_expression':
    case 'return_statement':
    case 'condition_clause':
    case 'parenthesized_expression':
    case 'unary_expression':
    case 'subscript_argument_list':
      return true
    case 'conditional_expression':
      return parent.field('condition') === node || isValue(parent)
    case 'init_declarator':
      return parent.field('value') === node && ['identifier'].includes(parent.field('declarator')?.kind ?? '')
    case 'assignment_expression':
      return parent.field('right') === node
    case 'field_expression': {
      // `v[0].size()`, `it->second.size()`
      const method = parent.field('field')?.text() ?? ''
      return parent.parent?.kind === 'call_expression' && quietMethods.has(method) && method !== 'end'
    }
    case 'argument_list':
      return lookers.test(parent.parent?.field('function')?.text() ?? '') || ['push_back'].includes(parent.parent?.field('function')?.field('field')?.text() ?? '')
    default:
      return false
  }
}

/** Whether this mention of a container or text leaves it as it is, and gives nobody a way to change it. */
export function isConstantUse(mention: Syntax): boolean {
  const call = callOn(mention)
  const whole = mention.parent?.parent
  if (call !== null && whole !== null && whole !== undefined) {
    if (elementMethods.has(call.method)) return isValue(whole)
    if (call.method === 'begin' || call.method === 'end') return isWalked(whole) || (call.method === 'end' && whole.parent?.kind === 'binary_expression')
    if (call.method === 'find') return isValue(whole)
    return quietMethods.has(call.method)
  }
  const { parent } = mention
  if (parent?.kind === 'subscript_expression') return parent.field('argument') === mention && isValue(parent)
  if (parent?.kind === 'for_range_loop') return parent.field('right') === mention && !isChangingWalk(parent)
  return isValue(mention)
}

/** `std::count(v.begin(), v.end(), x)`. */
function isWalked(iterator: Syntax): boolean {
  return iterator.parent?.kind === 'argument_list' && walkers.test(iterator.parent.parent?.field('function')?.text() ?? '') && (iterator.parent.parent?.field('function')?.text().endsWith('find') !== true || iterator.parent.parent?.parent?.kind === 'binary_expression')
}

/** `for (auto& x : xs)` may change the elements. */
function isChangingWalk(loop: Syntax): boolean {
  return loop.field('declarator')?.kind === 'reference_declarator' && !loop.named.some(({ kind }) => kind === 'type_qualifier')
}

const loops = ['for_statement', 'while_statement', 'do_statement', 'for_range_loop']

/** The loops of the function that repeat a node, outermost first. What a loop works out once is not in it. */
export function loopsAround(node: Syntax): readonly Syntax[] {
  const found: Syntax[] = []
  let part = node
  for (const around of node.around()) {
    if (around.kind === 'function_definition' || around.kind === 'lambda_expression') break
    if (loops.includes(around.kind) && part !== around.field('initializer') && part !== around.field('right')) found.unshift(around)
    part = around
  }
  return found
}

/** A statement in braces: another one may stand before it. */
export function isInBlock(statement: Syntax): boolean {
  return statement.parent?.kind === 'compound_statement'
}

/** What a loop does, statement by statement. */
export function bodyOf(loop: Syntax): readonly Syntax[] {
  const body = loop.field('body')
  return body === null ? [] : body.kind === 'compound_statement' ? body.named : [body]
}

/** Leaves the loop before its end. */
export function isLeft(loop: Syntax): boolean {
  return /\b(?:return|goto|throw|co_yield|co_await|co_return)\b/.test(loop.text())
}

/** Functions of the library that change nothing they could have been given a reference to. */
const quietFunctions = /^(?:std::)?(?:max|min|abs|to_string|isalpha|isdigit|isspace|isalnum|isupper|islower|toupper|tolower|strlen|printf|sqrt|count|accumulate|binary_search|equal|find|string|vector<[^&]*>|static_cast<[^&*]*>|int|char|long|double|size_t|stoi|stol|stod)$/

/** A place within a variable of the function that no reference and no pointer leads out of. */
export function isOwn(tree: SyntaxTree, place: Syntax | null): boolean {
  if (place?.kind === 'subscript_expression') return isOwn(tree, place.field('argument'))
  if (place?.kind === 'field_expression') return place.children[1]?.text() === '.' && isOwn(tree, place.field('argument'))
  const variable = place === null ? null : variableOf(tree, place)
  return variable !== null && !variable.isReference && !variable.isPointer && variable.type !== '' && !variable.type.startsWith('?') && !/\bstatic\b/.test(variable.declaration.text()) && !/[*]|\b(?:span|string_view|reference_wrapper|_ptr)\b|_ptr</.test(variable.type)
}

export function isQuietCall(tree: SyntaxTree, call: Syntax): boolean {
  const callee = call.field('function')
  // They take from their argument.
  if (callee?.kind === 'field_expression') return isOwn(tree, callee) && !['swap', 'merge', 'splice', 'splice_after', 'extract'].includes(callee.field('field')?.text() ?? '')
  const isOfProgram = tree.all('function_declarator').some((declarator) => declarator.field('declarator')?.text() === callee?.text())
  return !isOfProgram && quietFunctions.test(callee?.text().replaceAll(/\s+/g, '') ?? '')
}
