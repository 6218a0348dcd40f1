import type { SgNode } from '@ast-grep/napi'
import { isOptional, methodCall, withoutParentheses } from './nodes.ts'
import type { Scopes } from './scopes.ts'

/** Methods that only texts and numbers have and that give a text. `slice`, `concat` and `at` are an array's as well. */
const textMethods = new Set([
  'charAt', 'join', 'normalize', 'padEnd', 'padStart', 'repeat', 'replace', 'replaceAll', 'substr', 'substring', 'toFixed', 'toLocaleLowerCase', 'toLocaleUpperCase', 'toLowerCase', 'toPrecision', 'toUpperCase',
  'trim', 'trimEnd', 'trimLeft', 'trimRight', 'trimStart',
])

/** An expression that can only give a string, as far as the language's own methods go. */
export function isTextForm(expression: SgNode, scopes: Scopes): boolean {
  const node = withoutParentheses(expression)
  const isText = (part: SgNode | null): boolean => part !== null && isTextForm(part, scopes)
  switch (String(node.kind())) {
    case 'string':
    case 'template_string':
      return true
    case 'binary_expression':
      return node.field('operator')?.text() === '+' && (isText(node.field('left')) || isText(node.field('right')))
    case 'ternary_expression':
      return isText(node.field('consequence')) && isText(node.field('alternative'))
    case 'identifier': {
      const binding = scopes.resolve(node)
      // A `var` is undefined until it is set.
      return binding !== null && binding.kind === 'const' && binding.value !== null && binding.value.kind() !== 'identifier' && isTextForm(binding.value, scopes)
    }
    case 'call_expression':
      return isTextCall(node, scopes)
    default:
      return false
  }
}

function isTextCall(call: SgNode, scopes: Scopes): boolean {
  const name = call.field('function')?.text() ?? ''
  if (call.field('arguments')?.kind() !== 'arguments') return false
  if (name === 'String' || name === 'String.fromCharCode') return scopes.isPlatformName('String')
  const parts = methodCall(call)
  return parts !== null && textMethods.has(parts.method)
}

/** A name or a path of names: evaluating it twice costs nothing and, getters aside, changes nothing. */
export function isPath(node: SgNode): boolean {
  if (node.kind() === 'identifier' || node.kind() === 'this') return true
  if (node.kind() !== 'member_expression' || isOptional(node)) return false
  const object = node.field('object')
  return node.field('property')?.kind() === 'property_identifier' && object !== null && isPath(object)
}
