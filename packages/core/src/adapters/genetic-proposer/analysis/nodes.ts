import type { SgNode } from '@ast-grep/napi'

const functionKinds = new Set(['function_declaration', 'function_expression', 'arrow_function', 'method_definition', 'generator_function', 'generator_function_declaration'])

export function isFunction(node: SgNode): boolean {
  return functionKinds.has(String(node.kind()))
}

/** The nodes around this one, innermost first, one at a time: most who ask need only the first few, and a list of all costs them all. */
export function* upwards(node: SgNode): Iterable<SgNode> {
  for (let around = node.parent(); around !== null; around = around.parent()) yield around
}

/** The same node: two objects may stand for one. */
export function isNode(a: SgNode | null | undefined, b: SgNode | null | undefined): boolean {
  return a !== null && a !== undefined && b !== null && b !== undefined && a.id() === b.id()
}

export function isWithin(node: SgNode, outer: SgNode): boolean {
  const [a, b] = [node.range(), outer.range()]
  return b.start.index <= a.start.index && a.end.index <= b.end.index
}

/** The arguments of a call, without punctuation and comments. */
export function argumentsOf(call: SgNode): readonly SgNode[] {
  return namedChildren(call.field('arguments'))
}

export function namedChildren(node: SgNode | null | undefined): readonly SgNode[] {
  return (node?.children() ?? []).filter((child) => child.isNamed() && child.kind() !== 'comment')
}

/** The expression within any number of parentheses. */
export function withoutParentheses(node: SgNode): SgNode {
  const [inner, ...others] = node.kind() === 'parenthesized_expression' ? namedChildren(node) : []
  return inner === undefined || others.length > 0 ? node : withoutParentheses(inner)
}

/** `a?.b`, `a?.[b]`, `a?.()`: this very step is left out where there is nothing to take it on. The grammars of JavaScript and TypeScript write it differently in calls. */
export function isOptional(node: SgNode): boolean {
  if (node.kind() !== 'call_expression') return node.field('optional_chain') !== null
  let at = 1
  while (node.child(at)?.kind() === 'comment') at++
  const kind = node.child(at)?.kind()
  return kind === 'optional_chain' || kind === '?.'
}

/** `object.method(arguments)`: its parts, or null for any other call, also for an optional one. */
export function methodCall(call: SgNode): { readonly object: SgNode; readonly method: string; readonly values: readonly SgNode[] } | null {
  const callee = call.kind() === 'call_expression' ? call.field('function') : null
  const [object, property] = [callee?.field('object'), callee?.field('property')]
  if (callee?.kind() !== 'member_expression' || object === null || object === undefined || property?.kind() !== 'property_identifier') return null
  if (isOptional(callee) || isOptional(call)) return null
  if (call.field('arguments')?.kind() !== 'arguments') return null
  return { object, method: property.text(), values: argumentsOf(call) }
}

/** The white space before the first character of the line that holds this offset. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? ''
}

/** A name that occurs nowhere in the text, also not within another word. */
export function freshName(text: string, wanted: string): string {
  let name = wanted
  for (let count = 2; text.includes(name); count++) name = `${wanted}${count}`
  return name
}
