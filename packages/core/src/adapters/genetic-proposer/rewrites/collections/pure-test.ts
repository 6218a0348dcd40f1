import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isOptional, isWithin, methodCall, namedChildren } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'

/** What an expression may look at while the array around it is in pieces. */
export interface ElementTest {
  /** Text of the array: a name or a path of names. */
  readonly array: string
  readonly index: string
  /** The index means the same before and after the rewrite, also outside `array[index]`. */
  readonly mayUseIndex: boolean
  /** Names that stand for the element. */
  readonly elements: ReadonlySet<string>
  /** The loop: other collections have to be known before it. */
  readonly loop: SgNode
  readonly scopes: Scopes
}

const readingMethods = new Set([
  'charAt', 'charCodeAt', 'endsWith', 'get', 'has', 'hasOwnProperty', 'includes', 'indexOf', 'lastIndexOf', 'slice', 'startsWith', 'substr', 'substring', 'toLowerCase', 'toUpperCase', 'trim',
])
const platformFunctions = new Set(['Array.isArray', 'Boolean', 'isFinite', 'isNaN', 'Number.isFinite', 'Number.isInteger', 'Number.isNaN', 'parseFloat', 'parseInt'])
const transparentKinds = new Set(['parenthesized_expression', 'binary_expression', 'ternary_expression', 'unary_expression', 'non_null_expression'])
const constantKinds = new Set(['number', 'string', 'true', 'false', 'null', 'undefined', 'this'])

/**
 * The names of other collections that the expression looks into, when it does nothing but read and sees of the array only the element at the index;
 * null otherwise. If one of these names stood for the same array, the expression would see more: the caller has to compare them.
 */
export function pureTest(expression: SgNode, test: ElementTest): readonly string[] | null {
  const others = new Set<string>()
  return isPure(expression, test, others) ? [...others] : null
}

function isPure(node: SgNode, test: ElementTest, others: Set<string>): boolean {
  const kind = String(node.kind())
  if (constantKinds.has(kind)) return true
  if (node.field('operator')?.text() === 'in') return isPureChild(node.field('left'), test, others) && isPureSource(node.field('right'), test, others)
  if (transparentKinds.has(kind)) return node.field('operator')?.text() !== 'delete' && namedChildren(node).every((child) => isPure(child, test, others))
  switch (kind) {
    case 'identifier':
      return node.text() !== test.array && (node.text() !== test.index || test.mayUseIndex)
    case 'member_expression':
      return isPureMember(node, test, others)
    case 'subscript_expression':
      return isElement(node, test) || (isPureSource(node.field('object'), test, others) && isPureChild(node.field('index'), test, others))
    case 'call_expression':
      return isPureCall(node, test, others)
    default:
      return false
  }
}

function isPureChild(node: SgNode | null, test: ElementTest, others: Set<string>): boolean {
  return node !== null && isPure(node, test, others)
}

function isPureMember(member: SgNode, test: ElementTest, others: Set<string>): boolean {
  const [object, property] = [member.field('object'), member.field('property')]
  if (member.text() === test.array || property?.kind() !== 'property_identifier') return false
  // The length of something that may be the array under another name.
  return property.text() === 'length' ? isPureSource(object, test, others) : isPureChild(object, test, others)
}

/** Something with contents: the element, a property of it (further away there could be the array again), or another collection with a name. */
function isPureSource(source: SgNode | null, test: ElementTest, others: Set<string>): boolean {
  if (source === null) return false
  const nearElement = source.kind() === 'member_expression' && source.text() !== test.array ? source.field('object') : source
  if (source.kind() === 'string' || (nearElement !== null && isElementOrName(nearElement, test))) return true
  if (source.kind() !== 'identifier' || !isPure(source, test, others) || source.text() === test.index) return false
  const binding = test.scopes.resolve(source)
  if (binding === null || isWithin(binding.declaration, test.loop)) return false
  others.add(source.text())
  return true
}

function isElement(node: SgNode, { array, index }: ElementTest): boolean {
  return node.kind() === 'subscript_expression' && node.field('object')?.text() === array && node.field('index')?.text() === index && !isOptional(node)
}

function isElementOrName(node: SgNode, test: ElementTest): boolean {
  return isElement(node, test) || (node.kind() === 'identifier' && test.elements.has(node.text()))
}

function isPureCall(call: SgNode, test: ElementTest, others: Set<string>): boolean {
  const name = call.field('function')?.text() ?? ''
  if (call.field('arguments')?.kind() !== 'arguments' || !argumentsOf(call).every((value) => isPure(value, test, others))) return false
  if (platformFunctions.has(name)) return test.scopes.isPlatformName(name.split('.', 1)[0] ?? '')
  const parts = methodCall(call)
  if (parts === null) return false
  // A regular expression with a state of its own would remember the order of the tests, and the order is kept: but not where it is shared.
  if (parts.object.kind() === 'regex') return parts.method === 'test' && !/[gy]/.test(parts.object.field('flags')?.text() ?? '')
  return readingMethods.has(parts.method) && isPureSource(parts.object, test, others)
}

/** `const item = array[index]` and the like: the names that then stand for the element; null when a declaration does more than read. */
export function declaredElements(declarations: readonly SgNode[], test: ElementTest): { readonly elements: ReadonlySet<string>; readonly others: readonly string[] } | null {
  const elements = new Set(test.elements)
  const others = new Set<string>()
  for (const declarator of declarations.flatMap(namedChildren)) {
    const [name, value] = [declarator.field('name'), declarator.field('value')]
    if (declarator.kind() !== 'variable_declarator' || name?.kind() !== 'identifier' || value === null || [test.array, test.index].includes(name.text())) return null
    const current = { ...test, elements }
    if (!isPure(value, current, others)) return null
    if (isElementOrName(value, current)) elements.add(name.text())
    else elements.delete(name.text())
  }
  return { elements, others: [...others] }
}
