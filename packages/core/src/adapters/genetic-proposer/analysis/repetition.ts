import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, methodCall, upwards } from './nodes.ts'

const loops = new Set(['for_statement', 'for_in_statement', 'while_statement', 'do_statement'])
const iterators = new Set(['filter', 'map', 'forEach', 'some', 'every', 'find', 'findIndex', 'findLast', 'flatMap', 'reduce', 'reduceRight'])
const blocks = new Set(['statement_block', 'program', 'switch_case', 'switch_default'])

export function isLoop(node: SgNode): boolean {
  return loops.has(String(node.kind()))
}

/**
 * The statement within `home` around the outermost loop or iteration callback that repeats `node`; null when nothing repeats it, or when a
 * function in between may run at another time. What is computed right before that statement is computed once.
 */
export function enclosingRepetition(node: SgNode, home: SgNode): SgNode | null {
  const repeated = outermostRepeated(node, home)
  return repeated === null ? null : statementAround(repeated)
}

function outermostRepeated(node: SgNode, home: SgNode): SgNode | null {
  let repeated: SgNode | null = null
  let inner = node
  for (const ancestor of upwards(node)) {
    if (isNode(ancestor, home)) break
    if (isLoop(ancestor) && isRepeatedPart(ancestor, inner)) repeated = ancestor
    inner = ancestor
    if (!isFunction(ancestor)) continue
    const call = iterationCall(ancestor)
    if (call === null) return null
    repeated = call
  }
  return repeated
}

/** Not what a loop computes once: the list of a for-of, the first part of a for. */
function isRepeatedPart(loop: SgNode, part: SgNode): boolean {
  if (loop.kind() === 'for_in_statement') return !isNode(loop.field('right'), part)
  return loop.kind() !== 'for_statement' || !isNode(loop.field('initializer'), part)
}

/** The call that runs this function once for each element, now. */
export function iterationCall(callback: SgNode): SgNode | null {
  const text = callback.text()
  if (text.startsWith('async') || /^function\s*\*/.test(text)) return null
  const list = callback.parent()
  const call = list?.kind() === 'arguments' ? list.parent() : null
  const parts = call === null || call === undefined ? null : methodCall(call)
  return parts !== null && iterators.has(parts.method) && isNode(parts.values[0], callback) ? call : null
}

/** The statement around an expression, at a place where another statement can stand before it; null within an arrow's bare expression. */
export function statementAround(node: SgNode): SgNode | null {
  const line = [node, ...node.ancestors()]
  for (const [index, ancestor] of line.entries()) {
    const parent = line[index + 1]
    if (blocks.has(String(parent?.kind()))) return isNode(parent?.field('value'), ancestor) ? null : ancestor
    // An arrow with an expression for a body has no place for a statement, nor has a field of a class.
    if (index > 0 && (isFunction(ancestor) || ancestor.kind() === 'class_body')) return null
  }
  return null
}
