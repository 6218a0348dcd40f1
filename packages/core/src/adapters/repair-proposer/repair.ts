import type { Family, Words } from './families.ts'
import type { Scopes } from './scopes.ts'
import type { SyntaxNode } from './syntax-tree.ts'

export const templateNames = [
  'comparison', 'arithmetic', 'logical', 'compound-assignment', 'number', 'text', 'flag', 'variable', 'expression', 'method', 'function', 'swap-arguments', 'swap-operands', 'drop-term', 'add-term', 'precedence',
  'negate', 'add-condition', 'guard', 'delete-statement', 'insert-statement', 'move-statement', 'return', 'null-check', 'wrap', 'unwrap', 'list-items', 'add-item', 'clamp', 'combine', 'target', 'symmetry', 'twin',
] as const
/** A way in which code is mended; each comes with a prior of how often real fixes look like it. */
export type Template = (typeof templateNames)[number]

/** One replacement of characters [start, end). */
export interface Cut {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** One possible fix. `share` says how likely it is beside the other fixes of its template at its place. */
export interface Repair {
  readonly template: Template
  readonly cuts: readonly Cut[]
  readonly share: number
  readonly line: number
  /** What is done, apart from where: repairs of one label are made in several places at once as well. */
  readonly label: string
}

/** What templates know about the file. */
export interface RepairContext {
  readonly family: Family
  readonly words: Words
  readonly text: string
  readonly root: SyntaxNode
  /** Everything that may be edited, in the order of the text. */
  readonly nodes: readonly SyntaxNode[]
  readonly scopes: Scopes
  /** Short expressions by the (outermost) function that they stand in. */
  expressionsNear(node: SyntaxNode): readonly SyntaxNode[]
}

/** Looks at one node; must not throw, whatever the tree holds. */
export type RepairTemplate = (context: RepairContext, node: SyntaxNode) => readonly Repair[]

/** Another text for a node; labelled by what becomes what unless told otherwise. */
export function replaced(template: Template, node: SyntaxNode, replacement: string, how: number | readonly [share: number, label: string]): Repair {
  const [share, label] = typeof how === 'number' ? [how, `${node.text} -> ${replacement}`] : how
  return { template, cuts: [{ start: node.start, end: node.end, replacement }], share, line: node.line, label }
}

export function swapped(template: Template, [first, second]: readonly [SyntaxNode, SyntaxNode], share: number): Repair {
  return { template, cuts: [{ start: first.start, end: first.end, replacement: second.text }, { start: second.start, end: second.end, replacement: first.text }], share, line: first.line, label: 'swap' }
}
