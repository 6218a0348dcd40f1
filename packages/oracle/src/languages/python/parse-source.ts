import cppGrammar from '@ast-grep/lang-cpp'
import pythonGrammar from '@ast-grep/lang-python'
import { parse, registerDynamicLanguage, type SgNode } from '@ast-grep/napi'

/** A node of a syntax tree, of whichever grammar. */
export type SyntaxNode = SgNode

/**
 * Parses Python or C++. The native library keeps one registration per process, and only the first one counts: so both
 * grammars are named in it, whoever comes first, and repeating it changes nothing.
 */
export function parseSource(language: 'python' | 'cpp', source: string): SyntaxNode {
  registerDynamicLanguage({ python: pythonGrammar, cpp: cppGrammar })
  return parse(language, source).root()
}

/** All nodes of the given kinds below `node`, in the order of the text. */
export function descendants(node: SyntaxNode, kinds: readonly string[]): readonly SyntaxNode[] {
  const found: SyntaxNode[] = []
  const pending: SyntaxNode[] = [node]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (kinds.includes(String(next.kind()))) found.push(next)
    pending.push(...next.children().toReversed())
  }
  return found
}

/** Named children without comments. */
export function parts(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children().filter((child) => child.isNamed() && child.kind() !== 'comment')
}
