import type { SgNode } from '@ast-grep/napi'
import { isLoop, iterationCall } from '../../analysis/repetition.ts'

const loops = ['for_statement', 'for_in_statement', 'while_statement', 'do_statement'].map((kind) => ({ kind }))
const callback = {
  any: [{ kind: 'arrow_function' }, { kind: 'function_expression' }],
  inside: { kind: 'arguments', inside: { kind: 'call_expression', has: { field: 'function', kind: 'member_expression', regex: String.raw`\.\s*(?:every|filter|find|findIndex|findLast|flatMap|forEach|map|reduce|reduceRight|some)$` } } },
}

/** The loops and the callbacks of iterations, in order, outer ones before inner ones. */
export function repeatedCode(root: SgNode): readonly SgNode[] {
  return root.findAll({ rule: { any: [...loops, callback] } }).filter((node) => isLoop(node) || iterationCall(node) !== null)
}

/** Nodes of these kinds within repeated code, in order, each once. */
export function nodesInRepeatedCode(root: SgNode, kinds: readonly string[]): readonly SgNode[] {
  const rule = { any: kinds.map((kind) => ({ kind })) }
  let end = -1
  return repeatedCode(root).flatMap((outer) => {
    const range = outer.range()
    if (range.end.index <= end) return []
    end = range.end.index
    return outer.findAll({ rule })
  })
}
