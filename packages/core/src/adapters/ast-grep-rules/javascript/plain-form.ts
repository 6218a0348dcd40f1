import type { SgNode } from '@ast-grep/napi'
import type { Names } from '../names.ts'
import { rootText } from '../root-text.ts'

/** What may stand in a form that only lists what an object holds. Whatever computes, waits or asks is none of it: it would be done when the object is printed, where nobody measures it. */
const computing = ['call_expression', 'new_expression', 'await_expression', 'yield_expression', 'assignment_expression', 'augmented_assignment_expression', 'update_expression', 'ternary_expression', 'function_expression', 'arrow_function', 'method_definition', 'class', 'unary_expression', 'subscript_expression']
/** Of values that are there already. */
const printing = /^(?:this(?:\.#?\w+){1,3}|\(this\.[\w\s.*/+-]*\))\.(?:toFixed|toISOString|toString|toUpperCase|toLowerCase|trim|slice|join|padStart|padEnd)$/

/**
 * A method `toJSON` of a class that gives nothing but parts of its object: `return { id: this.id }`. A literal of its own would answer for the object whatever it holds.
 */
export function isPlainForm(found: SgNode, { root, isFrequent }: Names): boolean {
  const method = found.parent()
  const members = method?.parent()
  if (found.text() !== 'toJSON' || method?.kind() !== 'method_definition' || members?.kind() !== 'class_body' || !/^(?:public\s+)?toJSON\b/.test(method.text())) return false
  if (isFrequent('toJSON') || mayCompute(members, root)) return false
  const statements = method.field('body')?.children().filter((child) => child.isNamed() && child.kind() !== 'comment') ?? []
  const [only] = statements
  if (statements.length !== 1 || only?.kind() !== 'return_statement') return false
  const value = only.children().find((child) => child.isNamed() && child.kind() !== 'comment')
  return value !== undefined && isParts(value) && only.findAll({ rule: { any: computing.map((kind) => ({ kind })) } }).every((part) => part.kind() === 'call_expression' && printing.test(part.field('function')?.text() ?? ''))
}

/** A property that is read may be worked out then, by a getter of the class or of one that it extends. */
function mayCompute(members: SgNode, root: SgNode): boolean {
  const heads = members.children().map((member) => member.text().slice(0, 60))
  return heads.some((head) => /^(?:\w+\s+)*(?:get|accessor)\b/.test(head)) || (members.parent()?.children().some((child) => child.kind() === 'class_heritage') ?? true) || /definePropert|__define/.test(rootText(root))
}

/** An object, a list or a value of which every part comes from the object itself. */
function isParts(value: SgNode): boolean {
  const named = value.children().filter((child) => child.isNamed() && child.kind() !== 'comment')
  switch (String(value.kind())) {
    case 'object':
      return named.length > 0 && named.every((part) => (part.kind() === 'pair' ? isParts(part.field('value') ?? part) : part.kind() === 'spread_element' && isParts(part)))
    case 'array':
    case 'spread_element':
    case 'parenthesized_expression':
      return named.length > 0 && named.every(isParts)
    case 'binary_expression':
      // A literal behind `||` or `&&` would be the answer.
      return /^[-+*/%]$/.test(value.field('operator')?.text() ?? '') && /^\(*this\./.test(value.text())
    case 'member_expression':
    case 'call_expression':
      return /^\(*this\./.test(value.text())
    default:
      return false
  }
}
