import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../proposal/proposal.ts'
import { indentAt } from '../analysis/nodes.ts'
import type { EditOperator, EditSite, ParsedSource } from '../edit-operator.ts'
import { excerpt, statementLists, wholeLines } from '../statements.ts'

/** Deletes one statement: the edit that finds most in genetic improvement, because programs do work that nobody needs. */
export const deleteStatement: EditOperator = {
  name: 'delete-statement',
  kind: 'classic',
  sites: (source) =>
    statementLists(source).flatMap(({ statements }) =>
      statements.map((node): EditSite => site(source, node, { key: 'delete', rationale: `deletes \`${excerpt(node)}\`` }, () => [{ ...wholeLines(source.text, node), replacement: '' }])),
    ),
}

/** Swaps two neighbouring statements. */
export const swapStatements: EditOperator = {
  name: 'swap-statements',
  kind: 'classic',
  sites: (source) =>
    statementLists(source).flatMap(({ statements }) =>
      statements.slice(1).map((second, index): EditSite => {
        const first = statements[index] as SgNode
        return site(source, first, { key: 'swap', rationale: `swaps \`${excerpt(first)}\` and \`${excerpt(second)}\`` }, () => [replace(first, second.text()), replace(second, first.text())])
      }),
    ),
}

/** Copies a statement before another one of the same block. */
export const copyStatement: EditOperator = { name: 'copy-statement', kind: 'classic', sites: (source) => transplants(source, 'copy') }

/** Moves a statement before another one of the same block. */
export const moveStatement: EditOperator = { name: 'move-statement', kind: 'classic', sites: (source) => transplants(source, 'move') }

/** Blocks with more statements would give more pairs than anybody could try. */
const pairLimit = 24

function transplants(source: ParsedSource, action: 'copy' | 'move'): readonly EditSite[] {
  return statementLists(source).flatMap(({ statements }) => {
    const few = statements.slice(0, pairLimit)
    return few.flatMap((moved, from) =>
      few.flatMap((before, to): EditSite[] => {
        if (to === from || (action === 'move' && to === from + 1)) return []
        const start = before.range().start.index
        const words = action === 'copy' ? 'copies' : 'moves'
        return [
          site(source, moved, { key: `${action}:${start}`, rationale: `${words} \`${excerpt(moved)}\` before \`${excerpt(before)}\`` }, () => {
            const inserted = { start, end: start, replacement: `${moved.text()}\n${indentAt(source.text, start)}` }
            return action === 'copy' ? [inserted] : [inserted, { ...wholeLines(source.text, moved), replacement: '' }]
          }),
        ]
      }),
    )
  })
}

function replace(node: SgNode, replacement: string): Omit<TextEdit, 'path' | 'part'> {
  const { start, end } = node.range()
  return { start: start.index, end: end.index, replacement }
}

function site(source: ParsedSource, node: SgNode, words: { readonly key: string; readonly rationale: string }, edits: () => readonly Omit<TextEdit, 'path' | 'part'>[]): EditSite {
  const offset = node.range().start.index
  return { offset, key: `${offset}:${words.key}`, rationale: words.rationale, edits: () => edits().map((edit) => ({ ...edit, path: source.path, part: 0 })) }
}
