import type { SgNode } from '@ast-grep/napi'
import { isNode, isOptional, upwards } from '../../analysis/nodes.ts'

/** One step from an object to what it holds: a property's name, or null for an index that may be any. */
export type Step = string | null

/** A name and the way from it: `list[i].x` is `list`, null, `x`. */
export interface Place {
  /** An identifier or `this`. */
  readonly root: SgNode
  readonly steps: readonly Step[]
  /** The expressions between brackets. */
  readonly indexes: readonly SgNode[]
}

/** What may stand around a place without changing what it means. */
const wrappers = new Set(['parenthesized_expression', 'non_null_expression', 'as_expression', 'satisfies_expression', 'type_assertion'])

export function isWrapper(node: SgNode): boolean {
  return wrappers.has(String(node.kind()))
}

/** The place that an expression names; null for anything else, also for an optional chain. */
export function placeOf(node: SgNode): Place | null {
  const kind = String(node.kind())
  if (kind === 'identifier' || kind === 'this') return { root: node, steps: [], indexes: [] }
  if (kind !== 'member_expression' && kind !== 'subscript_expression') return null
  const object = node.field('object')
  const before = object === null || isOptional(node) ? null : placeOf(object)
  if (before === null) return null
  const [step, index] = [stepOf(node), node.field('index')]
  return { root: before.root, steps: [...before.steps, step], indexes: index === null ? before.indexes : [...before.indexes, index] }
}

/** The longest place that this mention of a name is the beginning of. */
export function placeAround(use: SgNode): { readonly top: SgNode; readonly steps: readonly Step[] } {
  const steps: Step[] = []
  let top = use
  for (const parent of upwards(use)) {
    if (['member_expression', 'subscript_expression'].includes(String(parent.kind())) && isNode(parent.field('object'), top)) steps.push(stepOf(parent))
    else if (!isWrapper(parent) || isCondition(parent)) break
    top = parent
  }
  return { top, steps }
}

/** The parentheses of `if (...)`, `while (...)` and `switch (...)`. */
export function isCondition(node: SgNode): boolean {
  return node.kind() === 'parenthesized_expression' && ['if_statement', 'while_statement', 'do_statement', 'switch_statement'].includes(String(node.parent()?.kind()))
}

function stepOf(node: SgNode): Step {
  if (node.kind() === 'member_expression') return node.field('property')?.text() ?? null
  const index = node.field('index')
  const literal = index?.kind() === 'number' || index?.kind() === 'string' ? index.text() : null
  return literal === null ? null : literal.replaceAll(/^['"]|['"]$/g, '')
}

/** Whether what happens at one way may concern the other, as far as both go. */
export function mayOverlap(a: readonly Step[], b: readonly Step[]): boolean {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) if (a[at] !== null && b[at] !== null && a[at] !== b[at]) return false
  return true
}
