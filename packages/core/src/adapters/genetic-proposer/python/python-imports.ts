import type { PythonSource } from '../edit-operator.ts'
import type { Syntax } from '../syntax-tree.ts'
import { after, before, type Replacement } from '../tree-edits.ts'

/** How to write a name of the standard library, and what has to be added for it. */
export interface Imported {
  readonly name: string
  readonly edits: readonly Replacement[]
}

/** By an import that is there, or by a new one; null when the name means something else in this file. */
export function imported({ tree }: PythonSource, module: string, name: string): Imported | null {
  const top = tree.root.named
  for (const statement of top) {
    if (statement.kind === 'import_statement' && statement.named.some((part) => part.text() === module)) return { name: `${module}.${name}`, edits: [] }
    if (statement.kind === 'import_from_statement' && statement.field('module_name')?.text() === module && statement.named.some((part) => part.kind === 'dotted_name' && part.text() === name)) return { name, edits: [] }
  }
  if (new RegExp(`\\b${name}\\b`).test(tree.text)) return null
  const isHead = (node: Syntax): boolean => ['import_statement', 'import_from_statement', 'future_import_statement'].includes(node.kind) || (node === top[0] && node.kind === 'expression_statement' && node.named[0]?.kind === 'string')
  const first = top.findIndex((node) => !isHead(node))
  const line = `from ${module} import ${name}`
  const head = top[first < 0 ? top.length - 1 : first - 1]
  const next = top[first]
  // Another edit may begin right at the first statement: behind what stands before it there is room.
  if (head !== undefined) return { name, edits: [after(tree, head, [line])] }
  return next === undefined ? null : { name, edits: [before(tree, next, [line, '', ''])] }
}
