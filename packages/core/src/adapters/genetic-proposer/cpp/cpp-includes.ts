import type { SyntaxTree } from '../syntax-tree.ts'
import type { Replacement } from '../tree-edits.ts'

/** Adds `#include <header>` behind the last one that always holds; nothing when it is there. Null for a file without any, which is part of something else. */
export function included(tree: SyntaxTree, header: string): readonly Replacement[] | null {
  const includes = tree.all('preproc_include').filter((node) => {
    const around = node.parent
    // All of a header stands between the lines that keep it from being read twice.
    return around === tree.root || (around?.kind === 'preproc_ifdef' && around.parent === tree.root && around.end - around.start > tree.text.length * 0.8)
  })
  if (includes.some((node) => node.field('path')?.text() === `<${header}>`)) return []
  const last = includes.at(-1)
  if (last === undefined) return null
  const path = last.field('path') ?? last
  const end = tree.text.indexOf('\n', path.end)
  const at = end < 0 ? tree.text.length : tree.text[end - 1] === '\r' ? end - 1 : end
  return [{ start: at, end: at, replacement: `${tree.text.includes('\r\n') ? '\r\n' : '\n'}#include <${header}>` }]
}
