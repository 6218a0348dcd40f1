import type { TextEdit } from '../../../proposal/proposal.ts'
import { indentAt } from '../analysis/nodes.ts'
import type { CodeOperator, EditedCode, EditSite } from '../edit-operator.ts'
import { excerpt, wholeLines, type Statement } from '../statements.ts'
import { ClassicSite } from './classic-site.ts'

/** A call whose answer is left does nothing, or something that perhaps nobody needs. */
const callWeight = 3

/** Deletes one statement: the edit that finds most in genetic improvement, because programs do work that nobody needs. */
export const deleteStatement: CodeOperator = {
  name: 'delete-statement',
  kind: 'classic',
  gain: 3,
  sites: (source) =>
    source.statements.flatMap((list) =>
      list.map((statement) =>
        new ClassicSite({
          path: source.path,
          offset: statement.start,
          weight: statement.isCall ? callWeight : 1,
          rationale: () => `deletes \`${excerpt(statement.node)}\``,
          edits: () => [statement.idle === undefined ? { ...wholeLines(source.text, statement), replacement: '' } : replace(statement, statement.idle)],
        }),
      ),
    ),
}

/** Swaps two neighbouring statements. */
export const swapStatements: CodeOperator = {
  name: 'swap-statements',
  kind: 'classic',
  sites: (source) =>
    source.statements.flatMap((list) =>
      list.slice(1).map((second, index) => {
        const first = list[index] as Statement
        return new ClassicSite({
          path: source.path,
          offset: first.start,
          rationale: () => `swaps \`${excerpt(first.node)}\` and \`${excerpt(second.node)}\``,
          edits: () => [replace(first, second.node.text()), replace(second, first.node.text())],
        })
      }),
    ),
}

/** Copies a statement before another one of the same block. All the places for it weigh as much as one other edit: a long block has many. */
export const copyStatement: CodeOperator = { name: 'copy-statement', kind: 'classic', sites: (source) => transplants(source, 'copy') }

/** Moves a statement before another one of the same block. */
export const moveStatement: CodeOperator = { name: 'move-statement', kind: 'classic', sites: (source) => transplants(source, 'move') }

/** Puts a copy of another statement of the same block in the place of one. */
export const replaceStatement: CodeOperator = {
  name: 'replace-statement',
  kind: 'classic',
  sites: (source) =>
    source.statements.flatMap((list) => {
      const few = list.slice(0, pairLimit)
      return few.flatMap((gone) =>
        few.flatMap((other) => {
          if (other === gone || other.node.text() === gone.node.text()) return []
          const rationale = (): string => `puts \`${excerpt(other.node)}\` in the place of \`${excerpt(gone.node)}\``
          return [new ClassicSite({ path: source.path, offset: gone.start, weight: 1 / few.length, rationale, edits: () => [replace(gone, other.node.text())] })]
        }),
      )
    }),
}

/** Blocks with more statements would give more pairs than anybody could try. */
const pairLimit = 24

function transplants(source: EditedCode, action: 'copy' | 'move'): readonly EditSite[] {
  return source.statements.flatMap((list) => {
    const few = list.slice(0, pairLimit)
    return few.flatMap((moved, from) => few.flatMap((before, to) => (to === from || (action === 'move' && to === from + 1) ? [] : [transplant(source, action, { moved, before, weight: 1 / few.length })])))
  })
}

function transplant(source: EditedCode, action: 'copy' | 'move', { moved, before, weight }: { readonly moved: Statement; readonly before: Statement; readonly weight: number }): EditSite {
  const { start } = before
  return new ClassicSite({
    path: source.path,
    offset: moved.start,
    weight,
    rationale: () => `${action === 'copy' ? 'copies' : 'moves'} \`${excerpt(moved.node)}\` before \`${excerpt(before.node)}\``,
    edits: () => {
      const inserted = { start, end: start, replacement: `${moved.node.text()}\n${indentAt(source.text, start)}` }
      return action === 'copy' ? [inserted] : [inserted, { ...wholeLines(source.text, moved), replacement: '' }]
    },
  })
}

function replace({ start, end }: Statement, replacement: string): Omit<TextEdit, 'path' | 'part'> {
  return { start, end, replacement }
}
