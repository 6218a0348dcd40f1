import type { SgNode } from '@ast-grep/napi'

/** A node of the parser's tree as a plain value: looking at it again and again crosses no language border. Comments are left out. */
export interface SyntaxNode {
  readonly kind: string
  readonly text: string
  /** UTF-16 offsets [start, end) in the file. */
  readonly start: number
  readonly end: number
  /** From 1. */
  readonly line: number
  readonly isNamed: boolean
  readonly parent: SyntaxNode | null
  readonly children: readonly SyntaxNode[]
}

/** Nodes that stand around an index in C++ and in no other language: left out, so that `a[i]` looks alike everywhere. */
const flat: ReadonlySet<string> = new Set(['subscript_argument_list'])

/** The parser's tree, read once. */
export function readTree(root: SgNode, text: string): SyntaxNode {
  const read = (node: SgNode, parent: SyntaxNode | null): SyntaxNode => {
    const { start, end } = node.range()
    const children: SyntaxNode[] = []
    const made: SyntaxNode = { kind: String(node.kind()), text: text.slice(start.index, end.index), start: start.index, end: end.index, line: start.line + 1, isNamed: node.isNamed(), parent, children }
    for (const child of node.children().flatMap((own) => (flat.has(String(own.kind())) ? own.children() : [own]))) if (String(child.kind()) !== 'comment') children.push(read(child, made))
    return made
  }
  return read(root, null)
}

export function* walk(node: SyntaxNode): Generator<SyntaxNode> {
  yield node
  for (const child of node.children) yield* walk(child)
}

export function* ancestors(node: SyntaxNode): Generator<SyntaxNode> {
  for (let at = node.parent; at !== null; at = at.parent) yield at
}

export function named(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter((child) => child.isNamed)
}

export function childOf(node: SyntaxNode | null | undefined, ...kinds: readonly string[]): SyntaxNode | undefined {
  return node?.children.find((child) => kinds.includes(child.kind))
}
