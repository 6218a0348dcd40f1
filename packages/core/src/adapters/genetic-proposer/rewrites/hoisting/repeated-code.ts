import type { SgNode, SgRoot } from '@ast-grep/napi'
import { isLoop, iterationCall } from '../../analysis/repetition.ts'
import type { ScriptSource } from '../../edit-operator.ts'

const kinds = ['for_statement', 'for_in_statement', 'while_statement', 'do_statement', 'arrow_function', 'function_expression'].map((kind) => ({ kind }))
/** Several operators ask for the same. */
const known = new WeakMap<SgRoot, readonly SgNode[]>()

/** The loops and the callbacks of iterations, in order, outer ones before inner ones. */
export function repeatedCode({ root }: ScriptSource): readonly SgNode[] {
  let found = known.get(root)
  if (found === undefined) {
    found = root.root().findAll({ rule: { any: kinds } }).filter((node) => isLoop(node) || iterationCall(node) !== null)
    known.set(root, found)
  }
  return found
}

/** Nodes of these kinds within repeated code, in order, each once. */
export function nodesInRepeatedCode(source: ScriptSource, wanted: readonly string[]): readonly SgNode[] {
  const rule = { any: wanted.map((kind) => ({ kind })) }
  let end = -1
  return repeatedCode(source).flatMap((outer) => {
    const range = outer.range()
    if (range.end.index <= end) return []
    end = range.end.index
    return outer.findAll({ rule })
  })
}
