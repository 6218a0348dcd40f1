import { Lang, parse, type SgNode } from '@ast-grep/napi'

/** A node of a JavaScript or TypeScript syntax tree. */
export type SyntaxNode = SgNode

/** Parses by the file's ending. JavaScript is read by the grammar of TypeScript with JSX, which knows all kinds of nodes. */
export function parseModule(path: string, source: string): SyntaxNode {
  return parse(/\.[cm]?ts$/.test(path) ? Lang.TypeScript : Lang.Tsx, source).root()
}

/** Type text as a syntax node; `null` where it is none. */
export function parseType(text: string): SyntaxNode | null {
  const root = parse(Lang.TypeScript, `type T = ${text}`).root()
  const alias = root.children()[0]
  if (alias === undefined || String(alias.kind()) !== 'type_alias_declaration') return null
  const value = alias.field('value')
  return value === null || containsError(root) ? null : value
}

const containsError = (node: SyntaxNode): boolean => node.find({ rule: { kind: 'ERROR' } }) !== null

export const kindOf = (node: SyntaxNode): string => String(node.kind())

/** Named children without comments. */
export function parts(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children().filter((child) => child.isNamed() && kindOf(child) !== 'comment')
}
